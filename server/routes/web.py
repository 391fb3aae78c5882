"""The built web app at `/`.

The build says in `headers.json` which files there are, what they are and what must be said with
them; nothing else is ever served, so no path can lead out of the folder. Every file is revalidated
by its content's hash, except those whose path carries a hash. The bundle may be rebuilt while the
server runs: a new `headers.json` is read when it appears.
"""

from __future__ import annotations

import mimetypes
import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import msgspec
from anyio import to_thread
from litestar import HttpMethod, Request, Response
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler

_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_HASHED = re.compile(r"-[0-9a-f]{8,}[./]|/v-[0-9a-f]+/")
_IMMUTABLE = "public, max-age=31536000, immutable"
_POLICY = "content-security-policy"
_WORKER = "/sw.js"
_FOR_TILES = ("connect-src", "img-src")
_RESERVED = ("/api/", "/schema/")
_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".ico": "image/x-icon",
    ".otf": "font/otf",
    ".ttf": "font/ttf",
    ".woff2": "font/woff2",
}
_NOT_BUILT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Fieldbook</title>
<h1>The server is running</h1>
<p>The web app has not been built yet. Run <code>make web</code>, then load this page again.</p>
<p>Phones and desktops can sign in to this address already.</p>
</html>
"""


class File(msgspec.Struct, frozen=True, rename="kebab"):
    """What is said of one file alone is in `headers`; `more` is put at its end."""

    content_type: str
    etag: str
    headers: dict[str, str] = {}
    more: str = ""


class Facts(msgspec.Struct, frozen=True):
    """`headers.json`: `files` by their address, which starts with a slash."""

    files: dict[str, File]
    headers: dict[str, str] = {}
    navigation: str = "/index.html"


class Tiles(NamedTuple):
    """The one host that the page may fetch map tiles from, and whether devices keep them."""

    host: str = ""
    keep: bool = False


NO_TILES = Tiles()


def bundle(folder: Path, tiles: Tiles = NO_TILES) -> HTTPRouteHandler:
    """A handler that serves the bundle in `folder`, whose page may fetch map `tiles`."""

    async def serve(request: Request[Any, Any, Any]) -> Response[bytes]:
        return await to_thread.run_sync(_serve, folder, tiles, request)

    methods = [HttpMethod.GET, HttpMethod.HEAD]
    handler = HTTPRouteHandler(
        ["/", "/{path:path}"],
        http_method=methods,
        include_in_schema=False,
        status_code=200,
    )
    return handler(serve)


def _allowing(policy: str, host: str) -> str:
    """A policy by which a page may also fetch from one host, and show the pictures it has."""
    parts = [part.strip() for part in policy.split(";")]
    return "; ".join(f"{x} {host}" if x.split(" ")[0] in _FOR_TILES else x for x in parts)


def _serve(folder: Path, tiles: Tiles, request: Request[Any, Any, Any]) -> Response[bytes]:
    facts = _facts(folder)
    if facts is None:
        return _not_built(request)
    return _serve_file(folder, _with_tiles(facts, tiles), request)


def _with_tiles(facts: Facts, tiles: Tiles) -> Facts:
    """As the bundle says, but its page may ask one more host, and is another page by that.

    Where tiles are kept, the service worker may ask it, too, and is told so by a line at its end:
    what a worker may ask goes by the answer its text came with.
    """
    policy = facts.headers.get(_POLICY, "")
    if not tiles.host or not policy:
        return facts
    kept = f"\nkeepTiles({msgspec.json.encode(tiles.host).decode()});\n"
    more = {facts.navigation: ""} | ({_WORKER: kept} if tiles.keep else {})
    mark = sha256(tiles.host.encode()).hexdigest()[:8]
    allowed = {_POLICY: _allowing(policy, tiles.host)}
    changed = {
        address: File(file.content_type, f"{file.etag}-{mark}", allowed, more[address])
        for address in more
        if (file := facts.files.get(address)) is not None
    }
    return msgspec.structs.replace(facts, files=facts.files | changed)


def _serve_file(folder: Path, facts: Facts, request: Request[Any, Any, Any]) -> Response[bytes]:
    address = _address(facts, request.url.path)
    file = facts.files[address]
    accepted = request.headers.get("accept-encoding", "")
    path, encoding = _variant(folder / address[1:], "" if file.more else accepted)
    headers = facts.headers | file.headers | {"etag": f'"{file.etag}{encoding and "-" + encoding}"'}
    headers["vary"] = "accept-encoding"
    if encoding:
        headers["content-encoding"] = encoding
    if _HASHED.search(address):
        headers["cache-control"] = _IMMUTABLE
    headers.setdefault("cache-control", "no-cache")
    media_type = file.content_type.partition(";")[0]  # the framework names the charset
    if matches(request.headers.get("if-none-match", ""), headers["etag"]):
        return Response(b"", status_code=304, headers=headers, media_type=media_type)
    body = _read(path) + file.more.encode()
    return Response(body, headers=headers, media_type=media_type)


def _address(facts: Facts, path: str) -> str:
    """The file a path stands for: itself, or the app's page for a place within the app."""
    if path in facts.files:
        return path
    within_app = "." not in PurePosixPath(path).name and not f"{path}/".startswith(_RESERVED)
    if not within_app or facts.navigation not in facts.files:
        raise NotFoundException("There is no such file.")
    return facts.navigation


def _variant(path: Path, accepted: str) -> tuple[Path, str]:
    for encoding, suffix in _ENCODINGS:
        twin = path.with_name(path.name + suffix)
        if encoding in accepted and twin.is_file():
            return twin, encoding
    return path, ""


def matches(asked: str, etag: str) -> bool:
    """Whether an If-None-Match names this ETag."""
    return asked == "*" or etag in (tag.strip().removeprefix("W/") for tag in asked.split(","))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:  # the bundle is being replaced
        raise NotFoundException("There is no such file.") from None


def _not_built(request: Request[Any, Any, Any]) -> Response[bytes]:
    if request.url.path != "/":
        raise NotFoundException("There is no such page.")
    return Response(_NOT_BUILT.encode(), media_type="text/html")


def _facts(folder: Path) -> Facts | None:
    described, page = folder / "headers.json", folder / "index.html"
    for path, read in ((described, _read_facts), (page, _scan)):
        try:
            return read(folder, path.stat().st_mtime_ns)
        except FileNotFoundError:
            continue
    return None


@lru_cache(maxsize=4)
def _read_facts(folder: Path, _version: int) -> Facts:
    return msgspec.json.decode((folder / "headers.json").read_bytes(), type=Facts)


@lru_cache(maxsize=4)
def _scan(folder: Path, _version: int) -> Facts:
    """A bundle that does not describe itself, by what lies in its folder."""
    twins = tuple(suffix for _, suffix in _ENCODINGS)
    files = {
        f"/{path.relative_to(folder).as_posix()}": File(_type(path), _digest(path))
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in twins
    }
    return Facts(files)


def _type(path: Path) -> str:
    return _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "text/plain"


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()[:32]
