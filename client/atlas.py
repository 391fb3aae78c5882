"""Customers on a map: what lies in the frame, gathered where dots would overlap.

Places are gathered in the squares of a grid that lies fast on the world, so that moving the map
never regroups them; the squares are as large as it takes for no more than `MOST_DOTS` to be drawn.
The projection is that of all web maps (spherical Mercator, EPSG:3857). Accounts whose addresses
have no position are on no map.
"""

from __future__ import annotations

from itertools import groupby
from math import asinh, atan, ceil, degrees, floor, hypot, log2, pi, radians, sinh, sqrt, tan
from typing import TYPE_CHECKING, NamedTuple

from client.nearby import place_of
from sync_protocol.records import Account, Condition, Filter, Position

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from client.replica import Replica

TILE = 256
"""The world is one square of so many pixels at zoom 0, and twice as wide at each further zoom."""
LEAST_ZOOM, MOST_ZOOM, CLOSE_ZOOM = 2.0, 18.0, 13.0
LEAST_SQUARE = 56
"""Pixels; a finger needs so much."""
APART = 40
MOST_DOTS = 90
MOST_READ = 2_000
EDGE = 85.0511
"""Where the map of the world ends, north and south."""


class Frame(NamedTuple):
    """What a map shows: its middle, its zoom, its size in pixels."""

    lat: float
    lon: float
    zoom: float
    width: float
    height: float


class Place(NamedTuple):
    """A customer on the map, with the colour of their first label; empty without one."""

    id: str
    name: str
    at: Position
    colour: str = ""


class Dot(NamedTuple):
    """One customer, or several too near to each other; `colour` if it is that of all of them."""

    at: Position
    places: tuple[Place, ...]
    colour: str = ""


class Seen(NamedTuple):
    """The dots in a frame; `more` if there are customers in it that were not read."""

    dots: tuple[Dot, ...]
    more: bool = False


def pixel(at: Position, zoom: float) -> tuple[float, float]:
    """Where a position lies on the map of the whole world, from its north-west corner."""
    size = TILE * 2.0**zoom
    lat = radians(max(-EDGE, min(EDGE, at.lat)))
    return (at.lon + 180) / 360 * size, (1 - asinh(tan(lat)) / pi) / 2 * size


def position(x: float, y: float, zoom: float) -> Position:
    """What lies at a pixel of that map."""
    size = TILE * 2.0**zoom
    lat = degrees(atan(sinh(pi * (1 - 2 * y / size))))
    return Position(max(-EDGE, min(EDGE, lat)), max(-180.0, min(180.0, x / size * 360 - 180)))


def gathered(places: Iterable[Place], zoom: float, width: float, height: float) -> tuple[Dot, ...]:
    """The places as dots at least `APART` pixels from each other, the largest first."""
    level = floor(zoom)
    square = max(LEAST_SQUARE, ceil(sqrt(width * height / MOST_DOTS)))

    def cell(place: Place) -> tuple[int, int]:
        x, y = pixel(place.at, level)
        return int(y // square), int(x // square)

    ordered = sorted(places, key=lambda place: (*cell(place), place.name, place.id))
    return _apart([_dot(tuple(group)) for _cell, group in groupby(ordered, cell)], zoom)


def around(places: Sequence[Position], width: float, height: float) -> Frame:
    """The closest frame that shows them all; the world if there are none."""
    if not places:
        return Frame(20.0, 0.0, LEAST_ZOOM, width, height)
    corners = [pixel(place, 0.0) for place in places]
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    top, bottom = min(y for _, y in corners), max(y for _, y in corners)
    room = 0.8
    fits = [
        log2(room * space / length)
        for space, length in ((width, right - left), (height, bottom - top))
        if length > 0
    ]
    middle = position((left + right) / 2, (top + bottom) / 2, 0.0)
    zoom = max(LEAST_ZOOM, min(CLOSE_ZOOM, *fits)) if fits else CLOSE_ZOOM
    return Frame(middle.lat, middle.lon, zoom, width, height)


def start(replica: Replica, here: Position | None, width: float, height: float) -> Frame:
    """Around where the device is, else around the customers there are."""
    if here is not None:
        return Frame(here.lat, here.lon, CLOSE_ZOOM - 1, width, height)
    placed = Filter(conditions=(Condition("addresses.position.lat", "filled"),))
    found = replica.find(Account, filter=placed, limit=MOST_READ)
    return around([at for account in found if (at := place_of(account))], width, height)


def read(replica: Replica, frame: Frame) -> Seen:
    """The customers in a frame."""
    (south, west), (north, east) = _corners(frame)
    inside = Filter(conditions=(_span("lat", south, north), _span("lon", west, east)))
    accounts = replica.find(Account, filter=inside, limit=MOST_READ + 1)
    worn = replica.worn_by([account.id for account in accounts])
    places = [
        Place(account.id, account.name, at, next((x.colour for x in worn.get(account.id, ())), ""))
        for account in accounts[:MOST_READ]
        if (at := place_of(account)) is not None
    ]
    dots = gathered(places, frame.zoom, frame.width, frame.height)
    return Seen(dots, len(accounts) > MOST_READ)


def _apart(dots: list[Dot], zoom: float) -> tuple[Dot, ...]:
    """Neighbours across the edge of two squares join the larger one, where that one is."""
    drawn: list[tuple[float, float]] = []
    joined: list[list[Dot]] = []
    for dot in sorted(dots, key=lambda dot: (-len(dot.places), dot.places[0].id)):
        x, y = pixel(dot.at, zoom)
        near = (i for i, at in enumerate(drawn) if hypot(at[0] - x, at[1] - y) < APART)
        if (place := next(near, None)) is None:
            drawn.append((x, y))
            joined.append([dot])
        else:
            joined[place].append(dot)
    return tuple(_one(group) for group in joined)


def _one(dots: list[Dot]) -> Dot:
    places = tuple(place for dot in dots for place in dot.places)
    return _dot(places)._replace(at=dots[0].at)


def _dot(places: tuple[Place, ...]) -> Dot:
    lat = sum(place.at.lat for place in places) / len(places)
    lon = sum(place.at.lon for place in places) / len(places)
    colours = {place.colour for place in places}
    return Dot(Position(lat, lon), places, colours.pop() if len(colours) == 1 else "")


def _corners(frame: Frame) -> tuple[tuple[float, float], tuple[float, float]]:
    """South-west and north-east, as (latitude, longitude)."""
    x, y = pixel(Position(frame.lat, frame.lon), frame.zoom)
    low = position(x - frame.width / 2, y + frame.height / 2, frame.zoom)
    high = position(x + frame.width / 2, y - frame.height / 2, frame.zoom)
    return (low.lat, low.lon), (high.lat, high.lon)


def _span(axis: str, least: float, most: float) -> Condition:
    return Condition(f"addresses.position.{axis}", "between", (f"{least:.6f}", f"{most:.6f}"))
