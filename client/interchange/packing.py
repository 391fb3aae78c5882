"""Makes a package: everything that somebody may see as one zip, written as it is made.

It holds the tables that exports of one record type write, those of entries of which a record may
have any number (`declared.APART`), the company's definitions, and the files that records name. What
is large goes out in parts: no table is larger than an import reads, and of files there is one in
memory at a time. Files that are not on this device are fetched where that can be; those that
cannot be had are listed with their names and sizes.
"""

from __future__ import annotations

import asyncio
import re
import zipfile
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import msgspec

from client.interchange import declared, export_csv, exporter
from client.interchange.definitions import CUSTOMERS, definitions_of
from client.interchange.package import CONTENTS, FILES, Contents
from sync_protocol.records import (
    Attachment,
    Condition,
    Filter,
    ObjectType,
    blob_fields,
    kinds,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from client.replica import Replica
    from sync_protocol.records import Record

    Progress = Callable[[float], None]

FILENAME = "fieldbook.zip"
MISSING = "missing-files.csv"
LARGEST_PART = 8_000_000
"""Letters of a table, after which another one goes on."""
MOST_COLUMNS = 20_000
STEP = 100
"""Records, or lines, between which others have their turn."""
_PIECE = 1 << 20
_MADE = (1980, 1, 1, 0, 0, 0)
"""The same records are the same file, whenever it is made."""
_NO_NAME = re.compile(r"[^\w.\- ]+")
_LONGEST_NAME = 80
_PACKED_ALREADY = ("image/jpeg", "image/png", "image/webp", "video/", "audio/", "application/zip")
EVERY = (*declared.TYPES, *CUSTOMERS, "customobject")


class Packed(NamedTuple):
    """What went in; `missing` are files that could not be had."""

    records: int
    files: int
    missing: int


class Held(NamedTuple):
    """The files that records name: how many, their bytes as far as known; how many are not here."""

    number: int
    size: int
    elsewhere: int


class _Named(NamedTuple):
    """A file by a record that names it."""

    record: Record
    content: str
    name: str
    media_type: str
    size: int | None


def count(replica: Replica) -> int:
    """How many records would go out."""
    return sum(replica.count(kinds()[of].struct) for of in EVERY)


def held(replica: Replica) -> Held:
    """The files that would go along, each once."""
    named = {one.content: one for one in _named(replica)}
    sizes = [one.size or 0 for one in named.values()]
    return Held(len(named), sum(sizes), sum(not replica.has_file(content) for content in named))


async def pack(
    replica: Replica,
    out: IO[bytes],
    *,
    files: bool = True,
    on_progress: Progress = lambda _share: None,
) -> Packed:
    """Write all of it to `out`, which need not be able to go back; types without records are left.

    Without `files` only the records go out. `on_progress` hears the share that is done.
    """
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        making = _Making(replica, packed, on_progress)
        if files:
            await making.files()
        await making.tables()
        making.contents()
    return Packed(making.records, len(making.stored), making.missing)


class _Making:
    """One package on its way out; `stored` are the paths of files by content."""

    def __init__(self, replica: Replica, packed: zipfile.ZipFile, on_progress: Progress) -> None:
        self.records = self.missing = 0
        self.stored: dict[str, str] = {}
        self._replica = replica
        self._packed = packed
        self._on_progress = on_progress
        self._paths: dict[str, str] = {}
        """The same by the records that name them."""
        self._tables: dict[str, str | tuple[str, ...]] = {}
        self._apart: dict[str, tuple[str, ...]] = {}
        self._done, self._of_all = 0.0, max(1.0, float(count(replica)))

    async def files(self) -> None:
        """Each file once, one after the other; a list of those that are nowhere."""
        named = list(_named(self._replica))
        self._of_all += sum(one.size or 0 for one in named) / _PIECE
        lost: list[_Named] = []
        for one in named:
            if one.content not in self.stored:
                data = await self._replica.attachment_data(one.record)
                if data is None:
                    lost.append(one)
                    continue
                await self._store(one, data)
            self._paths[one.record.id] = self.stored[one.content]
        self.missing = len({one.content for one in lost})
        listed = _Table(self._packed, MISSING.removesuffix(".csv"), self._rest)
        for one in lost:
            await listed.add(_lost(one))
        await listed.done()

    async def tables(self) -> None:
        """Some records at a time: what is read of them goes out before more are read."""
        replica, names = self._replica, exporter.all_names(self._replica)
        own = (own.id for own in replica.find(ObjectType, order_by="name"))
        for of in (*declared.DEFINED, *CUSTOMERS, *own, *declared.WORK):
            await self._type(of, names)
            await self._rest(0)

    def contents(self) -> None:
        known = definitions_of(self._replica)
        contents = Contents(self._tables, tuple(known.types), tuple(known.custom), self._apart)
        told = msgspec.json.format(msgspec.json.encode(contents))
        self._packed.writestr(_entry(CONTENTS), told)
        self._on_progress(1.0)

    async def _type(self, of: str, names: dict[str, str]) -> None:
        """The table of a record type, and those of entries that stand apart, if there are any."""
        apart = declared.apart_of(of) if of in declared.TYPES else ()
        stem = f"{len(self._tables) + 1}-{exporter.stem_of(self._replica, of)}"
        table = _Table(self._packed, stem, self._rest)
        entries = {field: _Table(self._packed, f"{stem}-{field}", self._rest) for field in apart}
        for some in _in_parts(exporter.ids(self._replica, of)):
            records = exporter.find(self._replica, of, id=some)
            beside = exporter.beside_of(self._replica, of, records, names)
            beside = beside._replace(apart=apart, files=self._paths)
            for record in records:
                await table.add(export_csv.cells_of(record, beside))
                for field, rows in entries.items():
                    for cells in declared.entries_written(record, field, names):
                        await rows.add(cells)
            self.records += len(records)
            await self._rest(len(records))
        if written := await table.done():
            self._tables[of] = written
        for field, rows in entries.items():
            if written := await rows.done():
                self._apart[f"{of}.{field}"] = written

    async def _store(self, one: _Named, data: bytes) -> None:
        path = f"{FILES}{len(self.stored) + 1:04}-{_plain(one.name)}"
        entry = _entry(path, packed=one.media_type.startswith(_PACKED_ALREADY))
        with self._packed.open(entry, "w") as out:
            for start in range(0, len(data), _PIECE):
                out.write(data[start : start + _PIECE])
                await self._rest(1)
        self.stored[one.content] = path

    async def _rest(self, done: float) -> None:
        """Tell how far it is, and let others have their turn."""
        self._done += done
        self._on_progress(min(1.0, self._done / self._of_all))
        await asyncio.sleep(0)


class _Table:
    """A table on its way out in as many parts as it needs, each with the columns that it needs."""

    def __init__(
        self, packed: zipfile.ZipFile, stem: str, rest: Callable[[float], Awaitable[None]]
    ) -> None:
        self._packed = packed
        self._stem = stem
        self._rest = rest
        self._names: list[str] = []
        self._rows: list[export_csv.Cells] = []
        self._headings: set[str] = set()
        self._letters = 0

    async def add(self, cells: export_csv.Cells) -> None:
        self._rows.append(cells)
        self._headings |= cells.keys()
        self._letters += sum(len(value) for values in cells.values() for value in values)
        size = self._letters + len(self._rows) * len(self._headings)
        if size > LARGEST_PART or len(self._headings) > MOST_COLUMNS:
            await self._write()

    async def done(self) -> tuple[str, ...]:
        """The names of its parts; none of a table without rows."""
        if self._rows:
            await self._write()
        return tuple(self._names)

    async def _write(self) -> None:
        name = f"{self._stem}{f'-{len(self._names) + 1}' if self._names else ''}.csv"
        rows = self._rows
        lines = export_csv.table_lines(lambda: rows)
        with self._packed.open(_entry(name), "w") as out:
            out.write(exporter.BOM)
            for some in iter(lambda: "".join(islice(lines, STEP)), ""):
                out.write(some.encode())
                await self._rest(0)
        self._names.append(name)
        self._rows, self._headings, self._letters = [], set(), 0


def _in_parts(ids: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for start in range(0, len(ids), STEP):
        yield tuple(ids[start : start + STEP])


def _named(replica: Replica) -> Iterator[_Named]:
    """Every record that names a file, in the order of ids."""
    for kind in kinds().values():
        for field in blob_fields(kind):
            filled = Filter(conditions=(Condition(field, "filled"),))
            for record in replica.find(kind.struct, filter=filled, order_by="id"):
                yield _of(replica, record, getattr(record, field))


def _of(replica: Replica, record: Any, content: str) -> _Named:
    if isinstance(record, Attachment):
        return _Named(record, content, record.name, record.media_type, record.size)
    name = f"{declared.called(record)}.jpg"
    return _Named(record, content, name, "image/jpeg", replica.file_size(content))


def _lost(one: _Named) -> export_csv.Cells:
    size = "" if one.size is None else str(one.size)
    return {"Name": [one.name], "Bytes": [size], "Of": [type(one.record).__name__.lower()],
            declared.ID: [one.record.id]}  # fmt: skip


def _plain(name: str) -> str:
    """A file's name that every system takes."""
    stem, dot, suffix = _NO_NAME.sub("-", name).strip(". ").rpartition(".")
    return f"{stem[:_LONGEST_NAME]}{dot}{suffix[:_LONGEST_NAME]}" or "file"


def _entry(name: str, *, packed: bool = False) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _MADE)
    info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    return info
