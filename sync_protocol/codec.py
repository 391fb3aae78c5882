"""Bytes to messages and back, with every size bounded before it costs anything.

A body is gzip or plain msgpack. Inflation stops at the limit instead of after it. A message that
is no message raises `Malformed`, one over its limit `TooLarge`; nothing else escapes.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import msgspec

from sync_protocol.changes import (
    MAX_ACTION,
    MAX_CHANGES,
    MAX_CHANGESET_BYTES,
    MAX_NAME,
    Change,
    Changeset,
)
from sync_protocol.errors import Malformed, TooLarge

MAX_BODY = 16 << 20
"""Bytes of one inflated message."""
MAX_DEPTH = 12
"""Nesting of one cell's value."""
GZIP_FROM = 1_000
"""Bodies shorter than this are not worth compressing."""

ROOM_FOR_CHANGES = MAX_CHANGESET_BYTES - 5_000
"""Bytes that a changeset has room for besides its name and the like."""

T = TypeVar("T")
_GZIP = 16 + zlib.MAX_WBITS


def encode(message: Any) -> bytes:
    return msgspec.msgpack.encode(message)


def decode(body: bytes, type_: type[T]) -> T:
    try:
        return msgspec.msgpack.decode(body, type=type_)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Malformed(f"This is not a {type_.__name__} message: {error}") from None


def compress(body: bytes) -> bytes:
    """Gzip without a time stamp, so that equal bodies give equal bytes."""
    packer = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
    return packer.compress(body) + packer.flush()


def inflate(body: bytes, limit: int = MAX_BODY) -> bytes:
    """Undo `compress`, never holding more than `limit` bytes."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        data = unpacker.decompress(body, limit + 1)
    except zlib.error as error:
        raise Malformed(f"The compressed body is damaged: {error}") from None
    if len(data) > limit:
        raise TooLarge(f"A message may hold {limit} bytes at most.")
    if not unpacker.eof:
        raise Malformed("The compressed body ends too soon.")
    return data


def check_size(changeset: Changeset) -> None:
    """Hold a changeset to the limits both ends share."""
    if len(changeset.name) > MAX_NAME or len(changeset.action) > MAX_ACTION:
        raise TooLarge("A changeset's name or action is too long.")
    if len(changeset.changes) > MAX_CHANGES:
        raise TooLarge(f"A changeset may hold {MAX_CHANGES} changes at most.")
    if len(encode(changeset)) > MAX_CHANGESET_BYTES:
        raise TooLarge(f"A changeset may hold {MAX_CHANGESET_BYTES} bytes at most.")


def parts(changes: Iterable[Change]) -> Iterator[tuple[Change, ...]]:
    """As changesets that hold no more than one may, by count and by bytes.

    A change that is too large alone is a part of its own.
    """
    part: list[Change] = []
    size = 0
    for change in changes:
        weight = len(encode(change))
        if part and (len(part) == MAX_CHANGES or size + weight > ROOM_FOR_CHANGES):
            yield tuple(part)
            part, size = [], 0
        part.append(change)
        size += weight
    if part:
        yield tuple(part)


def check_depth(value: bytes) -> None:
    """Refuse a cell nested deeper than any record type needs, or that is no msgpack at all."""
    try:
        decoded = msgspec.msgpack.decode(value)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Malformed(f"A cell does not hold msgpack: {error}") from None
    if _depth(decoded, MAX_DEPTH) > MAX_DEPTH:
        raise Malformed(f"A cell may nest {MAX_DEPTH} levels at most.")


def _depth(value: Any, left: int) -> int:
    if not isinstance(value, dict | list):
        return 0
    if left == 0:
        return 1
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max((_depth(item, left - 1) for item in inner), default=0)
