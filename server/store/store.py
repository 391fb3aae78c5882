"""Transactions: reads see one moment, writes exclude each other, leaving by an error undoes all.

On SQLite pysqlite's own BEGIN is switched off and ours is explicit: BEGIN IMMEDIATE for writes, so
that a writer never finds out in the middle that it may not write. A lock in front of it makes the
threads of the one process queue instead of poll. On PostgreSQL writers queue at the workspace row.
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, make_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL

_WRITES = "fieldbook_writes"
_POOL = {"pool_size": 8, "max_overflow": 56}
"""As many connections as the web framework has worker threads, and some."""
_QUIET = {"hide_parameters": True}
"""An error's text must not carry what people wrote."""


class Store:
    """A database by URL; `sqlite://` lives in memory, for tests."""

    def __init__(self, database_url: str) -> None:
        self.url = make_url(database_url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url) if self.is_sqlite else _shared(self.url)
        self._turn = Lock() if self.is_sqlite else nullcontext()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees the store as it was at its first query."""
        with self.engine.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that commits when the block ends and rolls back when it raises."""
        with self._turn, self.engine.connect() as connection:
            connection.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection

    def close(self) -> None:
        self.engine.dispose()


def _shared(url: URL) -> Engine:
    return create_engine(url, **_POOL, **_QUIET)


def _sqlite(url: URL) -> Engine:
    options: dict[str, Any] = _POOL
    if url.database in (None, "", ":memory:"):
        options = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    else:
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, **options, **_QUIET)
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = OFF",
        "busy_timeout = 30000",
        "cache_size = -16000",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
