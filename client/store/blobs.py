"""Pictures and documents by content hash, kept beside the records until they can be uploaded."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from client.store import tables

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Blob(NamedTuple):
    type: str
    data: bytes


def put(connection: Connection, data: bytes, media_type: str) -> str:
    """Keep `data` once; returns its hash, 64 hex digits of BLAKE2b-256."""
    content_hash = blake2b(data, digest_size=32).hexdigest()
    statement = insert(tables.blob).values(hash=content_hash, type=media_type, data=data)
    connection.execute(statement.on_conflict_do_nothing())
    return content_hash


def get(connection: Connection, content_hash: str) -> Blob | None:
    table = tables.blob
    row = connection.execute(select(table).where(table.c.hash == content_hash)).first()
    return None if row is None else Blob(row.type, row.data)
