"""Records as cells: what a create writes, and what an edit changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Raw

from sync_protocol.changes import RawCells
from sync_protocol.records.describe import ENTRY, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync_protocol.records.base import Record


def of_new(record: Record) -> RawCells:
    """The cells of a create: all that are not their default."""
    cells: RawCells = {}
    for name, field in kind_of(record).fields.items():
        value = getattr(record, name)
        if field.entry is not None:
            cells |= {f"{name}{ENTRY}{entry}": raw(item) for entry, item in value.items()}
        elif (encoded := field.encode(value)) != field.default_cell:
            cells[name] = Raw(encoded)
    return cells


def changed(before: Record, after: Record) -> RawCells:
    """The cells that differ; an entry that is gone is nil."""
    cells: RawCells = {}
    for name, field in kind_of(after).fields.items():
        old, new = getattr(before, name), getattr(after, name)
        if old == new:
            continue
        if field.entry is None:
            cells[name] = Raw(field.encode(new))
            continue
        for entry in sorted(old.keys() | new.keys()):
            if old.get(entry) != new.get(entry):
                cells[f"{name}{ENTRY}{entry}"] = raw(new.get(entry))
    return cells


def of_fields(record: Record, names: Iterable[str]) -> RawCells:
    """The cells of some fields as they are, be it their default."""
    cells: RawCells = {}
    for name in names:
        field, value = kind_of(record).fields[name], getattr(record, name)
        if field.entry is None:
            cells[name] = Raw(field.encode(value))
        else:
            cells |= {f"{name}{ENTRY}{entry}": raw(item) for entry, item in value.items()}
    return cells


def raw(value: Any) -> Raw:
    return Raw(msgspec.msgpack.encode(value))


def canonical(cells: RawCells) -> RawCells:
    """The same cells in the one encoding that both ends digest."""
    decode, encode = msgspec.msgpack.decode, msgspec.msgpack.encode
    return {cell: Raw(encode(decode(value))) for cell, value in cells.items()}
