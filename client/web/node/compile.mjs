// Byte-compiles for the browser's Python: Pyodide under Node, so that the .pyc fit exactly.
// Usage: node compile.mjs <pyodide folder> <jobs.json>, jobs: [[source, shown name, target], ...]

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, jobs] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
const pyodide = await loadPyodide({ indexURL: folder });

const compile = pyodide.runPython(`
from importlib._bootstrap_external import _code_to_timestamp_pyc

def bytecode(source, shown):
    return _code_to_timestamp_pyc(compile(source.to_bytes(), shown, "exec", dont_inherit=True))

bytecode
`);

for (const [source, shown, target] of JSON.parse(readFileSync(jobs, "utf8"))) {
  const made = compile(new Uint8Array(readFileSync(source)), shown);
  const bytes = made.toJs();
  made.destroy?.();
  writeFileSync(target, bytes);
}
