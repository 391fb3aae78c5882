"""What SQLite says about the disk beneath the replica, as errors a person can read.

No room, or a device that refuses to write: the write failed, nothing of it is there, everything
else goes on. A damaged file is another matter: it is found while opening (the header and the first
reads; after a run that did not end well also by SQLite's own check of the file, which reads about a
gigabyte a second) or by a query, which leaves a mark in the file, so that the next opening knows.
Either way `StorageDamaged` is raised, and `rescue` makes a new file.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from client.runtime.protocol import StorageBusy, StorageDamaged, StorageFailed, StorageFull
from client.store import tables

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

DAMAGED = "damaged"
"""The key of the mark in `meta`."""
CHECKED_WHOLE_BYTES = 64 << 20
"""A larger file has only its bookkeeping checked: the rest can be had again from the server."""
_MARK = "INSERT OR REPLACE INTO meta (key, value) VALUES (?, x'c3')"  # msgpack's true
_CODE = 0xFF
"""SQLite's extended result codes carry the plain one in their low byte."""


def name_errors(engine: Engine) -> None:
    """Let what `engine` raises about the disk be one of our errors, and mark a damaged file."""

    def handle(context: Any) -> None:
        translate(context.connection, context.original_exception)

    event.listen(engine, "handle_error", handle)


def translate(connection: Connection | None, error: BaseException) -> None:
    """Raise what the driver's error says of the disk as one of ours; return if it says nothing."""
    named = _named(error)
    if isinstance(named, StorageDamaged) and connection is not None:
        mark(connection)
    if named is not None:
        raise named from error


def was_cut_off(path: str) -> bool:
    """Whether the last one who had the file open did not close it: its log is still there."""
    with suppress(OSError):
        return os.stat(path + "-wal").st_size > 0  # noqa: PTH116 - as cheap as it gets
    return False


def check(connection: Connection, path: str, *, cut_off: bool) -> None:
    """Raise `StorageDamaged` for a file that is marked, or whose structure is broken."""
    present = _bookkeeping(connection)
    if "meta" in present and _is_marked(connection):
        raise StorageDamaged
    if not cut_off:
        return
    whole = os.stat(path).st_size <= CHECKED_WHOLE_BYTES  # noqa: PTH116
    for what in ("1",) if whole else present:
        found = connection.exec_driver_sql(f"PRAGMA quick_check({what})").scalars().all()
        if found != ["ok"]:
            raise StorageDamaged


def mark(connection: Connection) -> None:
    """Leave the mark, if the file still takes it; within a transaction it would be undone."""
    raw: Any = connection.connection.dbapi_connection
    if not raw.in_transaction:
        with suppress(sqlite3.Error):
            raw.execute(_MARK, (DAMAGED,))


def _named(error: BaseException | None) -> Exception | None:
    code = getattr(error, "sqlite_errorcode", 0)
    match code & _CODE:
        case sqlite3.SQLITE_FULL:
            return StorageFull()
        case sqlite3.SQLITE_IOERR:
            return StorageFailed()
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return StorageDamaged()
        case sqlite3.SQLITE_BUSY:
            return StorageBusy(str(error))
    return None


def _bookkeeping(connection: Connection) -> list[str]:
    """Our own tables, as far as the file has them: a new one has none."""
    found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
    return sorted(set(found.scalars()) & set(tables.metadata.tables))


def _is_marked(connection: Connection) -> bool:
    found = connection.exec_driver_sql("SELECT 1 FROM meta WHERE key = ?", (DAMAGED,))
    return found.first() is not None
