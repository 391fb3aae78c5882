"""All records that somebody may see in one file, and the way back.

It is a zip of the tables that exports of one record type write, and of what the company has
defined: the same exporter makes it and the same importer reads it. Definitions keep their ids; one
that is here already, by its id or by its name, is taken for the file's. Which declared types are in
it is said in `declared`. Pictures, files and what colleagues say to each other are not.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from client.interchange import declared, exporter, files, planning
from client.interchange.definitions import CUSTOMERS, Definitions, definitions_of
from client.interchange.sources import MAX_FILE, UnreadableFile, size_text
from sync_protocol.records import CustomField, ObjectType

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from client.interchange.sources import Source
    from client.replica import Replica
    from sync_protocol.records import Record

EVERY = (*declared.TYPES, *CUSTOMERS, "customobject")
"""The record types of which a package holds all."""
FILENAME = "fieldbook.zip"
CONTENTS = "fieldbook.json"
LARGEST = 4 * MAX_FILE
_MADE = (1980, 1, 1, 0, 0, 0)
"""The same records are the same file, whenever it is made."""
_DAMAGED = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError)


class Contents(msgspec.Struct, frozen=True):
    """What is in a package: definitions, and the name of each record type's table."""

    tables: dict[str, str]
    types: tuple[ObjectType, ...] = ()
    fields: tuple[CustomField, ...] = ()


class Package(NamedTuple):
    """A package read in: tables by record type, customers' first."""

    filename: str
    contents: Contents
    sources: dict[str, Source]


class _Settled(NamedTuple):
    """Definitions as they will be here, those that are new, and own types by their old ids."""

    definitions: Definitions
    new: list[Record]
    types: dict[str, str]


async def pack(
    replica: Replica, on_progress: Callable[[int, int], None] = lambda _done, _total: None
) -> exporter.Exported:
    """All of it; record types without records have no table."""
    known = definitions_of(replica)
    own = (own.id for own in known.types)
    every = (*declared.DEFINED, *CUSTOMERS, *own, *declared.WORK)
    made: dict[str, exporter.Exported] = {}
    for place, of in enumerate(every):
        on_progress(place, len(every))
        made[of] = await exporter.export(replica, of, "csv")
    full = {of: one for of, one in made.items() if one.records}
    tables = {of: f"{place}-{one.filename}" for place, (of, one) in enumerate(full.items(), 1)}
    contents = Contents(tables, tuple(known.types), tuple(known.custom))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        _add(packed, CONTENTS, msgspec.json.format(msgspec.json.encode(contents)))
        for of, name in tables.items():
            _add(packed, name, full[of].data)
    records = sum(one.records for one in full.values())
    return exporter.Exported(FILENAME, out.getvalue(), records)


def is_package(data: bytes) -> bool:
    """Whether a file is one of these, and no other zip."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return CONTENTS in packed.namelist()
    except _DAMAGED:
        return False


def reading(data: bytes, filename: str) -> Generator[float, None, Package]:
    """Read it in small steps, each yielding the share done. Raises `UnreadableFile`."""
    with _opened(data) as packed:
        try:
            contents = msgspec.json.decode(packed.read(CONTENTS), type=Contents)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise UnreadableFile(
                "This file was made by another version of Fieldbook, or was changed."
            ) from error
        sources = {}
        for place, (of, name) in enumerate(contents.tables.items()):
            yield place / len(contents.tables)
            sources[of] = yield from files.reading(packed.read(name), name)
    return Package(filename, contents, sources)


def read(data: bytes, filename: str) -> Package:
    """The same at once."""
    return files.to_the_end(reading(data, filename))


def plan(replica: Replica, package: Package) -> planning.Together:
    """What importing it would do here: definitions that are missing, then all records."""
    settled = _settle(definitions_of(replica), package.contents)
    region = replica.settings.region
    plans = [
        _plan(source, settled.types.get(of, of), region, settled.definitions)
        for of, source in package.sources.items()
        if of in CUSTOMERS or of in settled.types or of in declared.TYPES
    ]
    return planning.Together(package.filename, plans, settled.new)


def _plan(
    source: Source, of: str, region: str, definitions: Definitions
) -> planning.Plan | planning.DeclaredPlan:
    if of in declared.TYPES:
        return planning.DeclaredPlan(source, of, definitions.fields_of(of))
    return planning.plan(source, None, of, region, definitions)


def _settle(here: Definitions, brought: Contents) -> _Settled:
    """Each definition is one that is here, or else a new one."""
    types = {own.id: own.id for own in here.types}
    named = {own.name.casefold(): own.id for own in here.types}
    new_types = []
    for own in brought.types:
        known = types.get(own.id) or named.get(own.name.casefold())
        types[own.id] = known or own.id
        new_types += [] if known else [msgspec.structs.replace(own, clash="")]
    fields = {field.id for field in here.custom}
    called = {(field.of, field.name.casefold()) for field in here.custom}
    new_fields = []
    for field in brought.fields:
        of = types.get(field.of, field.of)
        if field.id not in fields and (of, field.name.casefold()) not in called:
            new_fields.append(msgspec.structs.replace(field, of=of))
    whole = Definitions([*here.types, *new_types], [*here.custom, *new_fields])
    return _Settled(whole, [*new_types, *new_fields], types)


@contextmanager
def _opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(info.file_size for info in packed.infolist())
            if size > LARGEST:
                raise UnreadableFile(
                    f"Unpacked this file has {size_text(size)}; {size_text(LARGEST)} is the most."
                )
            yield packed
    except _DAMAGED as error:
        raise UnreadableFile("This file is damaged. Export or download it again.") from error


def _add(packed: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, _MADE)
    info.compress_type = zipfile.ZIP_DEFLATED
    packed.writestr(info, data)
