"""Backup and restore of a SQLite store; PostgreSQL has its own tools for both.

SQLite's online backup copies a consistent moment while the server goes on. A copy is checked before
it counts: a backup that cannot be read is worse than none.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

_SIDES = ("-wal", "-shm")


class Unusable(Exception):
    """This database cannot be copied, or the copy is no good."""


def backup(database_url: str, target: Path) -> None:
    """Copy the database to `target`, replacing it only when the copy is sound."""
    source = _file(database_url)
    if not source.is_file():
        raise Unusable(f"There is no database at {source}.")
    draft = target.with_name(target.name + ".draft")
    draft.unlink(missing_ok=True)
    _copy(source, draft)
    _check(draft)
    draft.replace(target)


def restore(source: Path, database_url: str) -> None:
    """Put the backup in place of the database. Nobody may have it open."""
    target = _file(database_url)
    _check(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(target.name + ".draft")
    draft.unlink(missing_ok=True)
    _copy(source, draft)
    _require_closed(target)
    discard(database_url)
    draft.replace(target)


def discard(database_url: str) -> None:
    """Remove a database, with what SQLite keeps beside it."""
    path = _file(database_url)
    for side in ("", *_SIDES):
        path.with_name(path.name + side).unlink(missing_ok=True)


def _file(database_url: str) -> Path:
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        raise Unusable(
            "This works on SQLite files. PostgreSQL has pg_dump, and pg_restore followed by"
            " `fieldbook-server new-epoch`."
        )
    return Path(url.database)


def _copy(source: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
            new.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        target.unlink(missing_ok=True)
        raise Unusable(f"{source} cannot be read: {error}.") from None


def _check(path: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
            connection.execute("SELECT epoch FROM workspace").fetchall()
    except sqlite3.DatabaseError as error:
        raise Unusable(f"{path} is not a Fieldbook database: {error}.") from None
    if answer != "ok":
        raise Unusable(f"{path} is damaged: {answer}.")


def _require_closed(path: Path) -> None:
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=0)) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
    except sqlite3.OperationalError:
        raise Unusable(f"{path} is in use. Stop the server first.") from None
    except sqlite3.DatabaseError:
        return  # a damaged database is what a restore is for
