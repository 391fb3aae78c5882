"""Reads a damaged SQLite file row by row, and makes a first page for one that lost its own.

The first page is the root of the schema, and the schema's rows are too many for it: they lie in
pages further on, which tell by what they hold that they are the schema's. A new root over them is
right for a file of any version; the header before it says the same in all our files. (The format:
sqlite.org/fileformat2.html.)

SQLite stops at the first broken page, so a table is read from its front to the damage, then from
its end back to it, then row by row between the two. The file is opened as it was set aside, its log
beside it: what the log holds newer is read, too.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager, suppress
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

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
LEAF, INTERIOR = 13, 5
"""The first byte of a page of a table's rows, and of one above such pages."""
FIVE_LETTERS = 23
"""How a row says that its first value is text of that length."""


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


def mend_first_page(path: str, *, only_header: bool) -> None:
    """Give the file at `path` the header of a replica, and unless told otherwise a new root."""
    with Path(path).open("r+b") as file:
        size = file.seek(0, 2) // PAGE
        header = _header(size)
        root = b"" if only_header else _root(_leaves(file, size))
        file.seek(0)
        file.write(header + root)


def _scan(connection: sqlite3.Connection, table: str, order: str) -> tuple[dict[int, Row], bool]:
    """Rows by rowid until the damage, and whether there was none."""
    found: dict[int, Row] = {}
    query = f'SELECT rowid, * FROM "{table}" ORDER BY rowid {order}'  # noqa: S608 - our own names
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
    query = f'SELECT * FROM "{table}" WHERE rowid = ?'  # noqa: S608 - our own names
    found: dict[int, Row] = {}
    for rowid in range(after + 1, end):
        with suppress(sqlite3.DatabaseError):
            found.update((rowid, dict(row)) for row in connection.execute(query, (rowid,)))
    return found


def _header(size: int) -> bytes:
    """That of an empty replica, for a file of so many pages."""
    raw = sqlite3.connect(":memory:", isolation_level=None)
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    with engine.connect() as connection:
        migrations.migrate(connection)
    header = bytearray(raw.serialize()[:HEADER])
    engine.dispose()
    header[18:20] = b"\x02\x02"  # its log is written ahead
    header[28:32] = size.to_bytes(4, "big")  # in pages; valid while the next two are equal
    header[92:96] = header[24:28]
    header[32:40] = bytes(8)  # no free pages
    return bytes(header)


class Leaf(NamedTuple):
    """A page of the schema's, and the rowids of its first and its last row."""

    first: int
    last: int
    page: int


def _leaves(file: BinaryIO, size: int) -> list[Leaf]:
    """In their order; of two that overlap one is no longer in use."""
    found: list[Leaf] = []
    for number in range(2, size + 1):
        file.seek((number - 1) * PAGE)
        with suppress(IndexError):  # what is broken holds anything
            if ends := _ends(file.read(PAGE)):
                found.append(Leaf(*ends, number))
    kept: list[Leaf] = []
    for leaf in sorted(found):
        if not kept or leaf.first > kept[-1].last:
            kept.append(leaf)
    return kept


def _ends(page: bytes) -> tuple[int, int] | None:
    """The first and the last rowid of a page of the schema's; None for any other page."""
    count = int.from_bytes(page[3:5], "big")
    if page[0] != LEAF or not count:
        return None
    first, row = _row(page, 0)
    if row[1] != FIVE_LETTERS or row[row[0] :][:5] not in (b"table", b"index"):
        return None
    return first, _row(page, count - 1)[0]


def _row(page: bytes, place: int) -> tuple[int, bytes]:
    """The rowid and the record of the row at `place` of a leaf."""
    at = int.from_bytes(page[8 + 2 * place :][:2], "big")
    _length, at = _varint(page, at)
    rowid, at = _varint(page, at)
    return rowid, page[at:]


def _root(leaves: list[Leaf]) -> bytes:
    """The rest of the first page, above these leaves."""
    *before, last = leaves or [Leaf(0, 0, 0)]
    cells = [leaf.page.to_bytes(4, "big") + _as_varint(leaf.last) for leaf in before]
    ends = list(accumulate((-len(cell) for cell in cells), initial=PAGE))
    head = bytes([INTERIOR, 0, 0, *len(cells).to_bytes(2, "big"), *ends[-1].to_bytes(2, "big"), 0])
    head += last.page.to_bytes(4, "big")
    head += b"".join(end.to_bytes(2, "big") for end in ends[1:])
    body = b"".join(reversed(cells))
    return head.ljust(PAGE - HEADER - len(body), b"\0") + body


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number in seven bits a byte, and where it ends."""
    value = data[at] & 0x7F
    while data[at] & 0x80:
        at += 1
        value = value << 7 | data[at] & 0x7F
    return value, at + 1


def _as_varint(value: int) -> bytes:
    more = _as_varint(value >> 7) if value >> 7 else b""
    return bytes(byte | 0x80 for byte in more) + bytes([value & 0x7F])
