// Puts a filled replica where the app has its own, and asks it what people wait for.
import { boot } from "./boot.js";

const say = (kind, value = null, id = 0) => self.postMessage({ kind, value, id });

try {
  const { pyodide } = await boot(["packages.tar", "app.tar"], say);
  const asked = await (await fetch("/answers.py")).text();
  pyodide.FS.writeFile("/app/bench_answers.py", asked);
  globalThis.replica_file = (await fetch("/territory.bin")).body.getReader();
  globalThis.facts = await (await fetch("/facts.json")).text();
  globalThis.tell = (line) => say("line", line);
  await pyodide.runPythonAsync(`
import json
import time
import js
import bench_answers
from client.replica import Replica
from client.runtime.browser import BrowserRuntime

async def fill(runtime, path):
    await runtime.prepare(path)
    with open(path, "wb") as file:
        while not (piece := await js.replica_file.read()).done:
            file.write(piece.value.to_bytes())
    runtime.flush(path)

async def run():
    runtime, facts = BrowserRuntime(), json.loads(js.facts)
    began = time.perf_counter()
    await fill(runtime, runtime.home)
    replica = await Replica.open(runtime.home, runtime=runtime, now=lambda: facts["now_ms"])
    js.tell(json.dumps(["filled", 1000 * (time.perf_counter() - began)]))
    async with replica:
        for each in bench_answers.answers(replica, *facts["known"], clock=time.perf_counter):
            js.tell(json.dumps([each.what, each.at(0.5), each.at(0.95), each.floor]))
    runtime.release(runtime.home)
    js.tell(json.dumps(None))

await run()
`);
} catch (error) {
  say("line", JSON.stringify({ error: String(error) }));
}
