"""About how far a rep drove on a day: only where the company asked for it and the rep agreed.

It is worked out when it is looked at and kept nowhere: from the positions that the day's visits
noted, or their customers' addresses where a visit noted none. Nothing is recorded in between. Roads
are not known offline, so it is an estimate like every way here: straight lines times a detour.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from client import nearby, planner, routing
from client.replica import Range
from sync_protocol import geo
from sync_protocol.records import Account, Activity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from client.replica import Replica
    from sync_protocol.records import Position

PREFERENCE = "travel"
ON = "on"


class Travelled(NamedTuple):
    """The metres of a day, and how many of its visits had a place to reckon with."""

    metres: float
    placed: int
    visits: int


def asked_for(replica: Replica) -> bool:
    """Whether the company reckons ways at all."""
    return replica.settings.travel


def agreed(replica: Replica) -> bool:
    """Whether this rep said yes, on this device."""
    return replica.preference(PREFERENCE) == ON


def agree(replica: Replica, *, yes: bool) -> None:
    replica.prefer(PREFERENCE, ON if yes else "")


def of_day(replica: Replica, day: date) -> Travelled | None:
    """This rep's way from the day's first visit to its last; None unless both agreed."""
    if not (asked_for(replica) and agreed(replica)):
        return None
    ends = (planner.moment(replica, day, 0), planner.moment(replica, day + timedelta(1), 0) - 1)
    visits = replica.find(
        Activity, kind="visit", status=("done", "running"), owner_id=replica.user_id,
        at=Range(*ends), order_by="at",
    )  # fmt: skip
    places = [place for visit in visits if (place := _place(replica, visit)) is not None]
    return Travelled(way(places), len(places), len(visits))


def way(places: Sequence[Position]) -> float:
    """About how many metres it is from one place to the next, to the last."""
    return sum(geo.metres(one, other) for one, other in pairwise(places)) * routing.DETOUR


def _place(replica: Replica, visit: Activity) -> Position | None:
    if visit.position is not None:
        return visit.position
    return nearby.place_of(replica.get(Account, visit.account_id) if visit.account_id else None)
