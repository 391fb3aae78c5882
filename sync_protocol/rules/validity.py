"""Whether a change holds valid values: checked at local write and at push, never at pull."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, get_args, get_origin

import msgspec

from sync_protocol.codec import MAX_DEPTH, check_depth
from sync_protocol.errors import Malformed
from sync_protocol.records.base import Entries
from sync_protocol.records.describe import ENTRY

if TYPE_CHECKING:
    from sync_protocol.changes import Change, State
    from sync_protocol.records import Field, Kind

MAX_CELL_NAME = 100
MAX_CELLS = 5_000
"""Cells of one record, removed entries included."""
MAX_RECORD_BYTES = 2 << 20
_EntryIds = Entries[None]


class Problem(NamedTuple):
    """What is wrong with one field, in a sentence for the person who typed it."""

    field: str
    message: str


def check(kind: Kind, change: Change) -> Problem | None:
    """The first problem of a change; cells of a newer version are only bounded."""
    if change.create:
        for field in kind.fields.values():
            if field.required and field.name not in change.cells:
                return Problem(field.name, f"{heading(field.name)} is needed.")
    for cell, value in change.cells.items():
        problem = check_name(cell) or _check_cell(kind.field_of(cell), cell, bytes(value))
        if problem is not None:
            return problem
    return None


def too_large(state: State) -> Problem | None:
    """What is wrong with a record that is more than is carried in one piece."""
    size = sum(len(cell) + len(bytes(value)) for cell, value in state.cells.items())
    if len(state.cells) > MAX_CELLS or size > MAX_RECORD_BYTES:
        return Problem("", "This record would hold too much.")
    return None


def check_name(cell: str) -> Problem | None:
    """What is wrong with the name of a cell, known or not: both stores keep it as text."""
    if len(cell) > MAX_CELL_NAME:
        return Problem(cell[:MAX_CELL_NAME], "This field's name is too long.")
    if "\0" in cell:
        return Problem("", "This field's name holds a character that is no text.")
    return None


def plainly(field: Field, value: bytes) -> str:
    """What is wrong with a value in everyday words; empty where only its type's own say it."""
    name = heading(field.name)
    try:
        typed = msgspec.msgpack.decode(value)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return f"{name} is damaged."
    if typed in ("", None) and not field.optional:
        return f"{name} is needed."
    longest = _longest(field.type)
    if isinstance(typed, str) and longest is not None and len(typed) > longest:
        return f"{name} is too long: {len(typed)} characters of at most {longest}."
    return ""


def heading(field: str) -> str:
    """A field's name as it starts a sentence."""
    return field.removesuffix("_id").replace("_", " ").capitalize()


def _check_cell(field: Field | None, cell: str, value: bytes) -> Problem | None:
    if field is None:
        return _check_unknown(cell, value)
    try:
        if field.entry is not None:
            msgspec.convert({cell.partition(ENTRY)[2]: None}, _EntryIds)
        typed = field.decoder.decode(value)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        plain = plainly(field, value)
        return Problem(field.name, plain or f"{heading(field.name)} is not valid: {error}.")
    if field.storage == "json":  # it may hold what only a newer version knows
        return _check_unknown(field.name, value)
    if isinstance(typed, str) and "\0" in typed:
        return Problem(field.name, f"{heading(field.name)} holds a character that is no text.")
    return None


def _check_unknown(cell: str, value: bytes) -> Problem | None:
    try:
        check_depth(value)
    except Malformed:
        return Problem(cell, f"This field nests more than {MAX_DEPTH} levels, or is damaged.")
    return None


def _longest(hint: Any) -> int | None:
    if get_origin(hint) is not Annotated:
        return None
    return next(
        (m.max_length for m in get_args(hint)[1:] if isinstance(m, msgspec.Meta) and m.max_length),
        None,
    )
