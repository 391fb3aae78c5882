"""A record's history in words: who changed what, when, from what to what."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from client.ui import wording
from sync_protocol import clock
from sync_protocol.records import Account, Label, Labelling, Territory, User
from sync_protocol.rules.validity import heading

if TYPE_CHECKING:
    from client.replica import Replica
    from client.store.history import Written
    from sync_protocol.clock import Stamp
    from sync_protocol.records import Record

NOTHING = "nothing"
_REFERENCES: dict[str, type[Any]] = {
    "account_id": Account,
    "territory_id": Territory,
    "owner_id": User,
}
_HEADINGS = {
    "phones": "Phone",
    "emails": "E-mail",
    "addresses": "Address",
    "imported": "Imported",
    "owner_id": "Looked after by",
}


class Line(NamedTuple):
    """One value written. `written` can be restored if it was lost."""

    text: str
    lost: bool
    written: Written


class Edit(NamedTuple):
    """What one person wrote at one moment. `waiting` until the server has taken it."""

    key: str
    day: str
    clock: str
    who: str
    name: str
    waiting: bool
    lines: tuple[Line, ...]


def read_history(replica: Replica, record: Record) -> tuple[Edit, ...]:
    """Every edit of a record and of the labels on it, the newest first."""
    written = [*replica.history(record)]
    for labelling in replica.find(Labelling, record_id=record.id):
        written += replica.history(labelling)
    written.sort(key=lambda one: one.stamp, reverse=True)
    groups = groupby(written, key=lambda one: one.stamp)
    return tuple(_edit(replica, stamp, list(cells)) for stamp, cells in groups)


def _edit(replica: Replica, stamp: Stamp, cells: list[Written]) -> Edit:
    first, zone = cells[0], replica.settings.time_zone
    at_ms = clock.millis(stamp.time)
    user = replica.get(User, first.user)
    lines = [
        Line(text, cell.lost, cell) for cell in reversed(cells) if (text := sentence(replica, cell))
    ]
    return Edit(
        key=f"{stamp.time}-{stamp.device}",
        day=wording.day(at_ms, replica.now(), zone),
        clock=wording.clock(at_ms, zone),
        who=user.name if user else "Somebody",
        name=first.name,
        waiting=first.sequence is None,
        lines=tuple(lines),
    )


def sentence(replica: Replica, cell: Written) -> str:
    """One written value: what it is, the old value and the new one."""
    if cell.kind == "labelling":
        return _labelling(replica, cell)
    if cell.cell == "":
        return "Created"
    if cell.field == "deleted":
        return "Deleted" if cell.value else "Brought back"
    name = _HEADINGS.get(cell.field, heading(cell.field))
    old, new = _words(replica, cell.field, cell.before), _words(replica, cell.field, cell.value)
    if old == NOTHING:
        return f"{name}: {new}"
    return f"{name} removed: {old}" if new == NOTHING else f"{name}: {new} (before: {old})"


def _labelling(replica: Replica, cell: Written) -> str:
    labelling = replica.get(Labelling, cell.id)
    label = replica.get(Label, labelling.label_id) if labelling else None
    if label is None or cell.field not in ("", "on"):
        return ""
    return f"Label {label.name} {'added' if cell.field == '' or cell.value else 'removed'}"


def _words(replica: Replica, field: str, value: Any) -> str:
    if value in (None, "", {}):
        return NOTHING
    if field in _REFERENCES:
        found = replica.get(_REFERENCES[field], value)
        return found.name if found else "a record not visible to you"
    if isinstance(value, dict):
        shown = [str(v) for v in value.values() if isinstance(v, str | int) and v != ""]
        return ", ".join(shown) or NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date | datetime):
        return f"{value:%d %b %Y}"
    return str(value)
