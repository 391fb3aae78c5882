"""Keeping the team's labels in order: two that mean the same become one.

All that carry the one carry the other afterwards, segments and rules ask for the other, and
the one is deleted. It is written in parts under one action: one undo. What a device that does not
know yet still labels with the deleted one shows no label there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from client import segments
from client.errors import Invalid
from sync_protocol.records import Labelling, LabelRule, Segment, kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from client.replica import Replica
    from sync_protocol.records import Filter, Label, Record

PART = 150
"""Labellings moved in one changeset: each is two changes."""
_LISTS = ("labels_any", "labels_all", "labels_none")


class Counts(NamedTuple):
    """How many records carry each of two labels, and how many both."""

    loser: int
    winner: int
    both: int

    @property
    def after(self) -> int:
        return self.loser + self.winner - self.both


def counts(replica: Replica, loser: Label, winner: Label) -> Counts:
    """As far as this device knows."""
    first, second = _carriers(replica, loser), _carriers(replica, winner)
    return Counts(len(first), len(second), len(first & second))


def merge(replica: Replica, loser: Label, winner: Label) -> Iterator[int]:
    """Let `winner` stand for both; gives how many records are through. Has to be run to its end.

    Raises `Invalid` if they are the same.
    """
    if loser.id == winner.id:
        raise Invalid("name", "Choose another label.")
    return _merge(replica, loser, winner)


def _merge(replica: Replica, loser: Label, winner: Label) -> Iterator[int]:
    name, action = f"Merge label {loser.name} into {winner.name}", replica.new_id()
    carried = replica.find(Labelling, label_id=loser.id, on=True)
    for start in range(0, len(carried), PART):
        with replica.changeset(name, action=action):
            for labelling in carried[start : start + PART]:
                record = _record(replica, labelling)
                if record is not None:
                    replica.put_label(record, winner.id)
                replica.update(labelling, on=False)
        yield min(len(carried), start + PART)
    with replica.changeset(name, action=action):
        for segment in replica.find(Segment):
            moved = _moved(segment.filter, loser.id, winner.id)
            if moved != segment.filter and segments.may_change(replica, segment):
                replica.update(segment, filter=moved)
        for rule in replica.find(LabelRule):
            moved = _moved(rule.filter, loser.id, winner.id)
            label_id = winner.id if rule.label_id == loser.id else rule.label_id
            replica.update(rule, filter=moved, label_id=label_id)
        replica.delete(loser)
    yield len(carried)


def _carriers(replica: Replica, label: Label) -> set[str]:
    return {x.record_id for x in replica.find(Labelling, label_id=label.id, on=True)}


def _record(replica: Replica, labelling: Labelling) -> Record | None:
    kind = kinds().get(labelling.record_kind)
    return replica.get(kind.struct, labelling.record_id) if kind else None


def _moved(wanted: Filter, loser: str, winner: str) -> Filter:
    """A filter that asks for the winner where it asked for the loser."""
    lists = {
        name: tuple(dict.fromkeys(winner if i == loser else i for i in getattr(wanted, name)))
        for name in _LISTS
    }
    return msgspec.structs.replace(wanted, **lists)
