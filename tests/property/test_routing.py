"""The order of a day's visits: exact on small days, close on others, the same on every device."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from client import routing
from client.routing import Day, Leg, Stop
from sync_protocol.records import Position

HOME = Position(49.9, 11.5)
PLACES = st.builds(Position, st.floats(49.6, 50.2), st.floats(11.0, 12.0))
WORST = 1.25
"""So much longer than the best way the heuristic's may be, on days of up to eight stops."""


def stops(most: int, times: st.SearchStrategy[int | None]) -> st.SearchStrategy[list[Stop]]:
    drawn = st.lists(st.tuples(PLACES, times), min_size=1, max_size=most)
    return drawn.map(lambda some: [Stop(str(i), *one) for i, one in enumerate(some)])


FREE = stops(6, st.none())
TIMED = stops(5, st.none() | st.integers(9 * 60, 13 * 60))
START = st.none() | st.just(HOME)


def cost(legs: list[Leg], some: list[Stop]) -> tuple[float, float]:
    fixed = {stop.id: stop.fixed for stop in some}
    late = sum(max(0.0, x.arrival - f) for x in legs if (f := fixed[x.id]) is not None)
    return late, routing.length(legs)


def best_of_all(start: Position | None, some: list[Stop]) -> tuple[float, float]:
    return min(cost(routing.as_given(start, order), some) for order in permutations(some))


def close(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return all(abs(a - b) < 0.01 for a, b in zip(one, other, strict=True))


@given(start=START, some=FREE)
@settings(deadline=None, max_examples=40)
def test_no_order_of_a_small_day_is_shorter(start: Position | None, some: list[Stop]) -> None:
    found = routing.best(start, some)
    assert sorted(leg.id for leg in found) == sorted(stop.id for stop in some)
    assert close(cost(found, some), best_of_all(start, some))


@given(start=START, some=TIMED)
@settings(deadline=None, max_examples=40)
def test_with_fixed_times_no_order_is_less_late_or_else_shorter(
    start: Position | None, some: list[Stop]
) -> None:
    assert close(cost(routing.best(start, some), some), best_of_all(start, some))


@given(some=stops(8, st.none()))
@settings(deadline=None, max_examples=60)
def test_what_is_done_on_long_days_is_close_to_the_best_on_short_ones(some: list[Stop]) -> None:
    exact = routing.length(routing.best(HOME, some))
    assert exact - 0.01 <= routing.length(routing.heuristic(HOME, some)) <= exact * WORST + 0.01


@given(data=st.data(), some=stops(7, st.none() | st.integers(9 * 60, 13 * 60)))
@settings(deadline=None, max_examples=40)
def test_the_order_does_not_depend_on_how_the_day_was_told(
    data: st.DataObject, some: list[Stop]
) -> None:
    other = data.draw(st.permutations(some))
    assert routing.best(HOME, some) == routing.best(HOME, other)
    assert routing.heuristic(HOME, some) == routing.heuristic(HOME, other)


def test_an_empty_day_has_no_way() -> None:
    assert routing.best(HOME, []) == []
    assert routing.heuristic(HOME, []) == []


def test_one_waits_for_a_fixed_time_and_goes_on_from_there() -> None:
    near, far = Stop("near", HOME, fixed=600), Stop("far", Position(50.0, 11.5))
    first, second = routing.best(HOME, [near, far], Day(begins=590, visit=30))
    assert (first.id, first.arrival) == ("near", 600)
    assert second.arrival == 600 + 30 + routing.minutes(second.metres)


def test_a_long_day_with_a_fixed_time_is_there_in_time() -> None:
    some = [Stop(f"{i:02}", Position(49.9 + i / 100, 11.5)) for i in range(1, 13)]
    last = Stop("last", Position(50.05, 11.5), fixed=10 * 60)
    arrival = next(x.arrival for x in routing.best(HOME, [*some, last]) if x.id == "last")
    assert arrival == 10 * 60
