"""How activities went: by kind and outcome, by person, over a period that ends now.

Quantity stands beside outcome: of each kind and each person both how many there were and how they
went. Only activities on this device count, so a rep sees their own territory and the office all.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from client import zones
from client.store.outcomes import Part
from sync_protocol.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from client.replica import Replica

__all__ = ["PERIODS", "Group", "Part", "Results", "Share", "behind", "read", "since"]

PERIODS = {"7": "7 days", "30": "30 days", "90": "90 days", "365": "A year", "all": "All"}
"""Today and the days before it."""


class Share(NamedTuple):
    """So many of a group went so; without a name nothing was set, or it is not on this device."""

    outcome_id: str
    name: str
    colour: str
    many: int


class Group(NamedTuple):
    """The activities of one kind, or of one person; the commonest outcome comes first."""

    key: str
    many: int
    shares: tuple[Share, ...]


class Results(NamedTuple):
    kinds: tuple[Group, ...] = ()
    people: tuple[Group, ...] = ()


def since(replica: Replica, period: str) -> int:
    """The first millisecond of a period."""
    if period not in PERIODS or period == "all":
        return 0
    today = zones.local(replica.now(), replica.settings.time_zone)
    first = (today - timedelta(days=int(period) - 1)).date()
    return int(datetime.combine(first, datetime.min.time(), today.tzinfo).timestamp() * 1000)


def read(replica: Replica, part: Part) -> Results:
    """All of a period, or one person's: the largest group first."""
    found = replica.outcome_tallies(part)
    known = {outcome.id: outcome for outcome in replica.find(Outcome)}
    kinds, people = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for tally in found:
        kinds[tally.kind, tally.outcome_id] += tally.many
        people[tally.owner_id, tally.outcome_id] += tally.many
    return Results(_groups(kinds, known), _groups(people, known))


def behind(replica: Replica, part: Part) -> list[str]:
    """The activities behind a number, the newest first."""
    return replica.outcome_ids(part)


def _groups(counts: Counter[tuple[str, str]], known: Mapping[str, Outcome]) -> tuple[Group, ...]:
    shares: dict[str, list[Share]] = {}
    for (key, outcome_id), count in counts.items():
        held = known.get(outcome_id)
        share = Share(outcome_id, held.name if held else "", held.colour if held else "", count)
        shares.setdefault(key, []).append(share)
    groups = (Group(key, sum(x.many for x in some), _sorted(some)) for key, some in shares.items())
    return tuple(sorted(groups, key=lambda group: (-group.many, group.key)))


def _sorted(shares: Iterable[Share]) -> tuple[Share, ...]:
    """The commonest first; what has no outcome last."""
    return tuple(sorted(shares, key=lambda x: (not x.outcome_id, -x.many, x.name, x.outcome_id)))
