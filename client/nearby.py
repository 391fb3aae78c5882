"""Who is near: accounts by their distance from a point, without reading all of them.

A square around the point is asked for in the list's own language, and widened until enough are in
it; only these are read and measured. Accounts whose addresses have no position are nowhere.
"""

from __future__ import annotations

from math import cos, radians
from typing import TYPE_CHECKING, NamedTuple

from sync_protocol import geo
from sync_protocol.records import Account, Condition, Filter, Position

if TYPE_CHECKING:
    from client.replica import Replica

WIDTHS_M = (3_000, 12_000, 50_000, 200_000)
"""Half the side of the squares, one after the other; nobody farther is called near."""
METRES_PER_DEGREE = 111_000
LEAST_COS = 0.01


class Near(NamedTuple):
    """An account and how far it is in a straight line."""

    account: Account
    place: Position
    metres: float


def place_of(account: Account | None) -> Position | None:
    """Where an account is: the first of its addresses that has a position."""
    addresses = account.addresses.values() if account else ()
    return next((x.position for x in addresses if x.position is not None), None)


def near(replica: Replica, centre: Position, limit: int) -> list[Near]:
    """The nearest accounts, the nearest first."""
    found: list[Near] = []
    for width in WIDTHS_M:
        found = [x for x in _within(replica, centre, width) if x.metres <= width]
        if len(found) >= limit:
            break
    return sorted(found, key=lambda x: (x.metres, x.account.id))[:limit]


def _within(replica: Replica, centre: Position, width: float) -> list[Near]:
    up = width / METRES_PER_DEGREE
    along = up / max(LEAST_COS, cos(radians(centre.lat)))
    square = Filter(conditions=(_span("lat", centre.lat, up), _span("lon", centre.lon, along)))
    accounts = replica.find(Account, filter=square)
    placed = ((account, place_of(account)) for account in accounts)
    return [Near(x, place, geo.metres(centre, place)) for x, place in placed if place is not None]


def _span(axis: str, middle: float, away: float) -> Condition:
    ends = (f"{middle - away:.5f}", f"{middle + away:.5f}")
    return Condition(f"addresses.position.{axis}", "between", ends)
