"""The team's words: labels, outcomes, purposes of visits, and the reasons for which things end.

Each is a name that the office keeps, archived rather than deleted: what was tagged stays tagged.
What a type can carry beyond its name (a colour, a place in the order, an explanation, what it is a
reason of) follows from its declaration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from sync_protocol.records import (
    Activity,
    Closing,
    Deal,
    Label,
    Lead,
    Outcome,
    OutcomeGiven,
    Purpose,
    Reason,
    kind_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from client.replica import Replica

Word = Label | Outcome | Purpose | Reason


class Group(NamedTuple):
    """What some of the words are of."""

    title: str
    used: str


class Vocabulary(NamedTuple):
    """What the lists differ in; `groups` are the things a word can be of."""

    struct: type[Any]
    route: str
    title: str
    word: str
    used: str
    about: str
    explained: str = ""
    groups: Mapping[str, Group] = {}

    @property
    def coloured(self) -> bool:
        return "colour" in kind_of(self.struct).fields

    @property
    def ordered(self) -> bool:
        """Whether the office gives the order; by name otherwise."""
        return "place" in kind_of(self.struct).fields


LABELS = Vocabulary(
    Label, "/labels", "Labels", "label", "record",
    "Labels mark customers and people. The whole team uses the same ones.",
    "What it means (optional)",
)  # fmt: skip
OUTCOMES = Vocabulary(
    Outcome, "/outcomes", "Outcomes", "outcome", "visit or call",
    "Outcomes are the buttons a rep taps after a visit or a call.",
)  # fmt: skip
PURPOSES = Vocabulary(
    Purpose, "/purposes", "Purposes", "purpose", "visit",
    "Purposes say what a visit is for; a rep taps one before or during it.",
)  # fmt: skip
REASONS = Vocabulary(
    Reason, "/reasons", "Reasons", "reason", "deal or lead",
    "Why deals are won or lost and leads disqualified: what is offered when one is closed.",
    groups={
        "won": Group("Deals won", "deal"),
        "lost": Group("Deals lost", "deal"),
        "disqualified": Group("Leads disqualified", "lead"),
    },
)  # fmt: skip


class Item(NamedTuple):
    """A word with how often it is used; `twice` if another one has the same name."""

    word: Word
    uses: int
    twice: bool


def items(replica: Replica, kind: Vocabulary) -> list[Item]:
    """Every word, archived ones too, in its order."""
    found = words(replica, kind)
    names = [_same(word) for word in found]
    uses = uses_of(replica, kind)
    return [Item(word, uses.get(word.id, 0), names.count(_same(word)) > 1) for word in found]


def words(replica: Replica, kind: Vocabulary) -> list[Word]:
    found: list[Word] = replica.find(kind.struct, order_by="place" if kind.ordered else "name")
    return found


def uses_of(replica: Replica, kind: Vocabulary) -> dict[str, int]:
    """How often each word is used, as far as this device knows."""
    return _USES[kind.struct](replica)


def named_already(replica: Replica, kind: Vocabulary, word: Word, but: str) -> bool:
    """Whether another word of the kind, and of the same group, has this name, case ignored."""
    return any(_same(other) == _same(word) and other.id != but for other in words(replica, kind))


def add(replica: Replica, kind: Vocabulary, word: Word) -> Word:
    """A new word; where the office gives the order, it comes last."""
    if kind.ordered:
        last = max((other.place for other in words(replica, kind)), default=-1)  # type: ignore[union-attr]
        word = msgspec.structs.replace(word, place=last + 1)
    with replica.changeset(f"Add {kind.word}"):
        return replica.create(word)


def put_in_order(replica: Replica, kind: Vocabulary, order: Sequence[Word]) -> None:
    """Give these words their places, leaving alone those that have them already."""
    with replica.changeset(f"Order {kind.word}s"):
        for place, word in enumerate(order):
            replica.update(word, place=place)


def group_of(word: Word) -> str:
    """What it is a reason of; empty for all other words."""
    return word.of if isinstance(word, Reason) else ""


def _same(word: Word) -> tuple[str, str]:
    """Words of which this is equal are the same to a person."""
    return group_of(word), word.name.strip().casefold()


def _of_labels(replica: Replica) -> dict[str, int]:
    return replica.count_labels()


def _of_outcomes(replica: Replica) -> dict[str, int]:
    given = replica.tally(Activity, "outcome", status="done")
    return _summed(given, lambda packed: (_read(packed, OutcomeGiven).outcome_id,))


def _of_purposes(replica: Replica) -> dict[str, int]:
    return replica.tally(Activity, "purpose_id")


def _of_reasons(replica: Replica) -> dict[str, int]:
    closed = replica.tally(Deal, "closing")
    counts = _summed(closed, lambda packed: (_read(packed, Closing).reason_id,))
    for reason_id, count in replica.tally(Lead, "reason_id", status="disqualified").items():
        counts[reason_id] = counts.get(reason_id, 0) + count
    return counts


def _summed(tally: Mapping[str, int], ids: Callable[[str], Iterable[str]]) -> dict[str, int]:
    """The counts of packed values as counts of the ids in them."""
    counts: dict[str, int] = {}
    for packed, count in tally.items():
        for word_id in ids(packed) if packed else ():
            counts[word_id] = counts.get(word_id, 0) + count
    return counts


def _read(packed: str, struct: type[Any]) -> Any:
    return msgspec.json.decode(packed, type=struct)


_USES: dict[type[Any], Callable[[Replica], dict[str, int]]] = {
    Label: _of_labels,
    Outcome: _of_outcomes,
    Purpose: _of_purposes,
    Reason: _of_reasons,
}
