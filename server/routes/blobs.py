"""Files in and out: chunks up by hash, whole files and pieces of them down by record.

What comes out is never run or shown as a page: its type is read from its first bytes, and only
plain pictures are named for what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from anyio import to_thread
from litestar import Request, Response, delete, get, put
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from server.domain.access import Session
from server.domain.blobs import Blobs
from server.routes.edge import LEAVING, PlainInPath
from server.routes.services import Serving, SignedIn
from server.store.blobs import Naming
from sync_protocol.blobs import MAX_CHUNK, MAX_PIECE, Piece, Received
from sync_protocol.errors import Malformed

_RANGE = re.compile(r"bytes=(\d{1,10})-(\d{0,10})")
_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_BYTES = "application/octet-stream"


@get("/uploads/{content:str}", sync_to_thread=True, dependencies=LEAVING)
def received(content: FromPath[str], session: SignedIn, services: Serving) -> Received:
    """How far this device's upload of a file has come."""
    return services.blobs.received(session, content)


@put(
    "/uploads/{content:str}",
    status_code=200,
    request_max_body_size=MAX_CHUNK,
    dependencies=LEAVING,
)
async def send(
    *,
    request: Request[Any, Any, Any],
    content: FromPath[str],
    size: FromQuery[int],
    offset: FromQuery[int],
    session: SignedIn,
    services: Serving,
) -> Received:
    """One chunk of a file, at `offset` of `size` bytes; answers where to go on."""
    data = await request.body()
    take = services.blobs.take
    return await to_thread.run_sync(
        lambda: take(session, content, size=size, offset=offset, data=data)
    )


@delete("/uploads/{content:str}", sync_to_thread=True)
def cancel(content: FromPath[str], session: SignedIn, services: Serving) -> None:
    """Forget this device's unfinished upload."""
    services.blobs.cancel(session, content)


@get("/blobs/{kind:str}/{record_id:str}/{field:str}", sync_to_thread=True)
def fetch(
    *,
    request: Request[Any, Any, Any],
    kind: FromPath[str],
    record_id: PlainInPath,
    field: FromPath[str],
    session: SignedIn,
    services: Serving,
) -> Response[Any]:
    """The file that a record names, or with `Range: bytes=…` the beginning of that range."""
    naming = Naming(kind, record_id, field)
    asked = request.headers.get("range")
    start, end = _range(asked) if asked else (0, None)
    piece = services.blobs.piece(session, naming, start)
    headers = _headers(piece.data if start == 0 else b"")
    if asked:
        return _partial(piece, start, end, headers)
    pieces = _pieces(services.blobs, session, naming, piece)
    headers["content-length"] = str(piece.total)
    return Stream(pieces, media_type=headers.pop("content-type"), headers=headers)


HANDLERS = [received, send, cancel, fetch]


def _partial(piece: Piece, start: int, end: int | None, headers: dict[str, str]) -> Response[bytes]:
    data = piece.data if end is None else piece.data[: end - start]
    headers["content-range"] = f"bytes {start}-{start + len(data) - 1}/{piece.total}"
    media_type = headers.pop("content-type")
    return Response(data, status_code=206, media_type=media_type, headers=headers)


def _pieces(blobs: Blobs, session: Session, naming: Naming, first: Piece) -> Iterator[bytes]:
    yield first.data
    for start in range(MAX_PIECE, first.total, MAX_PIECE):
        yield blobs.piece(session, naming, start).data


def _range(asked: str) -> tuple[int, int | None]:
    """The half-open range of a Range header; `Malformed` unless it is one plain range."""
    found = _RANGE.fullmatch(asked.strip())
    if found is None:
        raise Malformed("Ask for one range: bytes=first-last.")
    start, end = int(found[1]), int(found[2]) + 1 if found[2] else None
    if end is not None and end <= start:
        raise Malformed("This range is empty.")
    return start, end


def _headers(beginning: bytes) -> dict[str, str]:
    media_type = _picture(beginning)
    return {
        "accept-ranges": "bytes",
        "content-type": media_type or _BYTES,
        "content-disposition": "inline" if media_type else "attachment",
        "content-security-policy": "default-src 'none'; sandbox",
    }


def _picture(beginning: bytes) -> str:
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _PICTURES if beginning.startswith(magic)), "")
