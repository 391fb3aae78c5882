// The worker that runs the app. Python starts at once, while the page is still loading Flutter;
// the two meet when Flutter connects. Flet's frames are byte arrays, ours are { kind, value, id }.

import { boot } from "./boot.js";

const say = (kind, value = null, id = 0) => self.postMessage({ kind, value, id });

// What flet.messaging.pyodide_connection expects of the module `flet_js`.
const flet = {};

// The first frame only answers Flutter's registration; the second one carries the first screen.
let frames = 0;
const toFlutter = (frame) => {
  const bytes = frame.toJs();
  self.postMessage(bytes, [bytes.buffer]);
  frames += 1;
  if (frames === 2) say("shown");
};
flet.receive_callback = toFlutter;

async function start() {
  const { pyodide, hear } = await boot(["packages.tar", "app.tar"], say);
  pyodide.registerJsModule("flet_js", flet);
  await pyodide.runPythonAsync(
    'import runpy; runpy.run_module("client.main", run_name="__main__"); None',
  );
  return hear;
}

const started = start();
started.catch((error) => say("failed", String(error)));

async function connect({ args, documentUrl }) {
  await started;
  flet.args = args;
  flet.documentUrl = documentUrl;
  await flet.start_connection(toFlutter);
  say("connected");
}

self.onmessage = async ({ data }) => {
  if (data instanceof Uint8Array) {
    flet.send(data);
  } else if (data.kind === "connect") {
    await connect(data.value).catch((error) => say("failed", String(error)));
  } else {
    (await started)(data);
  }
};
