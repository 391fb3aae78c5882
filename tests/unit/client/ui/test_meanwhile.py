"""What was typed into a form is laid over its record as it is by then."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.meanwhile import laid_over
from client.ui.meanwhile import Turns

BEER, WINE, RUM = "beer", "wine", "rum"


@pytest.mark.parametrize(
    ("before", "typed", "now", "laid"),
    [
        ("a", "a", "b", "b"),
        ("a", "b", "a", "b"),
        ("a", "b", "c", "b"),
        ({1: BEER}, {1: RUM}, {1: BEER, 2: WINE}, {1: RUM, 2: WINE}),
        ({1: BEER}, {1: BEER, 3: RUM}, {1: WINE}, {1: WINE, 3: RUM}),
        ({1: BEER, 2: WINE}, {1: BEER}, {1: RUM, 2: WINE}, {1: RUM}),
        ({1: BEER, 2: WINE}, {1: BEER, 2: RUM}, {2: WINE}, {2: RUM}),
        ({1: BEER, 2: WINE}, {1: BEER, 2: RUM}, {1: BEER}, {1: BEER, 2: RUM}),
        ({1: {2: RUM, 3: "a"}}, {1: {2: WINE, 3: "a"}}, {1: {2: RUM, 3: "b"}},
         {1: {2: WINE, 3: "b"}}),
        ([1, 2], [1, 2, 3], [2, 4], [2, 3, 4]),
        ([1, 2, 3], [3, 1], [1, 2, 3, 4], [3, 1, 4]),
        ((1,), (), (1, 2), (2,)),
    ],
)  # fmt: skip
def test_what_was_touched_is_as_typed_and_the_rest_as_it_has_become(
    before: object, typed: object, now: object, laid: object
) -> None:
    assert laid_over(before, typed, now) == laid


maps = st.dictionaries(st.integers(0, 4), st.integers(0, 2))


@given(maps, maps, maps)
def test_nothing_typed_is_lost_and_nothing_untouched_is_put_back(
    before: dict[int, int], typed: dict[int, int], now: dict[int, int]
) -> None:
    laid = laid_over(before, typed, now)
    for key in before | typed | now:
        touched = typed.get(key) != before.get(key)
        assert laid.get(key) == (typed if touched else now).get(key)


def test_only_what_shows_something_else_begins_anew() -> None:
    turns = Turns()
    turns.count(
        {"name": "a", "phones": {"1": BEER}}, {"name": "a", "phones": {"1": RUM, "2": WINE}}
    )
    assert turns == {"phones": 1, "phones.1": 1, "phones.2": 1}
    assert turns["name"] == 0
