"""A record's history in words: who changed what, when, from what to what."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from client.ui import naming, wording
from sync_protocol import clock
from sync_protocol.records import SUGGESTED, Label, Labelling, kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from client.replica import Replica
    from client.store.history import Written
    from sync_protocol.clock import Stamp
    from sync_protocol.records import Record

NOTHING = "nothing"
EVERYTHING, LOST = "everything", "lost"
NOT_VALUES = ("deleted", "clash", "merged_into")
"""Fields that are not written by hand: restoring, merging and the server see to them."""


class Line(NamedTuple):
    """One value written: the field, what stood there before, what was written.

    `new` is empty if `what` says all. A `usable` one can be written again.
    """

    what: str
    old: str
    new: str
    lost: bool
    usable: bool
    written: Written


class Edit(NamedTuple):
    """What one person wrote at one moment. `waiting` until the server has taken it."""

    key: str
    when: str
    who: str
    here: bool
    name: str
    waiting: bool
    lines: tuple[Line, ...]


class Past(NamedTuple):
    """`name` is what the record is called; `known` whether it is on this device."""

    name: str
    known: bool
    edits: tuple[Edit, ...]


def read_past(
    replica: Replica, kind: str, record_id: str, show: str, full: Sequence[Written] = ()
) -> Past:
    """The edits of a record and of the labels on it, the newest first.

    `show` is everything, only what was lost, or a field. `full` is what the server told of it.
    """
    known = kinds().get(kind)
    record = replica.get(known.struct, record_id) if known else None
    if record is None:
        return Past("", known=False, edits=())
    written = _joined(replica.history(record), full)
    for labelling in replica.find(Labelling, record_id=record.id):
        written += replica.history(labelling)
    wanted = sorted(_shown(written, show), key=lambda one: one.stamp, reverse=True)
    groups = groupby(wanted, key=lambda one: one.stamp)
    edits = (_edit(replica, record, stamp, list(cells)) for stamp, cells in groups)
    name = naming.name_of(replica, kind, record_id)
    return Past(name, known=True, edits=tuple(edit for edit in edits if edit.lines))


def _joined(here: Sequence[Written], full: Sequence[Written]) -> list[Written]:
    """What the server told, and what only this device knows by now."""
    found = {(written.cell, written.stamp): written for written in full}
    for written in here:
        told = found.setdefault((written.cell, written.stamp), written)
        if written.lost and not told.lost:
            found[written.cell, written.stamp] = msgspec.structs.replace(told, lost=True)
    return list(found.values())


def _shown(written: Iterable[Written], show: str) -> Iterable[Written]:
    if show == EVERYTHING:
        return written
    if show == LOST:
        return (one for one in written if one.lost)
    return (one for one in written if one.kind != "labelling" and one.field == show)


def _edit(replica: Replica, record: Record, stamp: Stamp, cells: list[Written]) -> Edit:
    first, zone = cells[0], replica.settings.time_zone
    at_ms = clock.millis(stamp.time)
    lines = (_line(replica, record, cell) for cell in reversed(cells))
    return Edit(
        key=f"{stamp.time}-{stamp.device}",
        when=f"{wording.day(at_ms, replica.now(), zone)}, {wording.clock(at_ms, zone)}",
        who=naming.person(replica, first.user),
        here=stamp.device == replica.device,
        name=first.name,
        waiting=first.sequence is None,
        lines=tuple(line for line in lines if line.what),
    )


def _line(replica: Replica, record: Record, cell: Written) -> Line:
    """One written value; `what` is empty if there is nothing to tell."""
    told = _told(replica, cell)
    if told is not None:
        return Line(told, "", "", cell.lost, usable=False, written=cell)
    old = naming.words_of_cell(replica, cell.cell, cell.before)
    new = naming.words_of_cell(replica, cell.cell, cell.value)
    other = new != NOTHING and cell.value != _standing(record, cell)
    usable = other and cell.field not in NOT_VALUES
    return Line(naming.title_of_cell(replica, cell.cell), old, new, cell.lost, usable, cell)


def _told(replica: Replica, cell: Written) -> str | None:
    """What is told in one word rather than as a value; None if it is a value."""
    if cell.kind == "labelling":
        return _labelling(replica, cell)
    if cell.cell == "":
        return "Created"
    if cell.field == "deleted":
        return "Deleted" if cell.value else "Brought back"
    if cell.field == "merged_into":
        return "Merged into another record" if cell.value else "Merge undone"
    return None


def _labelling(replica: Replica, cell: Written) -> str:
    labelling = replica.get(Labelling, cell.id)
    label = replica.get(Label, labelling.label_id) if labelling else None
    if label is None or labelling is None:
        return ""
    became = _became(cell, on=_was_on(replica, labelling, cell.stamp))
    return f"Label {label.name} {became}" if became else ""


def _became(cell: Written, *, on: bool) -> str:
    """What one write did to a label that was then `on`, or not; empty where another one says it."""
    if cell.field == "on" and not on:
        return "removed" if cell.before else "not decided any more"
    if cell.field == "origin":
        return "turned down" if cell.value == SUGGESTED and not on else ""
    if cell.field in ("", "on"):
        return "added" if on else "turned down"
    return ""


def _was_on(replica: Replica, labelling: Labelling, stamp: Stamp) -> bool:
    """Whether a label was on after the write with this stamp: a creation does not say."""
    writes = sorted(
        (one for one in replica.history(labelling) if one.cell == "on"), key=lambda one: one.stamp
    )
    until = [one for one in writes if one.stamp <= stamp]
    later = [one for one in writes if one.stamp > stamp]
    if until:
        return bool(until[-1].value)
    return bool(later[0].before) if later else labelling.on


def _standing(record: Record, cell: Written) -> Any:
    """What the cell holds now, in the form in which the history keeps values."""
    held = msgspec.to_builtins(getattr(record, cell.field, None))
    _field, dot, entry = cell.cell.partition(".")
    return held.get(entry) if dot and isinstance(held, dict) else held
