import { boot } from "./boot.js";

const say = (kind, value = null, id = 0) => self.postMessage({ kind, value, id });

try {
  const { pyodide, hear } = await boot(["packages.tar", "app.tar"], say);
  pyodide.FS.writeFile("/app/steps.py", await (await fetch("/steps.py")).text());
  self.onmessage = ({ data }) => hear(data);
  globalThis.said = (line) => say("said", line);
  await pyodide.runPythonAsync(`import steps; await steps.${location.search.slice(1)}()`);
} catch (error) {
  say("said", `failed: ${error}`);
}
