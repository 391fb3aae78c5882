// Byte-compiles for the browser's Python: Pyodide under Node, so that the .pyc fit exactly.
// Docstrings stay behind: nobody reads them there and they are a third of what would be loaded.
// Asserts stay in, which is why this is not -OO.
// Usage: node compile.mjs <pyodide folder> <jobs.json>, jobs: [[source, shown name, target], ...]

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, jobs] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
const pyodide = await loadPyodide({ indexURL: folder });

const compile = pyodide.runPython(`
import ast
from importlib._bootstrap_external import _code_to_timestamp_pyc

OWNERS = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

def undocumented(tree):
    for node in ast.walk(tree):
        if isinstance(node, OWNERS) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.copy_location(ast.Pass(), node.body[0])]
    return tree

def bytecode(source, shown):
    tree = undocumented(ast.parse(source.to_bytes(), shown))
    return _code_to_timestamp_pyc(compile(tree, shown, "exec", dont_inherit=True))

bytecode
`);

for (const [source, shown, target] of JSON.parse(readFileSync(jobs, "utf8"))) {
  const made = compile(new Uint8Array(readFileSync(source)), shown);
  const bytes = made.toJs();
  made.destroy?.();
  writeFileSync(target, bytes);
}
