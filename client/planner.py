"""Somebody's days to come: visits put on a day, moved to another, put in the order to drive.

Each is one changeset, so one undo. A visit that is put on a day gets the next time that is free
there, after what is planned already; whoever wants another hour says so on the visit's own page.
The days are this user's own, unless it is said `whose` they are.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from client import nearby, routing
from client.replica import Range
from client.zones import local, zone
from sync_protocol.records import Account, Activity

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from client.replica import Replica
    from client.routing import Leg
    from sync_protocol.records import Position

BEGINS = 9 * 60
"""When a day begins unless something is planned earlier, in minutes."""
LAST = 20 * 60
STEP = 5
"""Times are rounded up to so many minutes."""
DAYS_END = 24 * 60 - STEP
DAYS = 7


class Route(NamedTuple):
    """The stops of a day in an order, and the visits that cannot be placed."""

    legs: tuple[Leg, ...]
    placeless: tuple[str, ...]
    metres: float
    minutes: float


def week_from(day: date) -> list[date]:
    """A day and the six that follow."""
    return [day + timedelta(i) for i in range(DAYS)]


def visits(replica: Replica, first: date, last: date, whose: str = "") -> list[Activity]:
    """The visits that are planned from one day to another, both included, by time."""
    ends = (moment(replica, first, 0), moment(replica, last + timedelta(1), 0))
    return replica.find(
        Activity, kind="visit", status="planned", at=Range(*ends),
        owner_id=whose or replica.user_id, order_by="at",
    )  # fmt: skip


def moment(replica: Replica, day: date, minute: int) -> int:
    """The millisecond of a minute of a day, where the company is."""
    begins = datetime.combine(day, time(minute // 60, minute % 60))
    return round(begins.replace(tzinfo=zone(replica.settings.time_zone)).timestamp() * 1000)


def minute_of(replica: Replica, at_ms: int) -> int:
    at = local(at_ms, replica.settings.time_zone)
    return at.hour * 60 + at.minute


def day_of(replica: Replica, at_ms: int) -> date:
    return local(at_ms, replica.settings.time_zone).date()


# --- acts ---


def add(replica: Replica, account_id: str, day: date, whose: str = "") -> Activity:
    """Plan a visit with an account for a day, at the next time that is free."""
    whose = whose or replica.user_id
    at = moment(replica, day, _free(replica, day, whose))
    with replica.changeset("Plan visit"):
        return replica.create(
            Activity(kind="visit", status="planned", at=at, account_id=account_id, owner_id=whose)
        )


def move(replica: Replica, visit: Activity, day: date) -> Activity:
    """The same visit on another day, at the same time if that is free there, else the next."""
    minute = minute_of(replica, visit.at)
    there = visits(replica, day, day, visit.owner_id)
    if any(abs(minute_of(replica, x.at) - minute) < STEP for x in there):
        minute = _free(replica, day, visit.owner_id)
    with replica.changeset("Move visit"):
        return replica.update(visit, at=moment(replica, day, minute))


def put_in_order(replica: Replica, day: date, route: Route) -> None:
    """Give the visits of a day the times of a route; what cannot be placed keeps its own."""
    known = {visit.id: visit for visit in visits(replica, day, day)}
    with replica.changeset("Put day in order"):
        for leg in route.legs:
            at = moment(replica, day, min(_rounded(leg.arrival), DAYS_END))
            if leg.id in known and known[leg.id].at != at:
                replica.update(known[leg.id], at=at)


# --- the way ---


def route(
    replica: Replica,
    planned: Sequence[Activity],
    start: Position | None,
    fixed: Collection[str] = (),
    *,
    ordered: bool = True,
) -> Route:
    """The best order of visits, those in `fixed` at their time; or, not `ordered`, as they are."""
    places = {x.id: nearby.place_of(replica.get(Account, x.account_id)) for x in planned}
    stops = [
        routing.Stop(x.id, place, minute_of(replica, x.at) if x.id in fixed else None)
        for x in planned
        if (place := places[x.id]) is not None
    ]
    begins = min((minute_of(replica, x.at) for x in planned), default=BEGINS)
    day = routing.Day(begins, replica.settings.visit_min)
    legs = (routing.best if ordered else routing.as_given)(start, stops, day)
    placeless = tuple(i for i, place in places.items() if place is None)
    metres = routing.length(legs)
    return Route(tuple(legs), placeless, metres, routing.minutes(metres))


def _free(replica: Replica, day: date, whose: str) -> int:
    """After the last visit of a day; at the beginning of one that has none."""
    planned = visits(replica, day, day, whose)
    if not planned:
        return BEGINS
    after = minute_of(replica, planned[-1].at) + replica.settings.visit_min
    return min(_rounded(after), LAST)


def _rounded(minute: float) -> int:
    return -int(-minute // STEP) * STEP
