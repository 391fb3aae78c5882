"""Why deals ended: each closed deal is counted once, and every amount is in a sum."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from client.endings import by_reason
from sync_protocol.records import Closing, Deal, Money

CLOSINGS = st.builds(
    lambda won, reason: Closing(won=won, at=1, reason_id=reason),
    st.booleans(),
    st.sampled_from(["", "a", "b"]),
)
VALUES = st.builds(Money, st.integers(0, 10**9).map(str), st.sampled_from(["EUR", "CHF"]))
DEALS = st.builds(
    lambda value, end: Deal(name="d", pipeline_id="p", stage_id="s", value=value, closing=end),
    st.none() | VALUES,
    st.none() | CLOSINGS,
)


@given(st.lists(DEALS, max_size=12), st.booleans())
def test_each_closed_deal_counts_once_beneath_its_reason(deals: list[Deal], won: bool) -> None:
    found = by_reason(deals, {"a": "A"}, won=won)
    counts = [each.deals for each in found]
    assert counts == sorted(counts, reverse=True)
    for each in found:
        meant = [
            deal
            for deal in deals
            if deal.closing and (deal.closing.won, deal.closing.reason_id) == (won, each.reason_id)
        ]
        assert each.deals == len(meant) > 0
        worth = dict(each.sums)
        for currency in ("EUR", "CHF"):
            amounts = [d.value.amount for d in meant if d.value and d.value.currency == currency]
            assert worth.get(currency, 0) == sum(map(Decimal, amounts))
    assert sum(counts) == sum(d.closing is not None and d.closing.won == won for d in deals)
