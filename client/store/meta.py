"""What the replica remembers about itself: small typed values under fixed keys.

Each write and each round asks for several, so what was read or written is kept beside the
connection: nobody else can write to the file while it is open. A rollback forgets it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import insert

from client.store import tables
from client.store.prepared import Prepared
from sync_protocol.changes import NIL

if TYPE_CHECKING:
    from sqlalchemy import Connection

T = TypeVar("T")
_READ = Prepared(select(tables.meta.c.value).where(tables.meta.c.key == bindparam("key")))
_INSERT = insert(tables.meta)
_WRITE = Prepared(_INSERT.on_conflict_do_update(["key"], set_={"value": _INSERT.excluded.value}))


_KNOWN = "meta"
"""Where a connection keeps the packed values that are known."""


def read(connection: Connection, key: str, type_: type[T]) -> T | None:
    """The value under `key`; None if there is none, or None was written."""
    known = connection.info.setdefault(_KNOWN, {})
    if key in known:
        found = known[key]
    else:
        found = known[key] = _READ.scalar(connection, {"key": key})
    if found is None or found == NIL:
        return None
    return msgspec.msgpack.decode(found, type=type_)


def write(connection: Connection, key: str, value: Any) -> None:
    known, packed = connection.info.setdefault(_KNOWN, {}), msgspec.msgpack.encode(value)
    if known.get(key) != packed:
        _WRITE.run(connection, {"key": key, "value": packed})
        known[key] = packed


def forget(connection: Connection) -> None:
    """Read everything anew: a transaction was rolled back."""
    connection.info.pop(_KNOWN, None)
