"""How one fares against competitors, a deal at a time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from client.dealing import Score
from client.rivals import Standing, standings
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
    found = standings(deals)
    for rival in "abc":
        named = [deal.closing for deal in deals if rival in deal.competitors]
        won = sum(end is not None and end.won for end in named)
        waiting = named.count(None)
        expected = Standing(Score(won, len(named) - won - waiting), waiting)
        assert found.get(rival, Standing()) == expected
    assert set(found) == {rival for deal in deals for rival in deal.competitors}
