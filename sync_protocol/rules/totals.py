"""What lines add up to, exactly: the same on a phone, in the office and on paper.

No float and no default precision touches an amount. Each line is rounded to the currency's minor
unit, so that the lines on a quote add up to its total; tax is worked out once for each rate, on the
sum of the lines that carry it. Halves are rounded up (away from zero): that is what a customer's
calculator and commercial arithmetic give. Rounding them to even would spread errors better over
thousands of sums, but a quote is checked line by line by a person.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sync_protocol.records import Line, Money, Price, Product

ZERO = Decimal(0)
EXACT = Context(prec=120, rounding=ROUND_HALF_UP)
"""More digits than any product of a quantity, a price and a discount can have."""
_WITHOUT_DECIMALS = frozenset(
    (
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG",
        "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF",
    )
)  # fmt: skip
_WITH_THREE = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))
_PLACES = (
    dict.fromkeys(_WITHOUT_DECIMALS, 0)
    | dict.fromkeys(_WITH_THREE, 3)
    | dict.fromkeys(("CLF", "UYW"), 4)
)
"""ISO 4217, list one: the currencies whose minor unit is not a hundredth."""


class Totals(NamedTuple):
    """`taxes` is (rate in per cent, tax) by rising rate, without those of nothing."""

    net: Decimal
    taxes: tuple[tuple[Decimal, Decimal], ...]
    gross: Decimal


def places(currency: str) -> int:
    """How many decimals an amount of this currency has."""
    return _PLACES.get(currency, 2)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """To the currency's minor unit, halves away from zero."""
    with localcontext(EXACT):
        return amount.quantize(Decimal(1).scaleb(-places(currency))) + ZERO


def line_net(line: Line, currency: str) -> Decimal:
    """Quantity times price less discount, rounded, before tax."""
    with localcontext(EXACT):
        share = (100 - Decimal(line.discount)) / 100
        return rounded(Decimal(line.quantity) * Decimal(line.price) * share, currency)


def totals(lines: Iterable[Line], currency: str) -> Totals:
    """Before tax, the tax of each rate, and all of it."""
    with localcontext(EXACT):
        bases: dict[Decimal, Decimal] = {}
        for line in lines:
            rate = Decimal(line.tax)
            bases[rate] = bases.get(rate, ZERO) + line_net(line, currency)
        net = rounded(sum(bases.values(), ZERO), currency)
        taxes = tuple(
            (rate, rounded(base * rate / 100, currency))
            for rate, base in sorted(bases.items())
            if rate and base
        )
        return Totals(net, taxes, net + sum((tax for _rate, tax in taxes), ZERO))


def plain(amount: Decimal) -> str:
    """As records keep amounts: digits, at most one point, never an exponent."""
    return f"{amount:f}"


def price_of(
    product: Product, currency: str, listed: Mapping[str, Price], list_currency: str = ""
) -> str | None:
    """What one unit costs in a currency: the price list's, then the product's own, else None.

    `listed` holds a price list's prices by product id, `list_currency` is that list's.
    """
    price = listed.get(product.id)
    if price is not None and list_currency == currency and not price.deleted:
        return price.amount
    own: Money | None = product.price
    return own.amount if own is not None and own.currency == currency else None
