// SQLite's files in the browser's private file system, as an Emscripten file system.
//
// A database has three fixed names: itself, its -wal, its -journal. Their sync access handles are
// opened ahead (opening is async, SQLite is not) and held until unmount, which also keeps every
// other tab out. Each file operation is one direct call on a handle.
//
// Emscripten's fdatasync does nothing, so SQLite's own sync never arrives here. Two rules make up
// for it. `flush` is called by the store after a commit. And before a write goes to another file
// than the write before it, the file written last is flushed: that is the order SQLite syncs in
// (log before database at a checkpoint, database before the log is reset), so a power cut at any
// point leaves a state that SQLite recovers from.
//
// A call on a handle costs about as much as copying a hundred pages, and SQLite appends to its log in
// two small writes a page. So writes that follow one another in a file are gathered, and handed over
// as one before anything else happens to the file: a read there, its size, a flush. A commit is
// handed over at once: where there is no room SQLite must hear of it while it can still undo. What
// a write or a truncation of SQLite's had no room for is forgotten, because SQLite hears of it and has
// it elsewhere: a commit is undone, a checkpoint (it ends with a truncation) is made again from the
// log. Nothing unwritten stays behind that would make the next read or flush fail.

const SUFFIXES = ["", "-wal", "-journal"];
const ENOENT = 44;
const EIO = 29;
const ENOSPC = 51;
const EPERM = 63;
const DIRECTORY = 16384 | 0o777;
const FILE = 32768 | 0o666;
const GATHER_BYTES = 1 << 20;
const FRAME_HEADER = 24; // bytes before each page in the log; 4 to 8 are zero but in a commit's last
const BUSY_WAITS_MS = [0, 50, 100, 200, 400, 800, 1600, 3200];

const groups = new Map();

async function openHandle(root, name) {
  const file = await root.getFileHandle(name, { create: true });
  return file.createSyncAccessHandle();
}

async function openAll(names) {
  const root = await navigator.storage.getDirectory();
  const opened = new Map();
  try {
    for (const name of names) {
      const handle = await openHandle(root, name);
      opened.set(name, name.endsWith("-wal") ? new OpenLog(handle) : new OpenFile(handle));
    }
  } catch (error) {
    for (const file of opened.values()) file.close();
    throw error;
  }
  return opened;
}

class OpenFile {
  constructor(handle) {
    this.handle = handle;
    this.exists = handle.getSize() > 0;
    this.dirty = false;
    this.gathered = null;
    this.at = 0;
    this.length = 0;
  }

  write(bytes, position) {
    this.dirty = true;
    const follows = this.length && position === this.at + this.length;
    if (!follows || this.length + bytes.length > GATHER_BYTES) {
      this.spillOrForget();
      this.at = position;
    }
    if (bytes.length > GATHER_BYTES) return this.put(bytes, position);
    this.gathered ??= new Uint8Array(GATHER_BYTES);
    this.gathered.set(bytes, this.length);
    this.length += bytes.length;
    return bytes.length;
  }

  handOver() {
    if (this.length) this.put(this.gathered.subarray(0, this.length), this.at);
  }

  spill() {
    this.handOver();
    this.length = 0;
  }

  spillOrForget() {
    try {
      this.handOver();
    } finally {
      this.length = 0;
    }
  }

  put(bytes, position) {
    const written = this.handle.write(bytes, { at: position });
    if (written !== bytes.length) throw new DOMException("disk full", "QuotaExceededError");
    return written;
  }

  read(bytes, position) {
    this.spill();
    return this.handle.read(bytes, { at: position });
  }

  size() {
    this.spill();
    return this.handle.getSize();
  }

  truncate(size) {
    this.spillOrForget();
    this.handle.truncate(size);
  }

  flush() {
    if (!this.dirty) return;
    this.spill();
    this.handle.flush();
    this.dirty = false;
  }

  close() {
    try {
      this.flush();
    } finally {
      this.handle.close();
    }
  }
}

class OpenLog extends OpenFile {
  write(bytes, position) {
    const commits = this.commits;
    this.commits = bytes.length === FRAME_HEADER && bytes.subarray(4, 8).some((byte) => byte);
    const taken = super.write(bytes, position);
    if (commits) this.spill();
    return taken;
  }

  spill() {
    this.spillOrForget();
  }
}

function isBusy(error) {
  return error?.name === "NoModificationAllowedError" || error?.name === "InvalidStateError";
}

// Handles of a worker that was just ended are freed a moment later, on a busy machine some seconds.
// Whoever asks holds the page's lock already, so nobody else will keep them.
async function openPatiently(names) {
  let busy = null;
  for (const pause of BUSY_WAITS_MS) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    try {
      return await openAll(names);
    } catch (error) {
      if (!isBusy(error)) throw error;
      busy = error;
    }
  }
  throw busy;
}

function split(path) {
  const cut = path.lastIndexOf("/");
  return [path.slice(0, cut), path.slice(cut + 1)];
}

