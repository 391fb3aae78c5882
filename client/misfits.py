"""What was typed under one definition, and is held against another by now.

A change may wait, or be refused, for weeks. Meanwhile an update may bound its field in another way,
and an administrator may archive or remove a custom field or a record type. What was typed is then
told as it is, with a sentence that says what is wrong, for the person to decide what becomes of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from client import customising
from sync_protocol.changes import Change
from sync_protocol.records import CustomField, ObjectType, kinds
from sync_protocol.rules import custom, validity

if TYPE_CHECKING:
    from client.replica.reading import Reading
    from sync_protocol.records import Kind

UNKNOWN_TYPE = "This version of Fieldbook does not know this type of record."
UNKNOWN_FIELD = "This version of Fieldbook does not know this field."
TYPE_REMOVED = "This type of record was removed."
FIELD_MISSING = "This field is not on this device."
FIELD_REMOVED = "This field was removed."
FIELD_ARCHIVED = "This field was archived and is not asked for any more."
NOT_OFFERED = "This choice is not offered any more."
NOT_HELD = "cannot hold this any more."


class Misfit(NamedTuple):
    """`why` a value fits no longer; what is not `kept` cannot be written again as it is."""

    why: str
    kept: bool


def of(replica: Reading, change: Change) -> dict[str, Misfit]:
    """The cells of a change that do not fit what is known of their fields by now."""
    kind = kinds().get(change.kind)
    if kind is None:
        return {cell: Misfit(UNKNOWN_TYPE, kept=True) for cell in change.cells}
    found = {}
    for cell, packed in change.cells.items():
        refused = _refused(kind, cell, packed)
        changed = "" if refused else _changed(replica, kind, cell, packed)
        if refused or changed:
            found[cell] = Misfit(refused or changed, kept=not refused)
    return found


def _refused(kind: Kind, cell: str, packed: msgspec.Raw) -> str:
    """Why neither this device nor the server would take it again."""
    problem = validity.check(kind, Change(kind.name, "", {cell: packed}))
    if problem is None:
        return ""
    field = kind.field_of(cell)
    if field is None:
        return problem.message
    name = "This field" if cell.startswith(customising.PATH) else validity.heading(field.name)
    return validity.plainly(field, packed) or f"{name} {NOT_HELD}"


def _changed(replica: Reading, kind: Kind, cell: str, packed: msgspec.Raw) -> str:
    """What the company has changed about it since."""
    field = kind.field_of(cell)
    if field is None:
        return UNKNOWN_FIELD
    value: Any = field.decoder.decode(packed)
    name, _dot, entry = cell.partition(".")
    if cell == "type_id" and value:
        own = replica.get(ObjectType, value)
        return TYPE_REMOVED if own is None or own.deleted else ""
    if f"{name}." != customising.PATH or value is None:
        return ""
    return _unfit(replica.get(CustomField, entry), value)


def _unfit(field: CustomField | None, value: Any) -> str:
    if field is None:
        return FIELD_MISSING
    if field.deleted:
        return FIELD_REMOVED
    if field.archived:
        return FIELD_ARCHIVED
    offered = {entry for entry, _option in custom.offered(field)}
    if field.type in custom.CHOICES and not offered.issuperset(custom.chosen(value)):
        return NOT_OFFERED
    return custom.problem(field, value)
