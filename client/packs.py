"""Starter packs: the words and label rules of a trade, to begin with and to be changed at will.

What a pack brings has a derived id, so loading it again brings only what has never been there:
what was renamed stays renamed, what was deleted stays deleted. A word that the team has already, by
the same name, is taken for the pack's own. Rules come switched off: nothing is labelled before
somebody has seen what they would do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sync_protocol import ids
from sync_protocol.records import (
    Condition,
    Filter,
    Label,
    LabelRule,
    Outcome,
    Purpose,
    Record,
    kind_of,
)

if TYPE_CHECKING:
    from client.replica import Replica
    from sync_protocol.records.filters import Operator

_BLUE, _GREEN, _VIOLET = "#1f6feb", "#1a7f37", "#8250df"
_BROWN, _RED, _GREY = "#9a6700", "#b3261e", "#57606a"


class Rule(NamedTuple):
    """If a field of an account is so, then the label of this name."""

    label: str
    field: str
    operator: Operator
    values: tuple[str, ...]


class Pack(NamedTuple):
    """Words by name with their colours, and rules that are named as their labels."""

    key: str
    title: str
    about: str
    labels: dict[str, str]
    outcomes: dict[str, str]
    purposes: dict[str, str]
    rules: tuple[Rule, ...]


class Share(NamedTuple):
    """How much of a pack is here already, of how much."""

    here: int
    all: int


_QUIET = Rule("Not visited for 90 days", "last_visit", "older", ("90",))
DRINKS = Pack(
    "drinks", "Drinks", "Breweries, wine merchants and wholesalers who call on bars and shops.",
    {"On-trade": _BLUE, "Off-trade": _GREEN, "Draught": _BROWN, "Exclusive": _VIOLET,
     "Competitor's house": _RED, "Large house": _GREEN, "Not visited for 90 days": _GREY},
    {"New listing": _GREEN, "Reorder": _BLUE, "Tasting agreed": _VIOLET, "Delisted": _RED},
    {"Tasting": _VIOLET, "Shelf check": _BROWN, "Draught check": _BLUE, "Empties": _GREY},
    (Rule("On-trade", "industry", "is", ("Restaurant", "Hotel", "Bar", "Pub", "Café")),
     Rule("Off-trade", "industry", "is", ("Shop", "Supermarket", "Retail")),
     Rule("Large house", "employees", "more", ("50",)), _QUIET),
)  # fmt: skip
HEALTHCARE = Pack(
    "healthcare", "Healthcare", "Medical devices and pharma: practices, hospitals, pharmacies.",
    {"Practice": _BLUE, "Hospital": _VIOLET, "Pharmacy": _GREEN, "Opinion leader": _BROWN,
     "In evaluation": _GREY, "Tender": _RED, "Not visited for 90 days": _GREY},
    {"Samples left": _BLUE, "Evaluation agreed": _GREEN, "Prescribes": _GREEN,
     "No time for us": _RED},
    {"Product training": _VIOLET, "Sample drop": _BLUE, "Device check": _BROWN},
    (Rule("Practice", "industry", "contains", ("practice",)),
     Rule("Hospital", "industry", "contains", ("hospital",)),
     Rule("Pharmacy", "industry", "contains", ("pharmacy",)), _QUIET),
)  # fmt: skip
RETAIL = Pack(
    "retail", "Retail", "Brands that sell through shops, chains and their branches.",
    {"Chain": _VIOLET, "Independent": _GREEN, "Flagship": _BROWN, "Promotion running": _BLUE,
     "Out of stock": _RED, "Not visited for 90 days": _GREY},
    {"Shelf won": _GREEN, "Shelf lost": _RED, "Promotion agreed": _BLUE, "Display placed": _VIOLET},
    {"Shelf check": _BROWN, "Promotion": _BLUE, "Stock count": _GREY, "Planogram": _VIOLET},
    (Rule("Chain", "parent_id", "filled", ()),
     Rule("Independent", "parent_id", "empty", ()), _QUIET),
)  # fmt: skip
BUILDING = Pack(
    "building", "Building supplies", "Merchants and makers who call on trades and sites.",
    {"Merchant": _BLUE, "Craftsman": _GREEN, "Architect": _VIOLET, "Site": _BROWN,
     "Credit stop": _RED, "Large firm": _GREEN, "Not visited for 90 days": _GREY},
    {"Quote wanted": _BLUE, "Order placed": _GREEN, "Sample wanted": _VIOLET,
     "Buys elsewhere": _RED},
    {"Site visit": _BROWN, "Take-off": _BLUE, "Product demo": _VIOLET, "Complaint on site": _RED},
    (Rule("Merchant", "industry", "contains", ("merchant",)),
     Rule("Architect", "industry", "contains", ("architect",)),
     Rule("Large firm", "employees", "more", ("50",)), _QUIET),
)  # fmt: skip
PACKS = (DRINKS, HEALTHCARE, RETAIL, BUILDING)


def load(replica: Replica, pack: Pack) -> int:
    """Bring what a pack has and the team has not; returns how many records that was."""
    found = missing(replica, pack)
    with replica.changeset(f"Load starter pack: {pack.title}"):
        for record in found:
            known = replica.get(type(record), record.id)
            if known is None:
                replica.create(record)
            else:
                replica.restore(known)
    return len(found)


def share(replica: Replica, pack: Pack) -> Share:
    """How much of a pack is here, what was deleted since counted in."""
    total = len(_all(replica, pack))
    return Share(total - len(missing(replica, pack)), total)


def any_loaded(replica: Replica) -> bool:
    """Whether anything of any pack was ever brought."""
    labels = [_id(pack, "label", name) for pack in PACKS for name in pack.labels]
    return any(replica.get(Label, label_id) is not None for label_id in labels)


def missing(replica: Replica, pack: Pack) -> list[Record]:
    """What loading a pack would bring: all that is deleted, too, if nothing of it is left."""
    wanted = _all(replica, pack)
    known = {x.id: found for x in wanted if (found := replica.get(type(x), x.id)) is not None}
    taken_back = all(found.deleted for found in known.values())
    return [
        record
        for record in wanted
        if (record.id not in known or taken_back)
        and _name_of(record) not in _named(replica, type(record))
    ]


def _all(replica: Replica, pack: Pack) -> list[Record]:
    named = _named(replica, Label)
    found: list[Record] = [
        Label(id=_id(pack, "label", name), name=name, colour=colour)
        for name, colour in pack.labels.items()
    ]
    structs: tuple[tuple[type[Outcome | Purpose], dict[str, str]], ...] = (
        (Outcome, pack.outcomes),
        (Purpose, pack.purposes),
    )
    for struct, words in structs:
        last = max((word.place for word in replica.find(struct)), default=0)
        found += [
            struct(id=_id(pack, kind_of(struct).name, name), name=name, colour=colour, place=place)
            for place, (name, colour) in enumerate(words.items(), last + 1)
        ]
    return [*found, *(_rule(pack, rule, named) for rule in pack.rules)]


def _name_of(record: Record) -> str:
    return str(getattr(record, "name", "")).casefold()


def _rule(pack: Pack, rule: Rule, named: dict[str, str]) -> LabelRule:
    """With the label that the pack brings, or the team's own of that name."""
    return LabelRule(
        id=_id(pack, "labelrule", rule.label),
        name=rule.label,
        label_id=named.get(rule.label.casefold(), _id(pack, "label", rule.label)),
        filter=Filter(conditions=(Condition(rule.field, rule.operator, rule.values),)),
    )


def _named(replica: Replica, struct: type[Record]) -> dict[str, str]:
    """The ids of words by their names, case ignored."""
    return {_name_of(word): word.id for word in replica.find(struct)}


def _id(pack: Pack, kind: str, name: str) -> str:
    return ids.derived("pack", pack.key, kind, name)
