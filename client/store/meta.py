"""What the replica remembers about itself: small typed values under fixed keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import insert

from client.store import tables
from sync_protocol.changes import NIL

if TYPE_CHECKING:
    from sqlalchemy import Connection

T = TypeVar("T")
_READ = select(tables.meta.c.value).where(tables.meta.c.key == bindparam("key"))
_INSERT = insert(tables.meta)
_WRITE = _INSERT.on_conflict_do_update(["key"], set_={"value": _INSERT.excluded.value})


def read(connection: Connection, key: str, type_: type[T]) -> T | None:
    """The value under `key`; None if there is none, or None was written."""
    found = connection.execute(_READ, {"key": key}).scalar()
    if found is None or found == NIL:
        return None
    return msgspec.msgpack.decode(found, type=type_)


def write(connection: Connection, key: str, value: Any) -> None:
    connection.execute(_WRITE, {"key": key, "value": msgspec.msgpack.encode(value)})
