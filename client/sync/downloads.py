"""Fetching a file by the record that names it, piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_protocol.blobs import MAX_BLOB, content_hash
from sync_protocol.errors import Malformed

if TYPE_CHECKING:
    from sync_protocol.blobs import BlobExchange


async def fetch(
    exchange: BlobExchange, kind: str, record_id: str, field: str, content: str
) -> bytes:
    """The file whose hash is `content`. Raises `NotFound` while the server does not have it.

    `Malformed` if what came is another file: the record was written again meanwhile.
    """
    data = bytearray()
    total = 1
    while len(data) < total:
        piece = await exchange.piece(kind, record_id, field, len(data))
        total = piece.total
        data += piece.data
        if not piece.data or total > MAX_BLOB:
            raise Malformed("The server's answer is no part of a file.")
    if content_hash(bytes(data)) != content:
        raise Malformed("What came is not the file that was asked for.")
    return bytes(data)
