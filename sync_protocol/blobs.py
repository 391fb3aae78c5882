"""Files by content: what both ends agree on about photos, signatures and documents.

A file is named by the hash of its bytes, so one that is attached twice is there once. It travels up
in chunks, beside the changesets: the server says how far the asking device's own upload has come,
and never a word about anybody else's, so whoever names a file has to send all of it. It travels
down by the record that names it.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import NamedTuple, Protocol

import msgspec

MAX_BLOB = 25 << 20
"""Bytes of one file."""
MAX_CHUNK = 256 << 10
"""Bytes of one step of an upload."""
MAX_PIECE = 1 << 20
"""Bytes of one answer to a fetch."""

_HASH = re.compile(r"[0-9a-f]{64}")


class Received(msgspec.Struct, frozen=True):
    """How far an upload has come: the bytes the server has, and whether it has kept the file."""

    offset: int = 0
    done: bool = False


class Piece(NamedTuple):
    """A part of a file of `total` bytes."""

    data: bytes
    total: int


class BlobExchange(Protocol):
    """Each method raises the `SyncError` that fits when it cannot answer."""

    async def received(self, content: str) -> Received: ...

    async def send(self, content: str, size: int, offset: int, data: bytes) -> Received:
        """Hand in the chunk at `offset`; what comes from elsewhere than the end is passed over."""
        ...

    async def cancel(self, content: str) -> None:
        """Forget this device's unfinished upload."""
        ...

    async def piece(self, kind: str, record_id: str, field: str, start: int) -> Piece:
        """At most `MAX_PIECE` bytes from `start` on of the file that a record's field names."""
        ...


def content_hash(data: bytes) -> str:
    """The name of a file: 64 hex digits of BLAKE2b-256."""
    return blake2b(data, digest_size=32).hexdigest()


def is_hash(content: str) -> bool:
    return _HASH.fullmatch(content) is not None