function plugin(FS, files) {
  const guarded = (work) => {
    try {
      return work();
    } catch (error) {
      if (error instanceof FS.ErrnoError) throw error;
      throw new FS.ErrnoError(error?.name === "QuotaExceededError" ? ENOSPC : EIO);
    }
  };

  const settle = (current) => {
    for (const file of files.values()) {
      if (file !== current) file.flush();
    }
    current.dirty = true;
  };

  const truncate = (file, size) => guarded(() => {
    settle(file);
    file.truncate(size);
  });

  const make = (parent, name, mode) => {
    const node = FS.createNode(parent, name, mode, 0);
    node.node_ops = node_ops;
    node.stream_ops = stream_ops;
    node.touched = new Date();
    return node;
  };

  const node_ops = {
    getattr(node) {
      const file = files.get(node.name);
      const size = FS.isDir(node.mode) ? 4096 : guarded(() => file.size());
      return {
        dev: 1, ino: node.id, mode: node.mode, nlink: 1, uid: 0, gid: 0, rdev: 0, size,
        atime: node.touched, mtime: node.touched, ctime: node.touched,
        blksize: 4096, blocks: Math.ceil(size / 4096),
      };
    },
    setattr(node, change) {
      if (change.mode !== undefined) node.mode = change.mode;
      if (change.size !== undefined) truncate(files.get(node.name), change.size);
    },
    lookup(parent, name) {
      const file = files.get(name);
      if (!file?.exists) throw new FS.ErrnoError(ENOENT);
      return make(parent, name, FILE);
    },
    mknod(parent, name, mode) {
      const file = files.get(name);
      if (!file) throw new FS.ErrnoError(EPERM);
      file.exists = true;
      return make(parent, name, mode);
    },
    unlink(_parent, name) {
      const file = files.get(name);
      truncate(file, 0);
      guarded(() => file.flush());
      file.exists = false;
    },
    readdir() {
      const present = [...files].filter(([, file]) => file.exists).map(([name]) => name);
      return [".", "..", ...present];
    },
  };

  const stream_ops = {
    read(stream, buffer, offset, length, position) {
      const file = files.get(stream.node.name);
      return guarded(() => file.read(buffer.subarray(offset, offset + length), position));
    },
    write(stream, buffer, offset, length, position) {
      const file = files.get(stream.node.name);
      return guarded(() => {
        settle(file);
        return file.write(buffer.subarray(offset, offset + length), position);
      });
    },
    llseek(stream, offset, whence) {
      if (whence === 1) return stream.position + offset;
      if (whence === 2) return guarded(() => files.get(stream.node.name).size()) + offset;
      return offset;
    },
    fsync(stream) {
      const file = files.get(stream.node.name);
      guarded(() => file?.flush());
      return 0;
    },
  };

  return { mount: () => make(null, "/", DIRECTORY) };
}

/** Make `path` and its companions usable by SQLite. Throws NoModificationAllowedError when held. */
export async function mount(FS, path) {
  const [directory, name] = split(path);
  if (groups.has(path)) {
    throw new DOMException("mounted in this worker", "NoModificationAllowedError");
  }
  groups.set(path, null);
  try {
    const files = await openPatiently(SUFFIXES.map((suffix) => name + suffix));
    FS.mkdirTree(directory);
    FS.mount(plugin(FS, files), {}, directory);
    groups.set(path, files);
  } catch (error) {
    groups.delete(path);
    throw error;
  }
}

/** Put every byte written to the database and its log on the disk; the name of what failed, or "". */
export function flush(path) {
  let failure = "";
  for (const file of groups.get(path)?.values() ?? []) {
    try {
      file.flush();
    } catch (error) {
      failure ||= error?.name || "Error";
    }
  }
  return failure;
}

/** Flush, close and give the files back. The database must be closed. */
export function unmount(FS, path) {
  const files = groups.get(path);
  if (!files) return;
  groups.delete(path);
  FS.unmount(split(path)[0]);
  const failures = [];
  for (const file of files.values()) {
    try {
      file.close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length) throw failures[0];
}

// A browser that cannot rename a file in place has it copied.
async function rename(root, from, to) {
  const file = await root.getFileHandle(from);
  if (file.move) return file.move(to);
  const target = await root.getFileHandle(to, { create: true });
  await (await file.getFile()).stream().pipeTo(await target.createWritable());
  return root.removeEntry(from);
}

/** Give the files of the database at `path` the names of the one at `to`. Both must be unmounted. */
export async function move(path, to) {
  const root = await navigator.storage.getDirectory();
  const [[, from], [, onto]] = [split(path), split(to)];
  for (const suffix of [...SUFFIXES].reverse()) {
    await rename(root, from + suffix, onto + suffix);
  }
}

/** Delete the database's files, and those of databases that were set aside beside it. */
export async function remove(FS, path) {
  try {
    unmount(FS, path);
  } catch (error) {
    console.error(error); // what could not be written is to be deleted
  }
  const root = await navigator.storage.getDirectory();
  const [, name] = split(path);
  const ours = SUFFIXES.map((suffix) => name + suffix);
  const present = [];
  for await (const found of root.keys()) present.push(found);
  for (const found of present) {
    if (ours.includes(found) || found.startsWith(`${name}.`)) await root.removeEntry(found);
  }
}
