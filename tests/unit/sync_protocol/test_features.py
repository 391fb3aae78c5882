from __future__ import annotations

import msgspec
import pytest

from sync_protocol.records import (
    Account,
    Activity,
    Address,
    LabelModel,
    Line,
    OutcomeGiven,
    SalesOrder,
    Weight,
    entries,
)
from sync_protocol.rules import likelihood
from sync_protocol.rules.features import COUNTS, EDITION, Known, band, features

DAY = 86_400_000
NOW = 1_790_078_400_000


def visit(days: int, **fields: object) -> Activity:
    facts: dict[str, object] = {"id": f"v{days}", "kind": "visit", "at": NOW - days * DAY}
    return Activity(**(facts | fields))  # type: ignore[arg-type]


def order(days: int, *products: str, **fields: object) -> SalesOrder:
    lines = entries(*(Line("Beer", product_id=product) for product in products))
    return SalesOrder(at=NOW - days * DAY, lines=lines, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0"), (1, "1-2"), (2, "1-2"), (3, "3-5"), (11, "6-11"), (12, "12+")]
)
def test_a_number_is_in_the_span_between_two_bounds(number: int, said: str) -> None:
    assert band(number, COUNTS) == said


def test_an_account_of_which_nothing_is_known_says_that_nothing_happened() -> None:
    assert set(features(Known(Account(name="Adler")), NOW)) == {
        "kind=company", "visits=0", "last_visit=none", "calls=0", "orders=0", "last_order=none",
        "products=0",
    }  # fmt: skip


def test_what_an_account_is_counts_without_case_and_accents_and_is_told_as_it_stands() -> None:
    account = Account(
        name="Adler",
        industry="Café",
        source=" Fair ",
        employees=12,
        addresses=entries(Address(town="Lecce"), Address(town="München"), Address()),
    )
    found = features(Known(account), NOW)
    assert found["industry=cafe"] == "Café"
    assert found["source=fair"] == "Fair"
    assert {"town=lecce", "town=munchen", "people=10-49"} <= found.keys()
    assert not any(name.startswith("town=") and len(name) < 6 for name in found)


def test_its_name_its_owner_and_its_territory_say_nothing() -> None:
    bare = Account(name="Adler")
    named = Account(name="Bären", owner_id="u", territory_id="t", website="https://a.example")
    assert features(Known(bare), NOW) == features(Known(named), NOW)


def test_visits_count_for_a_year() -> None:
    old = features(Known(Account(name="A"), (visit(500), visit(365))), NOW)
    assert old == features(Known(Account(name="A")), NOW)
    new = features(Known(Account(name="A"), (visit(500), visit(364), visit(61))), NOW)
    assert {"visits=1-2", "last_visit=60-89"} <= new.keys()


def test_only_what_was_done_counts() -> None:
    none = (
        visit(3, status="planned"), visit(4, status="cancelled"), visit(5, deleted=True), visit(-1),
    )  # fmt: skip
    assert features(Known(Account(name="A"), none), NOW) == features(Known(Account(name="A")), NOW)


def test_the_last_outcome_counts_and_calls_apart_from_visits() -> None:
    good, bad = OutcomeGiven("good"), OutcomeGiven("bad")
    done = (visit(9, outcome=bad), visit(2), visit(4, outcome=good), visit(3, kind="call"))
    found = features(Known(Account(name="A"), done), NOW)
    assert {"outcome=good", "visits=3-5", "calls=1-2", "last_visit=0-29"} <= found.keys()


def test_orders_count_and_how_many_different_products() -> None:
    bought = (
        order(10, "a", "b"), order(40, "b", "c", "d"), order(400, "e"),
        order(1, "f", status="cancelled"), order(1, "g", deleted=True), order(-1, "h"),
    )  # fmt: skip
    found = features(Known(Account(name="A"), (), bought), NOW)
    assert {"orders=1-2", "last_order=0-29", "products=3-5"} <= found.keys()


def test_words_of_a_year_count_but_numbers_and_short_ones_do_not() -> None:
    account = Account(name="A", about="Große Terrasse, 12345 x9yyyy abc")
    done = (visit(3, note="Terrasse offen"), visit(400, note="Vergangen"))
    words = {x for x in features(Known(account, done), NOW) if x.startswith("word=")}
    assert words == {"word=grosse", "word=terrasse", "word=offen"}


def test_what_is_too_long_to_be_shared_is_left_out() -> None:
    long = Account(name="A", industry="x" * 61)
    assert not any(x.startswith("industry") for x in features(Known(long), NOW))


def model(**fields: object) -> LabelModel:
    weights = (Weight("a", 2.0), Weight("b", 1.0), Weight("c", 0.3), Weight("d", -3.0))
    facts: dict[str, object] = {
        "label_id": "l", "bias": -1.0, "weights": weights, "threshold": 0.5, "edition": EDITION,
    }  # fmt: skip
    return LabelModel(**(facts | fields))  # type: ignore[arg-type]


def test_the_weights_of_what_is_there_add_up() -> None:
    assert likelihood.chance(model(), {"a": "", "x": ""}) == pytest.approx(0.731059)
    assert likelihood.suggests(model(), {"a"})
    assert not likelihood.suggests(model(), {"a", "d"})
    assert likelihood.chance(model(bias=-9_999.0), set()) == 0
    assert likelihood.chance(model(bias=9_999.0), set()) == 1


def test_the_reasons_are_what_speaks_most_for_it() -> None:
    assert likelihood.reasons(model(), {"a", "b", "c", "d"}) == ["a", "b"]
    assert likelihood.reasons(model(), {"d", "c"}) == ["c"]
    assert likelihood.reasons(model(), {"d"}) == []
    many = tuple(Weight(name, 1.0) for name in "edcba")
    assert likelihood.reasons(model(weights=many), set("abcde")) == ["a", "b", "c"]


@pytest.mark.parametrize(
    "unusable", [{"edition": EDITION + 1}, {"edition": 0}, {"of": "contact"}, {"deleted": True}]
)
def test_a_model_that_this_version_cannot_ask_suggests_nothing(unusable: dict[str, object]) -> None:
    asked = msgspec.structs.replace(model(bias=9.0), **unusable)
    assert not likelihood.suggests(asked, {"a"})
