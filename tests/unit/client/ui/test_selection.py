from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from client.ui.views.lists.selection import Selection, emptied, moved, toggled, with_all, within

IDS = ("a", "b", "c", "d")
SOME = st.lists(st.sampled_from(IDS), unique=True).map(tuple)


def test_the_cursor_begins_at_the_top_and_stays_within_the_rows() -> None:
    first = moved(Selection(), IDS, 1, extend=False)
    assert first.cursor == "a"
    assert moved(first, IDS, -1, extend=False).cursor == "a"
    assert moved(first, IDS, 10, extend=False).cursor == "d"


def test_a_range_reaches_from_where_it_began() -> None:
    at = moved(Selection(), IDS, 1, extend=False)
    at = moved(at, IDS, 1, extend=True)
    at = moved(at, IDS, 1, extend=True)
    assert at.chosen == {"a", "b", "c"}


def test_choosing_all_twice_chooses_none() -> None:
    every = with_all(Selection(), IDS)
    assert every.chosen == set(IDS)
    assert with_all(every, IDS).chosen == emptied(every).chosen == frozenset()


@given(SOME, SOME, st.sampled_from(IDS))
def test_nothing_is_chosen_that_is_not_shown(
    before: tuple[str, ...], shown: tuple[str, ...], one: str
) -> None:
    selection = within(toggled(Selection(frozenset(before)), one), shown)
    assert selection.chosen <= set(shown)
    assert selection.cursor in {"", *shown}
