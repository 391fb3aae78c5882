"""A refused edit as the draft of its record's form.

The form opens with what was typed. What the field's type allows is already part of the record that
is being edited, so saving writes it again; what the type allows no longer stands in its field to be
put right. What no field can show is told as text beside the form (see `client.misfits`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from client import customising, misfits, plain_fields, record_types
from client.ui import naming
from client.ui.plain import OBJECTS, PLAIN
from client.ui.views.records.draft import NEW_VALUES, Draft, Mends, Unfit
from client.ui.views.records.loosely import as_typed, can_show
from sync_protocol.changes import Change
from sync_protocol.records import ObjectType, kind_of, kinds, rows

if TYPE_CHECKING:
    from collections.abc import Collection

    from client.replica import Replica
    from client.store.problems import Problem
    from sync_protocol.records import Field, Kind

CUSTOM = "custom"
BOOKS = {"account": "accounts", "contact": "contacts", "lead": "leads"}
ASKED = {
    "account": (
        "kind", "industry", "employees", "territory_id", "parent_id", "channels", "website",
        "about",
    ),
    "contact": (
        "title", "role", "account_id", "channels", "website", "birthday", "given_name",
        "family_name", "about",
    ),
    "lead": ("company", "title", "source", "territory_id", "website", "about"),
}  # fmt: skip
"""What the forms of customers and leads ask for beside the name and what all records can have."""
_NOT_SHOWN = object()


def to_mend(problem: Problem) -> Change | None:
    """The change of the record that the server named, else the first; None if there is none."""
    named, changes = problem.rejection, problem.changeset.changes
    blamed = (change for change in changes if (change.kind, change.id) == (named.kind, named.id))
    return next(blamed, next(iter(changes), None))


def form_of(replica: Replica, problem: Problem) -> str:
    """The route of the form in which a refused edit is mended; empty if there is none.

    It must hold what was written, of a record that is here or that the edit itself makes.
    """
    change = to_mend(problem)
    kind = kinds().get(change.kind) if change else None
    if change is None or kind is None or problem.parked:
        return ""
    held = replica.get(kind.struct, change.id)
    place = _list_of(replica, change, held) if held or change.create else ""
    if place:
        return f"{place}/{change.id}/edit"
    only_custom = all(cell.startswith(customising.PATH) for cell in change.cells)
    is_here = held is not None and not held.deleted
    fills_in = CUSTOM in kind.fields and change.cells and only_custom and is_here
    return f"/{CUSTOM}/{kind.name}/{change.id}" if fills_in else ""


def mending(replica: Replica, problem: Problem) -> Draft | None:
    """The record of a refused edit as it was typed; None if there is no form for it."""
    change = to_mend(problem)
    if change is None or not form_of(replica, problem):
        return None
    kind, wrong = kinds()[change.kind], misfits.of(replica, change)
    rest = {x: packed for x, packed in change.cells.items() if x not in wrong or wrong[x].kept}
    before: Any = replica.get(kind.struct, change.id) or _blank(kind, change.id)
    for cell, packed in rest.items():
        if (field := kind.field_of(cell)) is not None:
            before = _put(before, field, cell, field.decoder.decode(packed))
    now, asked, told = before, _asked(replica, before), []
    for cell, misfit in wrong.items():
        one = Change(change.kind, change.id, {cell: change.cells[cell]})
        typed = _shown(kind, asked, one)
        if (field := kind.field_of(cell)) is not None and typed is not _NOT_SHOWN:
            now = _put(now, field, cell, typed)
        ((what, text),) = naming.values_of(replica, one)
        shown = typed is not _NOT_SHOWN
        told.append(Unfit(naming.field_of(cell), what, text, misfit.why, shown, misfit.kept))
    draft = Draft(before)
    draft.now = now
    draft.mends = Mends(problem, change, rest, tuple(told))
    return draft


def _asked(replica: Replica, record: Any) -> Collection[str]:
    """The fields that have a place in the form of a record, and the custom ones by their cells."""
    kind = kind_of(record)
    own = ASKED.get(kind.name) or [field.name for field in plain_fields.asked(kind)]
    custom = customising.fields_of(replica, record_types.name_of(record))
    return {"name", *NEW_VALUES, *own, *(f"{customising.PATH}{field.id}" for field in custom)}


def _shown(kind: Kind, asked: Collection[str], change: Change) -> Any:
    """The one value of a change as a field of the form shows it; `_NOT_SHOWN` if none can."""
    ((cell, packed),) = change.cells.items()
    field = kind.field_of(cell)
    if field is None or not {cell, naming.field_of(cell)} & {*asked}:
        return _NOT_SHOWN
    hint, value = field.type if field.entry is None else field.entry, naming.unpacked(packed)
    typed = as_typed(hint, value)
    return typed if value is not naming.DAMAGED and can_show(hint, typed) else _NOT_SHOWN


def _put(record: Any, field: Field, cell: str, value: Any) -> Any:
    """One written cell onto a record."""
    if field.entry is not None:
        rest = {**getattr(record, field.name), naming.entry_of(cell): value}
        value = {entry: item for entry, item in rest.items() if item is not None}
    return msgspec.structs.replace(record, **{field.name: value})


def _blank(kind: Kind, record_id: str) -> Any:
    return rows.record(kind, {"id": record_id, **rows.defaults(kind)})


def _list_of(replica: Replica, change: Change, held: Any) -> str:
    """The route of the list whose records have a form of their own; empty if there is none."""
    if change.kind in BOOKS:
        return f"/{BOOKS[change.kind]}"
    if change.kind != record_types.OWN:
        return next((plain.route for plain in PLAIN if plain.kind == change.kind), "")
    packed = change.cells.get("type_id")
    type_id = naming.unpacked(packed) if packed is not None else held.type_id if held else ""
    own = replica.get(ObjectType, str(type_id))
    return "" if own is None or own.deleted else f"{OBJECTS}/{own.id}"
