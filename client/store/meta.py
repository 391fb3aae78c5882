"""What the replica remembers about itself: small typed values under fixed keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from client.store import tables
from sync_protocol.changes import NIL

if TYPE_CHECKING:
    from sqlalchemy import Connection

T = TypeVar("T")


def read(connection: Connection, key: str, type_: type[T]) -> T | None:
    """The value under `key`; None if there is none, or None was written."""
    found = connection.execute(select(tables.meta.c.value).where(tables.meta.c.key == key)).scalar()
    if found is None or found == NIL:
        return None
    return msgspec.msgpack.decode(found, type=type_)


def write(connection: Connection, key: str, value: Any) -> None:
    packed = msgspec.msgpack.encode(value)
    statement = insert(tables.meta).values(key=key, value=packed)
    connection.execute(statement.on_conflict_do_update(["key"], set_={"value": packed}))
