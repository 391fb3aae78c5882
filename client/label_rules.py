"""Rules for labels: what one would do before it is switched on, and runs of those that stay.

A rule whose label comes and goes is derived on every device and never run. One whose label stays is
run by somebody: all that fit get the label, in parts under one action, so a run is one undo. It
takes nothing off, and puts on again what was taken off since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from client.errors import Invalid
from client.store import derived
from sync_protocol.records import Filter, Labelling, LabelRule, kinds, labelling_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from client.replica import Replica
    from client.store.undo import Act
    from sync_protocol.records import Record

OF = ("account", "contact", "lead", "deal")
PART = 200
NAMED = 3
NOTHING = "Say which records: take a label or a condition into the filter."
OVERDUE = (
    "Who is overdue for a visit follows the cadences, which may ask for labels themselves. "
    "Ask for the last visit instead."
)
WORDS = "Words that are searched for cannot decide about labels. Take them out of the filter."


class Trial(NamedTuple):
    """What a rule would do on this device: how many fit and how many have the label, with names.

    `lose` are those that have it by the rule as it was, and would no longer have it.
    """

    fits: int
    carry: int
    names: tuple[str, ...]
    lose: int = 0
    losers: tuple[str, ...] = ()


def save(replica: Replica, known: LabelRule | None, wanted: LabelRule) -> LabelRule:
    """Add a rule or change one. Raises `Invalid`."""
    check(wanted)
    fields = {
        name: getattr(wanted, name) for name in ("label_id", "of", "filter", "stays", "active")
    } | {"name": wanted.name.strip()}
    with replica.changeset(f"{'Change' if known else 'Add'} label rule: {fields['name']}"):
        if known is not None:
            return replica.update(known, **fields)
        return replica.create(LabelRule(**fields))


def check(rule: LabelRule) -> None:
    """Raises `Invalid` for a rule that says nothing."""
    if not rule.name.strip():
        raise Invalid("name", "Give it a name.")
    if not rule.label_id:
        raise Invalid("label_id", "Choose the label.")
    if rule.filter.text:
        raise Invalid("filter", WORDS)
    if derived.circular(rule.of, rule.filter):
        raise Invalid("filter", OVERDUE)
    if not derived.usable(rule.of, rule.filter):
        raise Invalid("filter", NOTHING)


def fitting(replica: Replica, of: str, wanted: Filter) -> list[str]:
    """The ids of the records that a rule speaks of, by name; labels count if a hand put them on."""
    bare = msgspec.structs.replace(wanted, text="", labels_any=(), labels_all=(), labels_none=())
    found = _by_name(replica, of, bare)
    asked = {*wanted.labels_any, *wanted.labels_all, *wanted.labels_none}
    on = {label: _carriers(replica, label) for label in asked}
    return [
        i for i in found
        if (not wanted.labels_any or any(i in on[x] for x in wanted.labels_any))
        and all(i in on[x] for x in wanted.labels_all)
        and not any(i in on[x] for x in wanted.labels_none)
    ]  # fmt: skip


def trial(replica: Replica, wanted: LabelRule, known: LabelRule | None = None) -> Trial:
    """What a rule would do in the place of the one that is `known`, without doing it."""
    usable = derived.usable(wanted.of, wanted.filter)
    found = fitting(replica, wanted.of, wanted.filter) if usable else []
    carry = _carriers(replica, wanted.label_id) if wanted.label_id else set()
    lost = _losing(replica, known, wanted, found) if known is not None else []
    return Trial(
        len(found), sum(i in carry for i in found), _names(replica, wanted.of, found),
        len(lost), _names(replica, known.of if known else wanted.of, lost),
    )  # fmt: skip


def run(replica: Replica, rule: LabelRule) -> Iterator[int]:
    """Put the label on all that fit; gives how many are through. To be run to its end."""
    carry = _carriers(replica, rule.label_id)
    found = [i for i in fitting(replica, rule.of, rule.filter) if i not in carry]
    action = replica.new_id()
    for start in range(0, len(found), PART):
        with replica.changeset(name_of_run(rule), action=action):
            for record_id in found[start : start + PART]:
                _put(replica, rule, record_id)
        yield min(len(found), start + PART)


def runs(replica: Replica, rule: LabelRule) -> list[Act]:
    """The runs of a rule on this device under its present name, the latest first."""
    return [act for act in replica.acts(500) if act.name == name_of_run(rule)]


def name_of_run(rule: LabelRule) -> str:
    return f"Run label rule: {rule.name}"


def carried(replica: Replica, rule: LabelRule) -> int:
    """How many records here have the label by this rule."""
    if not rule.stays:
        return replica.derived_by(rule.id)
    return replica.count(Labelling, origin=rule.id, on=True)


def _put(replica: Replica, rule: LabelRule, record_id: str) -> None:
    known = replica.get(Labelling, labelling_id(rule.label_id, record_id))
    if known is not None:
        replica.update(known, on=True, origin=rule.id)
        return
    made: Record = Labelling(
        id=labelling_id(rule.label_id, record_id), label_id=rule.label_id,
        record_kind=rule.of, record_id=record_id, origin=rule.id,
    )  # fmt: skip
    replica.create(made)


def _losing(
    replica: Replica, known: LabelRule, wanted: LabelRule, found: Iterable[str]
) -> list[str]:
    """Who has the label by the rule as it is, by nothing else, and not as it would be; by name."""
    held = replica.derived_only_by(known.id) - _carriers(replica, known.label_id)
    if not held:
        return []
    kept = (wanted.of, wanted.label_id, wanted.stays) == (known.of, known.label_id, False)
    gone = held - set(found) if kept else held
    return [i for i in _by_name(replica, known.of) if i in gone]


def _by_name(replica: Replica, of: str, wanted: Filter | None = None) -> list[str]:
    """The ids of all records of a type, or of those that fit, by name where they have one."""
    order = "name" if "name" in kinds()[of].fields else ""
    return replica.ids(kinds()[of].struct, filter=wanted or Filter(), order_by=order)


def _names(replica: Replica, of: str, ids: Sequence[str]) -> tuple[str, ...]:
    first = ids[:NAMED]
    by_id = {x.id: x for x in replica.find(kinds()[of].struct, id=tuple(first))} if first else {}
    return tuple(str(getattr(by_id[i], "name", "")) for i in first if i in by_id)


def _carriers(replica: Replica, label_id: str) -> set[str]:
    return {x.record_id for x in replica.find(Labelling, label_id=label_id, on=True)}
