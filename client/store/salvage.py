"""Reads a damaged SQLite file row by row, and lends a first page to one that lost its own.

SQLite stops at the first broken page, so a table is read from its front to the damage, then from
its end back to it, then row by row between the two. The file is opened as it was set aside, its log
beside it: what the log holds newer is read, too.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import StaticPool, create_engine

from client.store import migrations

if TYPE_CHECKING:
    from collections.abc import Iterator

Row = dict[str, Any]
PROBES = 20_000
"""How many rows between the two ends of a broken table are asked for, one by one."""
OPEN = (
    "PRAGMA locking_mode = exclusive",  # before the log is read: there is no shared memory
    "PRAGMA writable_schema = on",  # lets SQLite read a file that is shorter than it says
    "PRAGMA temp_store = memory",
)
IS_OURS = "SELECT 1 FROM sqlite_master WHERE name = 'changeset'"
PAGE = 4_096
HEADER = 100


class Table(NamedTuple):
    """The rows of a table that could be read, and whether that was all of it."""

    rows: list[Row]
    whole: bool


@contextmanager
def opened(path: str) -> Iterator[sqlite3.Connection]:
    """The file at `path` for reading; raises `sqlite3.DatabaseError` if nothing of it can be."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.row_factory = sqlite3.Row
    try:
        for statement in OPEN:
            connection.execute(statement)
        if not connection.execute(IS_OURS).fetchall():
            raise sqlite3.DatabaseError("There is no outbox in it.")
        yield connection
    finally:
        connection.close()


def read(connection: sqlite3.Connection, table: str) -> Table:
    """What of `table` can be read; a table that is not there is empty and not whole."""
    first, reached_end = _scan(connection, table, "ASC")
    if reached_end:
        return Table(list(first.values()), whole=True)
    last, _ = _scan(connection, table, "DESC")
    between = _probe(connection, table, max(first, default=0), min(last, default=None))
    found = first | between | last
    return Table([found[row] for row in sorted(found)], whole=False)


def lend_first_page(path: str, *, only_header: bool) -> None:
    """Give the file at `path` the header, or the whole first page, of a replica that is empty.

    Tables are made in one order, so an empty replica's first page leads to the same places.
    """
    page = _first_page()
    with Path(path).open("r+b") as file:
        size = file.seek(0, 2) // PAGE
        page[28:32] = size.to_bytes(4, "big")  # in pages; valid while the next two are equal
        page[92:96] = page[24:28]
        page[32:40] = bytes(8)  # no free pages
        file.seek(0)
        file.write(page[:HEADER] if only_header else page)


def _scan(connection: sqlite3.Connection, table: str, order: str) -> tuple[dict[int, Row], bool]:
    """Rows by rowid until the damage, and whether there was none."""
    found: dict[int, Row] = {}
    query = f"SELECT rowid, * FROM {table} ORDER BY rowid {order}"  # noqa: S608 - our own names
    try:
        for row in connection.execute(query):
            found[row[0]] = dict(row)
    except sqlite3.DatabaseError:
        return found, False
    return found, True


def _probe(
    connection: sqlite3.Connection, table: str, after: int, before: int | None
) -> dict[int, Row]:
    end = min(after + PROBES, before or after + PROBES)
    query = f"SELECT * FROM {table} WHERE rowid = ?"  # noqa: S608 - our own names
    found: dict[int, Row] = {}
    for rowid in range(after + 1, end):
        with suppress(sqlite3.DatabaseError):
            found.update((rowid, dict(row)) for row in connection.execute(query, (rowid,)))
    return found


def _first_page() -> bytearray:
    raw = sqlite3.connect(":memory:", isolation_level=None)
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    with engine.connect() as connection:
        migrations.migrate(connection)
    page = bytearray(raw.serialize()[:PAGE])
    engine.dispose()
    page[18:20] = b"\x02\x02"  # its log is written ahead
    return page
