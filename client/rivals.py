"""How one fares against competitors, best first, as far as this device's deals tell.

A deal with two competitors counts against each of them. Deals still open decide nothing yet, so
they stand beside the score and not in it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from client import dealing
from client.dealing import Score
from sync_protocol.records import Competitor, Deal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.replica import Replica


class Standing(NamedTuple):
    """What became of the deals in which a competitor was named."""

    score: Score = Score()
    open: int = 0


class Rival(NamedTuple):
    id: str
    name: str
    standing: Standing


def rivals(replica: Replica) -> list[Rival]:
    """Those named on any deal: the highest win rate first, those without one last, by name."""
    known = standings(replica.find(Deal))
    found = [
        Rival(held.id, held.name, known[held.id])
        for held in replica.find(Competitor, order_by="name")
        if held.id in known
    ]
    return sorted(found, key=_rank)


def standings(deals: Sequence[Deal]) -> dict[str, Standing]:
    """By competitor's id, those only that were ever named."""
    scores = dealing.against(deals)
    waiting = Counter(key for deal in deals if deal.closing is None for key in deal.competitors)
    return {key: Standing(scores.get(key, Score()), waiting[key]) for key in scores | waiting}


def _rank(rival: Rival) -> int:
    rate = rival.standing.score.rate
    return 1 if rate is None else -rate
