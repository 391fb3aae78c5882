"""One change to many records: a field, a label, an owner, or that they go.

A large selection is written as several changesets under one action, so it is one undo and one line
in histories, and no changeset grows beyond what the server takes. Each act is an iterator that
writes a part at each step and gives how many records are through, so that a screen can breathe and
tell; it has to be run to its end. Records that are as wanted already are left alone. What a
value may be is checked before the first record is written: all or none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from client.errors import Invalid
from sync_protocol.changes import Change
from sync_protocol.records import Label, Labelling, cells, kind_of, labelling_id
from sync_protocol.rules import validity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from client.replica import Replica
    from sync_protocol.records import Record

PART = 200
"""Records per changeset: one that is labelled for the first time is one change, too."""
CUSTOM = "custom."


class Edit(NamedTuple):
    """One value for a field, or for a custom one (`custom.<id>`), which None takes out."""

    path: str
    value: Any


def set_field(
    replica: Replica, struct: type[Record], ids: Sequence[str], edit: Edit, name: str
) -> Iterator[int]:
    """Give a field the same value in all of them. Raises `Invalid` before anything is written."""
    path, value = edit
    check(struct, edit)

    def write(record: Record) -> None:
        if not path.startswith(CUSTOM):
            replica.update(record, **{path: value})
            return
        custom: dict[str, Any] = dict(getattr(record, "custom", {}))
        custom.pop(path.removeprefix(CUSTOM), None)
        if value is not None:
            custom[path.removeprefix(CUSTOM)] = value
        replica.update(record, custom=custom)

    return _each(replica, struct, ids, name, write)


def check(struct: type[Record], edit: Edit) -> None:
    """Raises `Invalid` if the field cannot hold the value."""
    raw = cells.raw(msgspec.to_builtins(edit.value))
    problem = validity.check(kind_of(struct), Change(kind_of(struct).name, "", {edit.path: raw}))
    if problem is not None:
        raise Invalid(problem.field, problem.message)


def put_label(
    replica: Replica, struct: type[Record], ids: Sequence[str], label: Label
) -> Iterator[int]:
    def write(record: Record) -> None:
        replica.put_label(record, label.id)

    return _each(replica, struct, ids, f"Label: {label.name}", write)


def take_label(
    replica: Replica, struct: type[Record], ids: Sequence[str], label: Label
) -> Iterator[int]:
    """Take a label off those that carry it."""

    def write(record: Record) -> None:
        labelling = replica.get(Labelling, labelling_id(label.id, record.id))
        if labelling is not None and labelling.on:
            replica.update(labelling, on=False)

    return _each(replica, struct, ids, f"Unlabel: {label.name}", write)


def delete(replica: Replica, struct: type[Record], ids: Sequence[str], name: str) -> Iterator[int]:
    return _each(replica, struct, ids, name, replica.delete)


def carried(replica: Replica, ids: Sequence[str]) -> dict[str, int]:
    """How many of some records carry each label that is on any of them."""
    found: dict[str, int] = {}
    for start in range(0, len(ids), _AT_ONCE):
        part = replica.tally(
            Labelling, "label_id", record_id=tuple(ids[start : start + _AT_ONCE]), on=True
        )
        for label_id, count in part.items():
            found[label_id] = found.get(label_id, 0) + count
    return found


_AT_ONCE = 10_000


def _each(
    replica: Replica,
    struct: type[Any],
    ids: Sequence[str],
    name: str,
    write: Callable[[Any], None],
) -> Iterator[int]:
    action = replica.new_id()
    for start in range(0, len(ids), PART):
        part = tuple(ids[start : start + PART])
        with replica.changeset(name, action=action):
            for record in replica.find(struct, id=part):
                write(record)
        yield min(len(ids), start + PART)
