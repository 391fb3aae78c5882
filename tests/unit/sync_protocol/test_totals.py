"""What lines add up to: to the cent, however many digits they have."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from sync_protocol.records import Line, Money, Price, Product
from sync_protocol.rules.totals import line_net, places, plain, price_of, rounded, totals

CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "CLF"])


def decimals(least: int, most: int, digits: int) -> st.SearchStrategy[str]:
    return st.decimals(least, most, places=digits, allow_nan=False).map(plain)


LINES = st.builds(
    Line,
    name=st.just("Water"),
    quantity=decimals(0, 10**15 - 1, 6),
    price=decimals(0, 10**15 - 1, 6),
    discount=decimals(0, 100, 6),
    tax=st.sampled_from(["0", "7", "19", "7.7"]),
)


def test_a_quote_adds_up_as_on_paper() -> None:
    lines = [
        Line("Sparkling water", "24", "7.49", discount="5", tax="19"),  # 170.772
        Line("Apple juice", "6", "10.99", tax="7"),  # 65.94
        Line("Deposit", "30", "3.30"),  # 99.00
    ]
    added = totals(lines, "EUR")
    assert added.net == Decimal("335.71")
    assert added.taxes == ((Decimal(7), Decimal("4.62")), (Decimal(19), Decimal("32.45")))
    assert added.gross == Decimal("372.78")


def test_halves_go_up_away_from_zero() -> None:
    assert [plain(rounded(Decimal(x), "EUR")) for x in ("0.125", "0.135", "-0.125")] == [
        "0.13", "0.14", "-0.13",
    ]  # fmt: skip
    assert plain(rounded(Decimal("0.5"), "JPY")) == "1"
    assert plain(rounded(Decimal("-0.001"), "EUR")) == "0.00"


def test_a_sum_is_rounded_to_what_the_currency_has() -> None:
    line = Line("Rice", "1", "10.5555")
    assert [plain(line_net(line, c)) for c in ("EUR", "JPY", "KWD", "CLF")] == [
        "10.56", "11", "10.556", "10.5555",
    ]  # fmt: skip


def test_nothing_costs_nothing() -> None:
    assert totals([], "EUR") == (Decimal("0.00"), (), Decimal("0.00"))


def test_a_price_comes_from_the_list_first_then_from_the_product() -> None:
    product = Product(id="p", name="Water", price=Money("7.49", "EUR"))
    listed = {"p": Price(price_list_id="l", product_id="p", amount="6.90")}
    assert price_of(product, "EUR", listed, "EUR") == "6.90"
    assert price_of(product, "EUR", {}, "EUR") == "7.49"
    assert price_of(product, "EUR", listed, "CHF") == "7.49"
    assert price_of(product, "CHF", listed, "CHF") == "6.90"
    assert price_of(product, "CHF", {}, "CHF") is None


@given(st.lists(LINES, max_size=8), CURRENCIES)
def test_the_total_is_its_lines_and_its_taxes_and_nothing_more(
    lines: list[Line], currency: str
) -> None:
    added = totals(lines, currency)
    exact = Decimal(10) ** places(currency)
    as_integers = [int(line_net(line, currency) * exact) for line in lines]
    assert int(added.net * exact) == sum(as_integers)
    assert int(added.gross * exact) - int(added.net * exact) == sum(
        int(tax * exact) for _rate, tax in added.taxes
    )


@given(st.lists(LINES, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_change_a_total(lines: list[Line], random: object) -> None:
    turned = list(lines)
    random.shuffle(turned)  # type: ignore[attr-defined]
    assert totals(turned, "EUR") == totals(lines, "EUR")


@given(LINES, CURRENCIES)
def test_a_line_is_never_off_by_more_than_half_a_minor_unit(line: Line, currency: str) -> None:

    exact = Fraction(line.quantity) * Fraction(line.price) * (100 - Fraction(line.discount)) / 100
    off = abs(Fraction(line_net(line, currency)) - exact)
    assert off <= Fraction(1, 2 * 10 ** places(currency))
