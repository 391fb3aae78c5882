"""Which of a database's errors say that it cannot work just now: the same request may work later.

A full disk, a lock that is held too long, a connection that broke. None of that is a bug, and a
device that meets it waits and tries again.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from sqlalchemy.exc import (
    DBAPIError,
    InterfaceError,
    OperationalError,
    TimeoutError,  # noqa: A004 - SQLAlchemy's own name
)

if TYPE_CHECKING:
    from sqlalchemy.exc import SQLAlchemyError

_SQLITE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}
_PLAIN = 0xFF
"""SQLite's extended codes carry the plain one in their low byte."""
_POSTGRESQL = ("08", "53", "55", "57", "58", "40")
"""SQLSTATE classes: connections, resources, object state, intervention, system, serialization."""


def is_outage(error: SQLAlchemyError) -> bool:
    """Whether `error` speaks of the database's state and not of what was asked of it."""
    if isinstance(error, TimeoutError):  # every connection was taken for too long
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & _PLAIN in _SQLITE
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # the driver's own words: of its connection, or of what it was given
        return isinstance(error, OperationalError | InterfaceError)
    return bool(state.startswith(_POSTGRESQL))
