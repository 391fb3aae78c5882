"""Win rates against competitors, added up one deal at a time."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from client.rivals import Standing, added
from sync_protocol.records import Closing, Deal

ENDS = st.sampled_from([None, Closing(won=True, at=1), Closing(won=False, at=1)])
DEALS = st.builds(
    lambda rivals, end: Deal(
        name="d", pipeline_id="p", stage_id="s", competitors=dict.fromkeys(rivals, ""), closing=end
    ),
    st.sets(st.sampled_from("abc")),
    ENDS,
)


@given(st.lists(DEALS, max_size=12))
def test_each_deal_counts_once_against_each_of_its_competitors(deals: list[Deal]) -> None:
    found = added(deals)
    for rival in "abc":
        named = [deal.closing for deal in deals if rival in deal.competitors]
        won = sum(end is not None and end.won for end in named)
        expected = Standing(won, len(named) - won - named.count(None), named.count(None))
        assert found.get(rival, Standing()) == expected
    assert set(found) == {rival for deal in deals for rival in deal.competitors}


@given(st.integers(0, 999), st.integers(0, 999))
def test_the_win_rate_is_the_nearest_whole_per_cent(won: int, lost: int) -> None:
    rate = Standing(won, lost, open=5).win_rate
    if won + lost == 0:
        assert rate is None
    else:
        assert rate is not None
        assert abs(Fraction(100 * won, won + lost) - rate) <= Fraction(1, 2)
