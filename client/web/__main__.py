"""Build the installable offline web app: `python -m client.web [--out build/web]`.

The steps are independent and cached by content under `--cache`, so the first build takes about a
minute and a rebuild after a change in the app a few seconds.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from client.web import letters, page_side, publish, python_side

if TYPE_CHECKING:
    from collections.abc import Iterable

APP = tuple(python_side.REPOSITORY / name for name in ("client", "sync_protocol"))
ENTRY = "client.main"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m client.web", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/web"))
    parser.add_argument("--cache", type=Path, default=Path("build/web-cache"))
    chosen = parser.parse_args()
    started = time.monotonic()
    files = build(chosen.out, chosen.cache)
    size = sum(map(len, files.values())) / 1e6
    took = time.monotonic() - started
    sys.stdout.write(f"{chosen.out}: {len(files)} files, {size:.1f} MB, {took:.1f} s\n")


def build(
    out: Path,
    cache: Path,
    roots: Iterable[Path] = APP,
    entry: str = ENTRY,
    lock: Path = python_side.LOCK,
) -> dict[str, bytes]:
    """Write a bundle of the packages at `roots` that runs `entry` with what `lock` names.

    Returns its files by address.
    """
    cache.mkdir(parents=True, exist_ok=True)
    packages = python_side.install_packages(cache, lock)
    fonts = letters.install(cache)
    files = page_side.page_files()
    worker = files.pop("/sw.js")
    files["/worker.js"] = files["/worker.js"].replace(ENTRY.encode(), entry.encode())
    pyodide = page_side.PYODIDE
    files["/pyodide/python_stdlib.zip"] = python_side.standard_library(pyodide, cache)
    archives = python_side.packages_archives(packages, pyodide, cache)
    files["/packages.tar"], files["/seldom.tar"] = archives
    files["/app.tar"] = python_side.app_archive(roots, pyodide, cache)
    files["/licences.txt"] = python_side.licences(packages) + letters.licences(fonts)
    scripts = letters.letters(fonts, files["/main.dart.js"].decode())
    named = letters.folders(scripts)
    files["/sw.js"] = publish.service_worker(worker, files, page_side.set_of, named)
    files |= {address: path.read_bytes() for address, path in scripts.items()}
    out.parent.mkdir(parents=True, exist_ok=True)
    publish.write(files, out, cache / "compressed")
    return files


if __name__ == "__main__":
    main()
