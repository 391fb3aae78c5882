"""Which labels are on a record, and why: a hand put them there, or a rule says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from client.replica.reading import Reading
from client.store import derived, queries
from sync_protocol.records import Label, Labelling

if TYPE_CHECKING:
    from collections.abc import Sequence

_AT_ONCE = 10_000


class Worn(NamedTuple):
    """A label that is on a record.

    `by_hand` if somebody put it there, whose `origin` is that of the labelling; `rules` are the ids
    of those that say so now. It may be both.
    """

    label: Label
    by_hand: bool = False
    origin: str = ""
    rules: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return self.label.id

    @property
    def name(self) -> str:
        return self.label.name

    @property
    def colour(self) -> str:
        return self.label.colour

    @property
    def by_rule(self) -> bool:
        """Whether it goes when no rule says so any more."""
        return not self.by_hand


class Labels(Reading):
    """Labels that come and go are derived here, see `client.store.derived`."""

    def labels_of(self, record_id: str) -> list[Label]:
        """The labels on a record, by name; archived ones included, deleted ones not."""
        return [worn.label for worn in self.worn(record_id)]

    def label_ids(self, record_id: str) -> set[str]:
        """The ids of the labels on a record, those of deleted labels included."""
        put = {x.label_id for x in self.find(Labelling, record_id=record_id, on=True)}
        return put | {x[1] for x in derived.on(self._connection, [record_id], self.now())}

    def worn(self, record_id: str) -> list[Worn]:
        """The labels on a record, and why they are."""
        return self.worn_by([record_id]).get(record_id, [])

    def worn_by(self, ids: Sequence[str]) -> dict[str, list[Worn]]:
        """The labels on each of some records that has any, by name."""
        known = {label.id: label for label in self.find(Label)}
        found: dict[tuple[str, str], Worn] = {}
        for start in range(0, len(ids), _AT_ONCE):
            part = tuple(ids[start : start + _AT_ONCE])
            for x in self.find(Labelling, record_id=part, on=True):
                if x.label_id in known:
                    worn = Worn(known[x.label_id], by_hand=True, origin=x.origin)
                    found[x.record_id, x.label_id] = worn
            for record_id, label_id, rule_id in derived.on(self._connection, part, self.now()):
                if label_id in known:
                    worn = found.get((record_id, label_id), Worn(known[label_id]))
                    found[record_id, label_id] = worn._replace(rules=(*worn.rules, rule_id))
        by_record: dict[str, list[Worn]] = {}
        for (record_id, _label), worn in found.items():
            by_record.setdefault(record_id, []).append(worn)
        for all_on in by_record.values():
            all_on.sort(key=lambda worn: worn.label.name.casefold())
        return by_record

    def count_labels(self) -> dict[str, int]:
        """How many records carry each label, put on or derived."""
        return queries.tally_labels(self._connection, self.now())

    def labelled(self) -> set[str]:
        """The ids of all records that carry a label."""
        return queries.labelled(self._connection, self.now())

    def derived_by(self, rule_id: str) -> int:
        """How many records have a label by this rule now."""
        return derived.count_of(self._connection, rule_id, self.now())

    def derived_only_by(self, rule_id: str) -> set[str]:
        """The ids of the records that no other rule gives the label of this one."""
        return derived.only_by(self._connection, rule_id, self.now())

    def still_to_derive(self) -> int:
        """How many records have yet to be looked at by the rules; 0 when all labels are right."""
        return derived.count_left(self._connection)

    def derive_some(self) -> bool:
        """Bring the labels that come and go a step forward; False when they are complete."""
        return self._open is None and self._database.derive_some()

    def index_some(self) -> bool:
        """Bring what is derived a step forward, the labels first; False when it is complete."""
        return self.derive_some() or super().index_some()
