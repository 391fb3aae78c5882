"""Everything that somebody may see in one file, and the way back.

It is a zip of the tables that exports of one record type write, of what the company has defined,
and of the files that records name (`packing` makes it): the importer that reads one table reads it.
Definitions keep their ids; one that is here already, by its id or by its name, is taken for the
file's. Nothing of it is kept in memory but what is being read.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import defaultdict
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from client.interchange import declared, files, planning
from client.interchange.definitions import CUSTOMERS, Definitions, definitions_of
from client.interchange.sources import MAX_FILE, UnreadableFile, size_text
from sync_protocol.records import CustomField, ObjectType

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from client.interchange.planning import Apart, Stored
    from client.interchange.sources import Source
    from client.replica import Replica
    from sync_protocol.records import Record

CONTENTS = "fieldbook.json"
FILES = "files/"
"""Where in a package the files are."""
_DAMAGED = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError)


class Contents(msgspec.Struct, frozen=True):
    """What is in a package: definitions, and the names of each record type's tables.

    `apart` are those of the entries of a field, by `type.field`. Once a type had one table alone.
    """

    tables: dict[str, str | tuple[str, ...]]
    types: tuple[ObjectType, ...] = ()
    fields: tuple[CustomField, ...] = ()
    apart: dict[str, tuple[str, ...]] = {}


class Package(NamedTuple):
    """A package opened: tables by record type in their order, entries by type and field."""

    filename: str
    contents: Contents
    sources: dict[str, list[Source]]
    apart: dict[str, dict[str, Apart]]
    stored: dict[str, Stored]


class _Settled(NamedTuple):
    """Definitions as they will be here, those that are new, and what old ids are here."""

    definitions: Definitions
    new: list[Record]
    types: dict[str, str]
    fields: dict[str, str]


def is_package(file: bytes | Path) -> bool:
    """Whether a file is one of these, and no other zip."""
    if not zipfile.is_zipfile(_readable(file)):
        return False
    try:
        with zipfile.ZipFile(_readable(file)) as packed:
            return CONTENTS in packed.namelist()
    except _DAMAGED:
        return False


def reading(file: bytes | Path, filename: str) -> Generator[float, None, Package]:
    """Look through it in small steps, each yielding the share done. Raises `UnreadableFile`."""
    with _damage_told():
        packed = zipfile.ZipFile(_readable(file))
        try:
            contents = msgspec.json.decode(_table(packed, CONTENTS), type=Contents)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise UnreadableFile(
                "This file was made by another version of Fieldbook, or was changed."
            ) from error
        stored: dict[str, Stored] = {
            name: partial(_stored, packed, name)
            for name in packed.namelist()
            if name.startswith(FILES)
        }
        package = Package(filename, contents, defaultdict(list), defaultdict(dict), stored)
        places = list(_places(contents))
        for done, (key, name) in enumerate(places):
            yield done / len(places)
            again = partial(_table, packed, name)
            source = yield from files.reading(again(), name, again)
            _keep(package, key, source)
    return package


def read(file: bytes | Path, filename: str) -> Package:
    """The same at once."""
    return files.to_the_end(reading(file, filename))


def plan(replica: Replica, package: Package) -> planning.Together:
    """What importing it would do here: definitions that are missing, then all records."""
    settled = _settle(definitions_of(replica), package.contents)
    region = replica.settings.region
    plans = [
        _plan(package, source, settled.types.get(of, of), region, settled.definitions)
        for of, sources in package.sources.items()
        if of in CUSTOMERS or of in settled.types or of in declared.TYPES
        for source in sources
    ]
    return planning.Together(package.filename, plans, settled.new, settled.types | settled.fields)


def _plan(
    package: Package, source: Source, of: str, region: str, definitions: Definitions
) -> planning.Plan | planning.DeclaredPlan:
    if of in declared.TYPES:
        apart, stored = package.apart.get(of, {}), package.stored
        fields = definitions.fields_of(of)
        return planning.DeclaredPlan(source, of, fields, apart=apart, stored=stored)
    made = planning.plan(source, None, of, region, definitions)
    made.stored = package.stored
    return made


def _settle(here: Definitions, brought: Contents) -> _Settled:
    """Each definition is one that is here, or else a new one."""
    types = {own.id: own.id for own in here.types}
    named = {own.name.casefold(): own.id for own in here.types}
    new_types = []
    for own in brought.types:
        known = types.get(own.id) or named.get(own.name.casefold())
        types[own.id] = known or own.id
        new_types += [] if known else [msgspec.structs.replace(own, clash="")]
    fields = {field.id: field.id for field in here.custom}
    called = {(field.of, field.name.casefold()): field.id for field in here.custom}
    new_fields = []
    for field in brought.fields:
        of = types.get(field.of, field.of)
        known = fields.get(field.id) or called.get((of, field.name.casefold()))
        fields[field.id] = known or field.id
        new_fields += [] if known else [msgspec.structs.replace(field, of=of)]
    whole = Definitions([*here.types, *new_types], [*here.custom, *new_fields])
    return _Settled(whole, [*new_types, *new_fields], types, fields)


# --- the zip ---


def _places(contents: Contents) -> Iterator[tuple[str, str]]:
    """Every table's name with its record type, or with the type and the field of its entries."""
    for key, names in (contents.tables | contents.apart).items():
        for name in (names,) if isinstance(names, str) else names:
            yield key, name


def _keep(package: Package, key: str, source: Source) -> None:
    """A table as a source of rows; one of entries as what it says, by the records' ids."""
    of, dot, field = key.partition(".")
    if not dot:
        package.sources[of].append(source)
        return
    found = package.apart[of].setdefault(field, {})
    headings = [column.heading for column in source.columns]
    for row in source.rows():
        said = {headings[cell.column]: cell.value for cell in row.cells}
        found.setdefault(said.get(f"{declared.RECORD} - {declared.ID}", ""), []).append(said)


def _table(packed: zipfile.ZipFile, name: str) -> bytes:
    size = packed.getinfo(name).file_size
    if size > MAX_FILE:
        raise UnreadableFile(
            f"Unpacked {name} has {size_text(size)}; {size_text(MAX_FILE)} is the most."
        )
    return packed.read(name)


def _stored(packed: zipfile.ZipFile, name: str) -> bytes | None:
    """A file that a record names; None if it is damaged."""
    try:
        return packed.read(name)
    except _DAMAGED:
        return None


def _readable(file: bytes | Path) -> io.BytesIO | Path:
    return io.BytesIO(file) if isinstance(file, bytes) else file


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except _DAMAGED as error:
        raise UnreadableFile("This file is damaged. Export or download it again.") from error
