"""How long the order of a day's visits takes, and how far from the best it is: `make bench`."""

from __future__ import annotations

import sys
from random import Random

from client import routing
from client.routing import Stop
from sync_protocol.records import Position
from tests.benchmarks.results import spent, timed

HOME = Position(49.9, 11.5)
COMPARED = 200
REPEATED = 3


def main() -> None:
    rng = Random(7)
    for count in (8, 12):
        compare(rng, count, COMPARED if count < routing.EXACT else COMPARED // 10)
    for count in (12, 13, 20, 30):
        day = _day(rng, count)
        took = [timed(lambda day=day: routing.best(HOME, day)) for _ in range(REPEATED)]
        how = "exact" if count <= routing.EXACT else "heuristic"
        sys.stdout.write(f"route of {count} stops, {how}: {spent(took)}\n")


def compare(rng: Random, count: int, days: int) -> None:
    """The heuristic's way against the best one, over random days."""
    gaps = []
    for _day_of in range(days):
        day = _day(rng, count)
        exact = routing.length(routing.best(HOME, day))
        gaps.append(routing.length(routing.heuristic(HOME, day)) / exact - 1)
    gaps.sort()
    best = sum(gap < 1e-9 for gap in gaps) / len(gaps)
    mean, worst = sum(gaps) / len(gaps), gaps[-1]
    sys.stdout.write(
        f"{count} stops, {days} days: heuristic best on {best:.0%}, mean gap {mean:.2%}, "
        f"worst {worst:.1%}\n"
    )


def _day(rng: Random, count: int) -> list[Stop]:
    return [
        Stop(f"{i:03}", Position(rng.uniform(49.6, 50.2), rng.uniform(11.0, 12.0)))
        for i in range(count)
    ]


if __name__ == "__main__":
    main()
