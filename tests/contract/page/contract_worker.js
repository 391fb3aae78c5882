import { boot } from "./boot.js";

const say = (kind, value = null, id = 0) => self.postMessage({ kind, value, id });

try {
  const { pyodide, hear } = await boot(["packages.tar", "app.tar"], say);
  self.onmessage = ({ data }) => hear(data);
  const cases = await (await fetch("/cases.py")).text();
  pyodide.FS.writeFile("/app/contract_cases.py", cases);
  globalThis.reloaded = location.search === "?reloaded";
  globalThis.origin_of_page = location.origin;
  const report = await pyodide.runPythonAsync(`
import json
import js
import contract_cases as cases
from client.runtime.browser import BrowserRuntime

def place_for(name):
    path = f"/cases/{name}/{name}.db"
    return cases.Place(BrowserRuntime, path, js.origin_of_page, "http://127.0.0.1:9")

json.dumps(await cases.run(place_for, reloaded=js.reloaded))
`);
  say("report", report);
} catch (error) {
  say("report", JSON.stringify({ error: String(error) }));
}
