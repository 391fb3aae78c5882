from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sync_protocol.records import Closing, Deal, Line, Money, Pipeline, Stage, entries
from sync_protocol.rules import stages
from sync_protocol.rules.stages import DAY_MS

NOW = 1_760_000_000_000
TALK = Stage("Talk", place=1, probability=10, required=("account_id", "next_step"), stale_days=14)
OFFER = Stage("Offer", place=2, probability=50, required=("value", "contact_id"))
YES = Stage("Yes", place=3, probability=90, required=("expected_on",))
SALES = Pipeline(name="Sales", stages={"c": YES, "a": TALK, "b": OFFER})
AMOUNTS = st.decimals(-(10**12), 10**12, places=6, allow_nan=False)
CHANCES = st.none() | st.integers(0, 100)


def a_deal(**fields: Any) -> Deal:
    known: dict[str, Any] = {
        "name": "Terrace",
        "pipeline_id": "p",
        "stage_id": "a",
        "stage_since": NOW,
    }
    return Deal(**known | fields)


def test_stages_are_in_the_order_of_their_places() -> None:
    assert [key for key, _stage in stages.ordered(SALES)] == ["a", "b", "c"]


def test_a_deal_whose_stage_is_gone_stands_in_the_first() -> None:
    assert stages.stage_of(a_deal(stage_id="b"), SALES) == ("b", OFFER)
    assert stages.stage_of(a_deal(stage_id="gone"), SALES) == ("a", TALK)
    assert stages.stage_of(a_deal(), Pipeline(name="Empty")) is None


def test_every_field_that_can_be_asked_for_is_one_of_a_deal_and_filled_by_filling_it() -> None:
    filled = a_deal(
        account_id="a", contact_id="c", value=Money("0", "EUR"), expected_on=date(2026, 1, 1),
        next_step="Call", next_step_on=date(2026, 1, 1), lines=entries(Line("Water")),
        competitors={"x": ""}, term_ends=date(2026, 1, 1), about="More",
    )  # fmt: skip
    everything = Stage("All", required=tuple(stages.ASKED))
    assert stages.missing(a_deal(), everything) == tuple(stages.ASKED)
    assert stages.missing(filled, everything) == ()


def test_what_a_newer_version_asks_for_is_not_asked_for_here() -> None:
    assert stages.missing(a_deal(), Stage("Later", required=("mood", "value"))) == ("value",)


def test_stages_passed_over_ask_too_and_each_field_is_named_once() -> None:
    assert stages.missing_before(a_deal(), SALES, "b") == ("account_id", "next_step")
    assert stages.missing_before(a_deal(account_id="a"), SALES, "c") == (
        "next_step", "value", "contact_id",
    )  # fmt: skip
    assert stages.missing_before(a_deal(stage_id="c"), SALES) == ("expected_on",)


def test_going_back_or_staying_asks_for_nothing() -> None:
    assert stages.missing_before(a_deal(stage_id="c"), SALES, "a") == ()
    assert stages.missing_before(a_deal(stage_id="b"), SALES, "b") == ()
    assert stages.missing_before(a_deal(), Pipeline(name="Empty")) == ()


def test_what_is_missing_is_said_in_words() -> None:
    assert stages.in_words(["value"]) == "a value"
    words = "a value, a contact and a next step"
    assert stages.in_words(["value", "contact_id", "next_step"]) == words


def test_the_chance_is_the_stages_unless_the_deal_says_otherwise_or_is_closed() -> None:
    assert stages.probability(a_deal(), OFFER) == 50
    assert stages.probability(a_deal(probability=0), OFFER) == 0
    assert stages.probability(a_deal(), None) == 0
    assert stages.probability(a_deal(closing=Closing(True, NOW)), OFFER) == 100
    assert stages.probability(a_deal(closing=Closing(False, NOW), probability=80), OFFER) == 0


def test_a_third_of_a_cent_is_not_lost() -> None:
    deal = a_deal(value=Money("0.01", "EUR"), probability=33)
    assert stages.weighted(deal, TALK) == Decimal("0.0033")
    assert stages.weighted(a_deal(), TALK) == 0


@given(st.lists(st.tuples(AMOUNTS, CHANCES, st.sampled_from(("EUR", "CHF", "JPY")))))
def test_sums_are_exact_and_for_each_currency(
    found: list[tuple[Decimal, int | None, str]],
) -> None:
    deals = [a_deal(value=Money(f"{a:f}", c), probability=p) for a, p, c in found]
    sums = stages.sums((deal, OFFER) for deal in [*deals, a_deal()])
    assert sums.keys() == {currency for _a, _p, currency in found}
    for currency, total in sums.items():
        own = [(a, 50 if p is None else p) for a, p, c in found if c == currency]
        assert total.value * 10**6 == sum(int(a * 10**6) for a, _p in own)
        assert total.weighted * 10**8 == sum(int(a * 10**6) * p for a, p in own)


@given(
    st.lists(st.tuples(st.none() | AMOUNTS, CHANCES, st.sampled_from(("EUR", "CHF")))),
    st.randoms(),
)
def test_the_best_chance_comes_first_however_they_came(
    found: list[tuple[Decimal | None, int | None, str]], random: Random
) -> None:
    deals = [
        (a_deal(id=str(n), value=None if a is None else Money(f"{a:f}", c), probability=p), OFFER)
        for n, (a, p, c) in enumerate(found)
    ]
    ranked = stages.by_expected_value(deals, "EUR")
    random.shuffle(deals)
    assert stages.by_expected_value(deals, "EUR") == ranked
    ranks = [("EUR", "CHF", "").index(d.value.currency if d.value else "") for d, _s in ranked]
    assert ranks == sorted(ranks)
    for currency in ("EUR", "CHF"):
        own = [stages.weighted(d, s) for d, s in ranked if d.value and d.value.currency == currency]
        assert own == sorted(own, reverse=True)


def test_a_deal_ages_after_as_many_days_as_its_stage_says() -> None:
    assert stages.age_days(a_deal(), NOW + DAY_MS - 1) == 0
    assert stages.age_days(a_deal(stage_since=0), NOW) == 0
    assert stages.age_days(a_deal(), NOW - DAY_MS) == 0
    assert not stages.is_ageing(a_deal(), TALK, NOW + 15 * DAY_MS - 1)
    assert stages.is_ageing(a_deal(), TALK, NOW + 15 * DAY_MS)
    assert not stages.is_ageing(a_deal(), OFFER, NOW + 999 * DAY_MS)
    assert not stages.is_ageing(a_deal(), None, NOW + 999 * DAY_MS)
    assert not stages.is_ageing(a_deal(closing=Closing(True, NOW)), TALK, NOW + 99 * DAY_MS)
