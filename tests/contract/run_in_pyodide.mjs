// Runs pytest inside Pyodide under Node, on folders of this machine.
// Usage: node run_in_pyodide.mjs <job.json>
// { pyodide, mounts: {inside: outside}, path: [inside, ...], arguments: [...] }

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { loadPyodide } = await import(pathToFileURL(`${job.pyodide}/pyodide.mjs`));
const pyodide = await loadPyodide({ indexURL: job.pyodide });
const { FS } = pyodide;

for (const [inside, root] of Object.entries(job.mounts)) {
  FS.mkdirTree(inside);
  FS.mount(FS.filesystems.NODEFS, { root }, inside);
}

const run = pyodide.runPython(`
import os
import sys

def run(path, arguments):
    sys.dont_write_bytecode = True
    sys.path[:0] = path
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.chdir(path[0])
    import pytest
    return int(pytest.main(arguments))

run
`);
process.exitCode = run(pyodide.toPy(job.path), pyodide.toPy(job.arguments));
