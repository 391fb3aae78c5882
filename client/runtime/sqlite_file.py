"""How the replica's file is opened, in every place the same: by one process, at once or not at all.

Exclusive locking is asked for before WAL, so the log's index lives in memory and nobody can write
beside us. The log may grow to 32 MiB before its pages are moved into the file: a first load writes
many of them dozens of times, and each time they are moved the disk is waited for twice. When the
app has come to rest they are moved anyway (`Database.rest`). How many pages SQLite may keep is up
to each place: its own 2 MB hold no list of a large company.
"""

from __future__ import annotations

import sqlite3

from client.runtime.protocol import StorageBusy

PRAGMAS = (
    "PRAGMA busy_timeout = 0",
    "PRAGMA locking_mode = exclusive",
    "PRAGMA journal_mode = wal",
    "PRAGMA synchronous = full",
    "PRAGMA wal_autocheckpoint = 8000",
    "PRAGMA temp_store = memory",
    "PRAGMA foreign_keys = off",
)
STATEMENTS = 512
"""Kept as SQLite has read them: there are some ten for each of the types of records."""


def connect(path: str, *more: str) -> sqlite3.Connection:
    """Open the file in autocommit mode, then run `more`. Raises `StorageBusy` if it is held."""
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=STATEMENTS
    )
    try:
        for statement in (*PRAGMAS, *more):
            connection.execute(statement)
    except sqlite3.Error as error:
        connection.close()
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise StorageBusy(path) from error
        raise
    return connection
