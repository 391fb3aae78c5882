"""States as flat rows: the form in which both stores keep a record.

A row has one column per field plus the metadata of the merge: the base stamp, a packed map of the
cells written later, and a packed map of cells this version does not know or cannot read (they keep
their bytes, take part in merge and digest, and are readable after an upgrade). Writing a state and
reading it back gives the same state in normal form: cells at the base stamp with their default
value are left out, so digests of two stores agree.
"""

from __future__ import annotations

from contextlib import suppress
from copy import copy
from datetime import date
from functools import cache
from math import isfinite
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Raw

from sync_protocol.changes import NIL, RawCells, State
from sync_protocol.clock import Stamp
from sync_protocol.records.describe import ENTRY, Field, Kind, kinds

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sync_protocol.records.base import Record

Row = dict[str, Any]
META = ("base_time", "base_device", "stamps", "extra")

_FOREIGN = object()
_pack = msgspec.msgpack.encode
_unpack_stamps = msgspec.msgpack.Decoder(dict[str, Stamp]).decode
_unpack_cells = msgspec.msgpack.Decoder(dict[str, Raw]).decode


def dump(kind: Kind, state: State) -> Row:
    """The row of a state: id, a column per field, metadata."""
    row: Row = {"id": state.id, **_defaults(kind)}
    entries: dict[str, dict[str, Any]] = {}
    extra: RawCells = {}
    for cell, value in state.cells.items():
        field = kind.field_of(cell)
        decoded = _FOREIGN if field is None else _decode(field, value)
        if field is None or decoded is _FOREIGN:
            extra[cell] = value
        elif field.entry is None:
            row[field.name] = _to_column(field, decoded)
        elif decoded is not None:
            entries.setdefault(field.name, {})[cell.partition(ENTRY)[2]] = decoded
    row |= {name: _json(dict(sorted(values.items(), key=_age))) for name, values in entries.items()}
    row["base_time"], row["base_device"] = state.base
    row["stamps"] = _pack(state.stamps) if state.stamps else None
    row["extra"] = _pack(extra) if extra else None
    return row


def changes(kind: Kind, row: Mapping[str, Any], state: State, written: Collection[str]) -> Row:
    """The columns in which what `dump` gives differs from `row`, or all of them.

    `row` is of an earlier state, that had other values in the cells `written`.
    """
    fields = [kind.fields.get(cell) for cell in written]
    is_plain = row["extra"] is None and (row["base_time"], row["base_device"]) == state.base
    if not is_plain or any(field is None or field.entry is not None for field in fields):
        return dump(kind, state)
    changed: Row = {"stamps": _pack(state.stamps) if state.stamps else None}
    for field in fields:
        assert field is not None  # noqa: S101  (looked for above)
        decoded = _decode(field, state.cells[field.name])
        if decoded is _FOREIGN:
            return dump(kind, state)
        changed[field.name] = _to_column(field, decoded)
    return changed


def normal(state: State) -> State:
    """The one form of a state that both stores digest: what `load` gives back after `dump`."""
    kind = kinds().get(state.kind)
    if kind is None:
        return state
    unsaid = _unsaid_cells(kind)
    idle = {
        cell
        for cell, value in state.cells.items()
        if bytes(value) == unsaid.get(cell, NIL)
        and cell not in state.stamps
        and kind.field_of(cell) is not None
    }
    if not idle:
        return state
    cells = {cell: value for cell, value in state.cells.items() if cell not in idle}
    return State(state.kind, state.id, state.base, cells, state.stamps)


def load(kind: Kind, row: Mapping[Any, Any]) -> State:
    """The state of a row."""
    stamps = _unpack_stamps(row["stamps"]) if row["stamps"] else {}
    said: dict[str, Any] = {}
    for name, unsaid in _unsaid_columns(kind):
        column = row[name]
        if column != unsaid or name in stamps:
            said |= _values(kind.fields[name], column)
    cells = _unpack_cells(_pack(said))
    for name, unsaid_cell in _unsaid_reals(kind):
        if bytes(cells[name]) == unsaid_cell and name not in stamps:
            del cells[name]
    for cell in stamps.keys() - cells.keys():
        cells[cell] = Raw(NIL)  # a removed entry, unless `extra` knows better
    if row["extra"]:
        cells |= _unpack_cells(row["extra"])
    return State(kind.name, row["id"], Stamp(row["base_time"], row["base_device"]), cells, stamps)


