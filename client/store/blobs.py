"""Pictures and documents by content hash, kept beside the records.

What this device made stays until the server has it; what can be had from the server again is kept
as long as there is room, the least recently used going first. `blob_keeping` has a row per file
that says which of the two it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from client.store import tables
from sync_protocol.blobs import content_hash

if TYPE_CHECKING:
    import sqlite3

    from sqlalchemy import ColumnElement, Connection

MAX_CACHED = 200 << 20
"""Bytes of files that are only kept because they were fetched, or sent, once."""
_keeping = tables.blob_keeping


class Blob(NamedTuple):
    type: str
    data: bytes


def put(connection: Connection, data: bytes, media_type: str, now_ms: int) -> str:
    """Keep what was made here, once; returns its hash, 64 hex digits of BLAKE2b-256."""
    content = content_hash(data)
    _insert(connection, content, Blob(media_type, data), now_ms, safe=False)
    return content


def cache(connection: Connection, content: str, found: Blob, now_ms: int) -> None:
    """Keep what the server has, too; what was not used for longest makes room for it."""
    _insert(connection, content, found, now_ms, safe=True)
    make_room(connection)


def get(connection: Connection, content: str) -> Blob | None:
    table = tables.blob
    row = connection.execute(select(table).where(table.c.hash == content)).first()
    return None if row is None else Blob(row.type, row.data)


def holds(connection: Connection, content: str) -> bool:
    """Whether a file is here, without reading it."""
    found = select(_keeping.c.hash).where(_keeping.c.hash == content)
    return connection.execute(found).first() is not None


def size(connection: Connection, content: str) -> int | None:
    """The bytes of a file that is here."""
    found = select(_keeping.c.size).where(_keeping.c.hash == content)
    return connection.execute(found).scalar()


def touch(connection: Connection, content: str, now_ms: int) -> None:
    """Remember that a file was looked at."""
    connection.execute(update(_keeping).where(_keeping.c.hash == content).values(used_ms=now_ms))


def read(connection: Connection, content: str, offset: int, length: int) -> bytes:
    """A part of a file, without reading the rest of it."""
    asked = "SELECT rowid FROM blob WHERE hash = ?"
    row = connection.exec_driver_sql(asked, (content,)).scalar_one()
    raw = cast("sqlite3.Connection", connection.connection.dbapi_connection)
    with raw.blobopen("blob", "data", row, readonly=True) as part:
        part.seek(offset)
        return part.read(length)


def make_room(connection: Connection, limit: int | None = None) -> None:
    """Forget files the server has until the rest fits `limit` bytes; the last one used stays."""
    found = connection.execute(
        select(_keeping.c.hash, _keeping.c.size)
        .where(*_can_be_had_again())
        .order_by(_keeping.c.used_ms.desc(), _keeping.c.hash)
    ).all()
    left = MAX_CACHED if limit is None else limit
    for place, row in enumerate(found):
        left -= row.size
        if left < 0 and place:
            forget(connection, row.hash)


def cached_bytes(connection: Connection) -> int:
    """How much `make_room` could free."""
    query = select(func.coalesce(func.sum(_keeping.c.size), 0)).where(*_can_be_had_again())
    return int(connection.execute(query).scalar_one())


def forget(connection: Connection, content: str) -> None:
    for table in (tables.blob, _keeping, tables.blob_naming):
        connection.execute(delete(table).where(table.c.hash == content))


def _can_be_had_again() -> tuple[ColumnElement[bool], ...]:
    return _keeping.c.safe.is_(True), _keeping.c.waiting_ms.is_(None)


def _insert(connection: Connection, content: str, found: Blob, now_ms: int, *, safe: bool) -> None:
    row = {"hash": content, "type": found.type, "data": found.data}
    connection.execute(insert(tables.blob).values(row).on_conflict_do_nothing())
    kept = {"hash": content, "size": len(found.data), "used_ms": now_ms, "safe": safe}
    statement = insert(_keeping).values(kept)
    connection.execute(statement.on_conflict_do_update(["hash"], set_={"used_ms": now_ms}))
