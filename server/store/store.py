"""Transactions: reads see one moment, writes exclude each other, leaving by an error undoes all.

On SQLite pysqlite's own BEGIN is switched off and ours is explicit: BEGIN IMMEDIATE for writes, so
that a writer never finds out in the middle that it may not write. A lock in front of it makes the
threads of the one process queue instead of poll. On PostgreSQL writers queue at the workspace row;
a transaction that does nothing is ended by the server, so that a machine that hangs or has left the
network cannot hold that row for long.
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from server.store.prepared import run_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL
    from sqlalchemy.engine import ExceptionContext

_WRITES = "fieldbook_writes"
_POOL = {"pool_size": 8, "max_overflow": 56}
"""As many connections as the web framework has worker threads, and some."""
_SHARED_POOL = {"pool_size": 8, "max_overflow": 16}
"""PostgreSQL takes 100 connections unless told otherwise: enough for three processes."""
_QUIET = {"hide_parameters": True}
"""An error's text must not carry what people wrote."""
_PATIENCE_MS = 30_000
"""How long a statement waits for a lock, and how long a transaction may do nothing."""
_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")
_OPENED = {"check_same_thread": False, "cached_statements": 512}
"""SQLite keeps the statements it has read: there are several for each type of records."""
_KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}


class UnknownStore(Exception):
    """The URL names no database this installation can open."""


class Store:
    """A database by URL, else `UnknownStore`; `sqlite://` lives in memory, for tests."""

    def __init__(self, database_url: str) -> None:
        self.url = _parsed(database_url)
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


def _parsed(database_url: str) -> URL:
    try:
        url = make_url(database_url)
    except ArgumentError:
        raise UnknownStore("The database's URL cannot be read.") from None
    if url.drivername in _DRIVERS:
        return url
    raise UnknownStore(
        f"{url.drivername}:// is no store of Fieldbook's: use sqlite:///… or postgresql+psycopg://…"
    )


def _shared(url: URL) -> Engine:
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args=_KEEPALIVE,
            pool_pre_ping=True,  # connections do not outlive a restart of the database
            **_SHARED_POOL,
            **_QUIET,
        )
    except ModuleNotFoundError:
        raise UnknownStore(
            "PostgreSQL needs its driver: install fieldbook[server,postgresql]."
        ) from None
    event.listen(engine, "connect", _bound_waits)
    event.listen(engine, "handle_error", _leave_out_values)
    return engine


def _bound_waits(connection: Any, _record: Any) -> None:
    for setting in ("lock_timeout", "idle_in_transaction_session_timeout"):
        connection.execute(f"SET {setting} = {_PATIENCE_MS}")
    connection.commit()


def _leave_out_values(context: ExceptionContext) -> None:
    """Keep the first line of an error only: PostgreSQL adds the row it is about."""
    first = str(context.original_exception).partition("\n")[0]
    context.original_exception.args = (first,)
    if context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = (first,)


def _sqlite(url: URL) -> Engine:
    options: dict[str, Any] = _POOL
    if url.database in (None, "", ":memory:"):
        options = {"poolclass": StaticPool}
    else:
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args=_OPENED, **options, **_QUIET)
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
    run_text(connection, "BEGIN IMMEDIATE" if writes else "BEGIN")