def record(kind: Kind, row: Mapping[Any, Any]) -> Record:
    """The record of a row.

    What a newer version wrote and this one cannot read, and what is damaged, has its default.
    """
    values: Row = {"id": row["id"]}
    for field in kind.fields.values():
        value = row[field.name]
        is_json = field.storage == "json" and value is not None
        values[field.name] = _from_json(value) if is_json else value
    try:
        return msgspec.convert(values, kind.struct)
    except msgspec.ValidationError:
        return _readable(kind, values)


def defaults(kind: Kind) -> Row:
    """The columns of a record of which nothing is known."""
    return dict(_defaults(kind))


@cache
def _defaults(kind: Kind) -> Row:
    return {
        field.name: _to_column(field, field.default) if not field.required else _blank(field)
        for field in kind.fields.values()
    }


@cache
def _unsaid_columns(kind: Kind) -> tuple[tuple[str, Any], ...]:
    """Each field with the column that says no more than its cell's absence.

    Of a number with a fraction none does: 0.0 and -0.0 are equal, and not the same cell.
    """
    return tuple(
        (name, _FOREIGN if field.storage == "real" else _defaults(kind)[name])
        for name, field in kind.fields.items()
    )


def _readable(kind: Kind, values: Row) -> Record:
    fields = {name: _readable_field(field, values[name]) for name, field in kind.fields.items()}
    return kind.struct(id=values["id"], **fields)


def _readable_field(field: Field, value: Any) -> Any:
    try:
        return msgspec.convert(value, field.type)
    except msgspec.ValidationError:
        if field.entry is not None and isinstance(value, dict):
            return _readable_entries(field, value)
        return _blank(field) if field.required else copy(field.default)


def _readable_entries(field: Field, values: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for entry, value in values.items():
        with suppress(msgspec.ValidationError):
            found |= msgspec.convert({entry: value}, field.type)
    return found


@cache
def _unsaid_cells(kind: Kind) -> dict[str, bytes]:
    """What a cell holds that nobody wrote: it says no more than its absence; of an entry, nil."""
    return {
        name: field.encode({} if field.storage == "json" else _blank(field))
        if field.required
        else field.default_cell
        for name, field in kind.whole_fields.items()
    }


@cache
def _unsaid_reals(kind: Kind) -> list[tuple[str, bytes]]:
    cells = _unsaid_cells(kind)
    reals = (name for name, field in kind.fields.items() if field.storage == "real")
    return [(name, cells[name]) for name in reals]


def _values(field: Field, column: Any) -> dict[str, Any]:
    """The values of a column's cells by their names."""
    if field.entry is not None:
        values = msgspec.json.decode(column)
        return {f"{field.name}{ENTRY}{entry}": value for entry, value in values.items()}
    if field.storage == "json" and column is not None:
        column = msgspec.json.decode(column)
    return {field.name: column}


def _decode(field: Field, value: Raw) -> Any:
    """The value of a cell if its column can hold it, else `_FOREIGN`.

    What it means is checked at push, never here.
    """
    try:
        decoded = field.column_decoder.decode(value)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return _FOREIGN
    return decoded if _fits(field, decoded) else _FOREIGN


def _fits(field: Field, value: Any) -> bool:
    """Whether a column can hold a value that is of its type, or of any if it holds JSON."""
    if value is None:
        return field.optional or field.entry is not None
    if field.storage == "text":
        return "\0" not in value  # PostgreSQL's text cannot hold it
    if field.storage == "json":
        return _survives_json(value)
    return field.storage != "real" or isfinite(value)


def _survives_json(value: Any) -> bool:
    """JSON has no bytes, no extension types, no keys but text and no NaN."""
    try:
        again = msgspec.json.decode(msgspec.json.encode(value))
    except (TypeError, ValueError, RecursionError):
        return False
    return bool(_pack(again) == _pack(value))


def _to_column(field: Field, value: Any) -> Any:
    if field.storage == "json":
        return None if value is None else _json(value)
    if field.storage == "real" and value is not None:
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def _blank(field: Field) -> Any:
    """Stands in for a required value that is unknown or unreadable."""
    return {"integer": 0, "real": 0.0, "boolean": False, "json": "{}"}.get(field.storage, "")


def _age(entry: tuple[str, Any]) -> tuple[int, str]:
    """Orders entries as they were added: those of the create, numbered, then those with times."""
    return len(entry[0]), entry[0]


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _from_json(column: Any) -> Any:
    """What a column of JSON says; of no type at all if it cannot be read."""
    try:
        return msgspec.json.decode(column)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _FOREIGN
