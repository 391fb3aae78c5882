"""From contents to a folder that can be served: hashes, service worker, compressed twins.

`headers.json` tells the server all it must know (see headers.py); it is not served. A `.br` and a
`.gz` lie beside every file that gains by them. The folder is made aside and moved into place whole,
so a server never reads half a build.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import brotli

from client.web.headers import CONTENT_TYPES, HEADERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

HASH_LENGTH = 32
SMALL = 512
ALREADY_SMALL = (".png", ".woff2")
WORKERS = 2
ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda content: brotli.compress(content, quality=9),
    "gz": lambda content: gzip.compress(content, 9, mtime=0),
}


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:HASH_LENGTH]


def service_worker(
    source: bytes,
    files: Mapping[str, bytes],
    set_of: Callable[[str], str],
    named: Sequence[str] = (),
) -> bytes:
    """The worker's text with what it must keep, and a version that names exactly this build.

    `named` are folders whose files never change under their names: kept when they have been used.
    """
    kept = {address: [digest(content), set_of(address)] for address, content in files.items()}
    listing = json.dumps(kept, sort_keys=True)
    version = digest(listing.encode())[:12]
    facts = {"VERSION": json.dumps(version), "FILES": listing, "NAMED": json.dumps([*named])}
    head = "".join(f"const {name} = {value};\n" for name, value in facts.items())
    return f"{head}\n".encode() + source


def headers(files: Mapping[str, bytes]) -> bytes:
    described = {
        address: {
            "content-type": CONTENT_TYPES.get(PurePosixPath(address).suffix, "text/plain"),
            "etag": digest(content),
        }
        for address, content in files.items()
    }
    facts = {"headers": HEADERS, "navigation": "/index.html", "files": described}
    return json.dumps(facts, indent=1, sort_keys=True).encode()


def write(files: Mapping[str, bytes], out: Path, cache: Path) -> None:
    """Write `files`, their compressed twins and `headers.json` as the new content of `out`."""
    draft = out.with_name(out.name + ".draft")
    shutil.rmtree(draft, ignore_errors=True)
    cache.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(WORKERS) as pool:
        jobs = [
            pool.submit(_write_one, draft, address, content, cache)
            for address, content in files.items()
        ]
        for job in jobs:
            job.result()
    (draft / "headers.json").write_bytes(headers(files))
    old = out.with_name(out.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    draft.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def _write_one(draft: Path, address: str, content: bytes, cache: Path) -> None:
    path = draft / address.removeprefix("/")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if len(content) < SMALL or path.suffix in ALREADY_SMALL:
        return
    for suffix in ENCODERS:
        twin = _compressed(content, suffix, cache)
        if len(twin) < len(content):
            path.with_name(f"{path.name}.{suffix}").write_bytes(twin)


def _compressed(content: bytes, suffix: str, cache: Path) -> bytes:
    kept = cache / f"{digest(content)}.{suffix}"
    if not kept.exists():
        draft = kept.with_suffix(f".draft-{suffix}")
        draft.write_bytes(ENCODERS[suffix](content))
        draft.replace(kept)
    return kept.read_bytes()
