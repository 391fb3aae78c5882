// Pyodide, the archives and the bridge that Python sees as `js.fieldbook`.
//
// The archives are plain tar: the browser undoes brotli by itself while loading, and reading tar
// is a page of JavaScript, much faster than unpacking in Python. Packages change rarely and the
// app often, so they are two files and an update of the app fetches only the small one. Packages
// that few acts need (client/runtime/seldom.py) are a third; no start waits for them.

import { loadPyodide } from "./pyodide/pyodide.mjs";
import * as opfs from "./opfs.js";
import { shrink } from "./pictures.js";

const ROOT = "/app";
const BLOCK = 512;
const REGULAR = ["0", "\0", ""];
const text = new TextDecoder();

function field(header, from, size) {
  const raw = text.decode(header.subarray(from, from + size));
  const end = raw.indexOf("\0");
  return end < 0 ? raw : raw.slice(0, end);
}

/** Write the files of an uncompressed ustar archive below `ROOT`. */
function unpack(FS, archive) {
  const made = new Set();
  for (let at = 0; at + BLOCK <= archive.length;) {
    const header = archive.subarray(at, at + BLOCK);
    const name = field(header, 0, 100);
    if (!name) break;
    const prefix = field(header, 345, 155);
    const size = parseInt(field(header, 124, 12), 8);
    const path = `${ROOT}/${prefix ? `${prefix}/` : ""}${name}`;
    at += BLOCK;
    if (REGULAR.includes(field(header, 156, 1))) {
      const folder = path.slice(0, path.lastIndexOf("/"));
      if (!made.has(folder)) {
        FS.mkdirTree(folder);
        made.add(folder);
      }
      FS.writeFile(path, archive.subarray(at, at + size), { canOwn: true });
    }
    at += Math.ceil(size / BLOCK) * BLOCK;
  }
}

async function load(name) {
  const response = await fetch(name);
  if (!response.ok) throw new Error(`${name}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Python waits for what it imports, so this may: workers still may ask in one breath. */
function loadNow(name) {
  const request = new XMLHttpRequest();
  request.open("GET", name, false);
  request.responseType = "arraybuffer";
  request.send();
  if (request.status !== 200) throw new Error(`${name}: HTTP ${request.status}`);
  return new Uint8Array(request.response);
}

/** Start Python with the archives unpacked on its path. `say` carries messages to the page. */
export async function boot(archives, say) {
  const loading = archives.map(load);
  const pyodide = await loadPyodide({
    indexURL: "/pyodide/",
    stdout: (line) => console.log(line),
    stderr: (line) => console.error(line),
  });
  for (const archive of await Promise.all(loading)) unpack(pyodide.FS, archive);
  const bridge = makeBridge(pyodide.FS, say);
  globalThis.fieldbook = bridge.forPython;
  pyodide.runPython(`import sys; sys.path[:0] = ["${ROOT}", "${ROOT}/__pypackages__"]`);
  return { pyodide, hear: bridge.hear };
}

function makeBridge(FS, say) {
  const open = new Map();
  const listeners = new Set();
  let count = 0;
  return {
    forPython: {
      say,
      ask(what, value = null) {
        count += 1;
        const id = count;
        const answered = new Promise((resolve) => open.set(id, resolve));
        say("ask", { what, value }, id);
        return answered;
      },
      listen: (callback) => { listeners.add(callback); },
      mount: (path) => opfs.mount(FS, path),
      unmount: (path) => opfs.unmount(FS, path),
      remove: (path) => opfs.remove(FS, path),
      move: (path, to) => opfs.move(path, to),
      flush: (path) => opfs.flush(path),
      shrink: (picture, longest) => shrink(picture, longest),
      unpackSeldom: () => unpack(FS, loadNow("/seldom.tar")),
    },
    hear({ kind, value, id }) {
      if (kind === "answer") {
        open.get(id)?.(value);
        open.delete(id);
      } else {
        for (const listener of listeners) listener(kind === "event" ? value : kind);
      }
    },
  };
}
