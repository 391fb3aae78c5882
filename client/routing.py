"""In which order to drive a day's visits: pure, deterministic, and made on the device.

The way begins where one is and ends at the last stop. A stop may have a time that is fixed; then
being late counts before any distance. Up to `EXACT` stops the best order is found by dynamic
programming (Held and Karp, 1962); with fixed times, which make a longer way worth taking, over all
orders that nothing beats in lateness, time and distance alike. Above that the better of a nearest
neighbour's and a cheapest insertion's way is improved by 2-opt and Or-opt moves until none helps.
`tests/benchmarks/routes.py` tells how far that is from the best.

Roads are not known offline. Travel is an estimate and is called one: the straight line times
`DETOUR`, at `KMH`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from sync_protocol import geo

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sync_protocol.records import Position

EXACT = 12
EXACT_FIXED = 8
"""With fixed times more orders have to be kept in mind."""
DETOUR = 1.3
KMH = 45
SEGMENT = 3
"""How many stops in a row an Or-opt move carries at most."""
METRES_PER_MINUTE = KMH * 1000 / 60


class Stop(NamedTuple):
    """A visit to be driven to; `fixed` is its time in minutes of the day, None for any."""

    id: str
    place: Position
    fixed: int | None = None


class Leg(NamedTuple):
    """The way to a stop, as a straight line, and when one is there (minutes of the day)."""

    id: str
    metres: float
    arrival: float


class Day(NamedTuple):
    """When the day begins and how long a visit takes, in minutes."""

    begins: int = 9 * 60
    visit: int = 30


USUAL = Day()


class Cost(NamedTuple):
    """What an order costs: minutes late at fixed stops, then metres."""

    late: float
    metres: float


class _Table:
    """All distances; 0 is where one begins, stop i is i + 1."""

    def __init__(self, start: Position | None, stops: Sequence[Stop], day: Day) -> None:
        places = [start, *(stop.place for stop in stops)]
        self.count, self.day = len(stops), day
        self.fixed = [None, *(stop.fixed for stop in stops)]
        self.metres = [[_between(a, b) for b in places] for a in places]

    def drive(self, order: Sequence[int]) -> Iterator[tuple[float, float, float]]:
        """Per stop: the way there, when one arrives, how late that is."""
        clock, here = float(self.day.begins), 0
        for stop in order:
            way = self.metres[here][stop]
            clock, late = self.step(clock, way, self.fixed[stop])
            yield way, clock, late
            clock, here = clock + self.day.visit, stop

    def step(self, clock: float, way: float, fixed: int | None) -> tuple[float, float]:
        """When one arrives, waiting for a fixed time, and how late."""
        arrival = clock + minutes(way)
        if fixed is None:
            return arrival, 0.0
        return max(arrival, float(fixed)), max(0.0, arrival - fixed)

    def cost(self, order: Sequence[int]) -> Cost:
        if not any(x is not None for x in self.fixed):
            return Cost(0.0, sum(self.metres[a][b] for a, b in pairwise((0, *order))))
        legs = list(self.drive(order))
        return Cost(sum(late for _w, _c, late in legs), sum(way for way, _c, _l in legs))


def minutes(metres: float) -> float:
    """About how long a straight line of so many metres takes to drive."""
    return metres * DETOUR / METRES_PER_MINUTE


def best(start: Position | None, stops: Sequence[Stop], day: Day = USUAL) -> list[Leg]:
    """The stops in the order to drive them; equal orders are told apart by the stops' ids.

    Without `start` the day begins at whichever stop is best.
    """
    known = sorted(stops, key=lambda stop: stop.id)
    table = _Table(start, known, day)
    order = _exact(table) if _is_small(known) else _good(table)
    return _legs(table, known, order)


def as_given(start: Position | None, stops: Sequence[Stop], day: Day = USUAL) -> list[Leg]:
    """The same of an order that is given."""
    return _legs(_Table(start, stops, day), stops, range(1, len(stops) + 1))


def heuristic(start: Position | None, stops: Sequence[Stop], day: Day = USUAL) -> list[Leg]:
    """What `best` gives for many stops, for however few: to compare."""
    known = sorted(stops, key=lambda stop: stop.id)
    table = _Table(start, known, day)
    return _legs(table, known, _good(table))


def length(legs: Sequence[Leg]) -> float:
    return sum(leg.metres for leg in legs)


def _is_small(stops: Sequence[Stop]) -> bool:
    fixed = any(stop.fixed is not None for stop in stops)
    return len(stops) <= (EXACT_FIXED if fixed else EXACT)


def _legs(table: _Table, stops: Sequence[Stop], order: Sequence[int]) -> list[Leg]:
    driven = zip(order, table.drive(order), strict=True)
    return [Leg(stops[i - 1].id, way, clock) for i, (way, clock, _late) in driven]


def _between(first: Position | None, second: Position | None) -> float:
    return geo.metres(first, second) if first and second and first != second else 0.0


# --- exactly ---


class _Label(NamedTuple):
    """A way so far: what it cost, how late it is on the clock, and through which stops."""

    late: float
    metres: float
    clock: float
    order: tuple[int, ...]


def _exact(table: _Table) -> Sequence[int]:
    if any(x is not None for x in table.fixed):
        return _exact_fixed(table)
    return _held_karp(table)


def _held_karp(table: _Table) -> Sequence[int]:
    """For each set of stops and its last one the shortest way through it."""
    count, metres = table.count, table.metres
    shortest: list[dict[int, tuple[float, int]]] = [{} for _ in range(1 << count)]
    for last in range(count):
        shortest[1 << last][last] = (metres[0][last + 1], -1)
    for some in range(1, 1 << count):
        for last, (way, _before) in shortest[some].items():
            row = metres[last + 1]
            for to in range(count):
                if some >> to & 1:
                    continue
                longer, found = way + row[to + 1], shortest[some | 1 << to]
                if to not in found or longer < found[to][0]:
                    found[to] = (longer, last)
    return _walked_back(shortest, count)


def _walked_back(shortest: list[dict[int, tuple[float, int]]], count: int) -> Sequence[int]:
    some, order = (1 << count) - 1, []
    last = min(shortest[some], key=lambda x: shortest[some][x][0]) if count else -1
    while last >= 0:
        order.append(last + 1)
        some, last = some & ~(1 << last), shortest[some][last][1]
    return order[::-1]


def _exact_fixed(table: _Table) -> Sequence[int]:
    """The same, keeping for each set and last stop every way that no other one beats in all."""
    ways: dict[tuple[int, int], list[_Label]] = {(0, 0): [_Label(0, 0, table.day.begins, ())]}
    for _length in range(table.count):
        longer: dict[tuple[int, int], list[_Label]] = {}
        for (some, last), labels in ways.items():
            for to in range(1, table.count + 1):
                if not some >> to & 1:
                    found = longer.setdefault((some | 1 << to, to), [])
                    for label in labels:
                        _keep(found, _further(table, label, last, to))
        ways = longer
    return min(label for labels in ways.values() for label in labels).order


def _further(table: _Table, label: _Label, last: int, to: int) -> _Label:
    way = table.metres[last][to]
    clock, late = table.step(label.clock, way, table.fixed[to])
    return _Label(
        label.late + late, label.metres + way, clock + table.day.visit, (*label.order, to)
    )


def _keep(labels: list[_Label], new: _Label) -> None:
    """Add a way unless another is as good in everything; drop those it beats."""
    if any(_as_good(old, new) for old in labels):
        return
    labels[:] = [old for old in labels if not _as_good(new, old)]
    labels.append(new)


def _as_good(one: _Label, other: _Label) -> bool:
    return one.late <= other.late and one.metres <= other.metres and one.clock <= other.clock


# --- well enough ---


def _good(table: _Table) -> Sequence[int]:
    begun = (_nearest(table), _inserted(table))
    return min((_improved(table, order) for order in begun), key=table.cost)


def _nearest(table: _Table) -> list[int]:
    """Always to the nearest that is left."""
    left, order = set(range(1, table.count + 1)), [0]
    while left:
        row = table.metres[order[-1]]
        order.append(min(left, key=lambda to: (row[to], to)))
        left.remove(order[-1])
    return order[1:]


def _inserted(table: _Table) -> list[int]:
    """One stop after the other, where it costs least; the fixed ones first, by their time."""
    times = {i: table.fixed[i] for i in range(1, table.count + 1)}
    by_time = sorted(times, key=lambda i: (times[i] is None, times[i] or 0, i))
    order: list[int] = []
    for stop in by_time:
        places = ([*order[:at], stop, *order[at:]] for at in range(len(order) + 1))
        order = min(places, key=table.cost)
    return order


def _improved(table: _Table, order: list[int]) -> list[int]:
    """Take the best of all moves until none helps."""
    cost = table.cost(order)
    while True:
        found = min(_moves(order), key=table.cost, default=order)
        better = table.cost(found)
        if better >= cost:
            return order
        order, cost = found, better


def _moves(order: list[int]) -> Iterator[list[int]]:
    """Every order one move away: a stretch turned round (2-opt) or put elsewhere (Or-opt)."""
    count = len(order)
    for first in range(count):
        for end in range(first + 2, count + 1):
            yield [*order[:first], *order[first:end][::-1], *order[end:]]
        for end in range(first + 1, min(first + SEGMENT, count) + 1):
            part, rest = order[first:end], order[:first] + order[end:]
            for at in range(len(rest) + 1):
                if at != first:
                    yield [*rest[:at], *part, *rest[at:]]
                    yield [*rest[:at], *part[::-1], *rest[at:]]
