"""Amounts as people write and read them, and the exact text that records keep.

A person may type 1.234,50 or 1,234.50 or 1234.5, with or without a currency. Where both marks
occur, the last is the decimal one; a mark that occurs more than once groups thousands. A single one
before exactly three digits groups them, too (no currency but those of three decimals has such an
amount), unless it follows a lone zero. Where there may be three decimals, as in a quantity or a
price for one, that is no guide: there the locale's decimal mark is one. Whoever types sees how it
was understood. Amounts are shown with the currency's code behind them, which no two currencies
share, in the marks of the company's locale.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from sync_protocol.rules import totals

EXAMPLE = "Write an amount like 1,234.50."
MAX_DIGITS = 15
GROUP = 3
FINE = 6
"""The decimals that a price for one unit may have, where a currency has fewer."""
_NOISE = re.compile(r"[\s'\u2019_\u00a0\u202f]")
_CURRENCY = re.compile(r"^[A-Za-z]{3}|[A-Za-z]{3}$|[$\u20ac\u00a3\u00a5]")
_COMMA = re.compile(
    "az|be|bg|bs|ca|cs|da|de|el|es|et|eu|fi|fr|gl|hr|hu|hy|id|is|it|ka|kk|lt|lv|mk|nb|nl|nn|no|pl|"
    "pt|ro|ru|sk|sl|sq|sr|sv|tr|uk|uz|vi"
)
"""Languages that write a decimal comma, by CLDR."""
_POINT_AFTER_ALL = frozenset(("de-CH", "de-LI", "it-CH", "es-MX", "es-US", "es-GT", "es-DO"))


class Reading(NamedTuple):
    """What was typed: an exact `amount`, empty if nothing was; `problem` says what is wrong."""

    amount: str = ""
    problem: str = ""


def read(
    text: str, currency: str = "EUR", *, decimals: int | None = None, locale: str = ""
) -> Reading:
    """An amount from what somebody typed; at most the currency's `decimals`, or as many as said.

    The `locale` decides where the text alone may mean two amounts.
    """
    allowed = totals.places(currency) if decimals is None else decimals
    point = marks(locale)[1] if locale and allowed >= GROUP else ""
    bare = _CURRENCY.sub("", _NOISE.sub("", text))
    if not bare:
        return Reading(problem=EXAMPLE if text.strip() else "")
    whole, fraction = _parted(bare, totals.places(currency), point)
    digits = _digits(whole) if _grouped(whole) else None
    decimal = _digits(fraction) if fraction else ""
    if digits is None or decimal is None or not digits + decimal:
        return Reading(problem=EXAMPLE)
    return _checked(digits.lstrip("0") or "0", decimal, currency, allowed)


def shown(amount: str | Decimal, currency: str = "", locale: str = "en") -> str:
    """`1,234.50 EUR`, in the locale's marks; more decimals only where there are."""
    value = Decimal(amount)
    if currency:
        value = _padded(value, totals.places(currency))
    thousands, point = marks(locale)
    text = f"{value:,f}".replace(",", "\0").replace(".", point).replace("\0", thousands)
    return f"{text} {currency}" if currency else text


def typed(amount: str, locale: str = "en") -> str:
    """An amount as one would type it into a field: no thousands marks."""
    return amount.replace(".", marks(locale)[1])


def marks(locale: str) -> tuple[str, str]:
    """What groups thousands, and what stands before decimals."""
    language = locale.replace("_", "-").partition("-")[0]
    if locale in _POINT_AFTER_ALL:
        return ("\u2019" if locale.endswith(("CH", "LI")) else ","), "."
    return (".", ",") if _COMMA.fullmatch(language) else (",", ".")


def _parted(bare: str, places: int, point: str) -> tuple[str, str]:
    """What stands before the decimal mark, and what behind it; `point` never groups thousands."""
    at = max(bare.rfind("."), bare.rfind(","))
    if at < 0:
        return bare, ""
    mark = bare[at]
    whole, fraction = bare[:at], bare[at + 1 :]
    alone = bare.count(".") + bare.count(",") == 1
    if not alone and bare.count(mark) > 1:
        return bare, ""
    may_group = alone and mark != point and len(fraction) == GROUP != places
    return (bare, "") if may_group and whole.strip("0") else (whole, fraction)


def _grouped(whole: str) -> bool:
    """Whether thousands marks, if there are any, are of one sort and stand before three digits."""
    found = {mark for mark in ".," if mark in whole}
    if not found:
        return True
    first, *rest = re.split(r"[.,]", whole)
    return (
        len(found) == 1 and 0 < len(first) <= GROUP and all(len(group) == GROUP for group in rest)
    )


def _digits(text: str) -> str | None:
    """The digits of any script as ours; None if there is anything else."""
    bare = text.replace(".", "").replace(",", "")
    return "".join(str(int(c)) for c in bare) if all(c.isdecimal() for c in bare) else None


def _checked(whole: str, decimal: str, currency: str, allowed: int) -> Reading:
    short = decimal.rstrip("0")
    if len(whole) > MAX_DIGITS:
        return Reading(problem="This is more than can be kept.")
    if len(short) > allowed:
        if not allowed:
            return Reading(problem=f"Amounts in {currency} have no decimals.")
        return Reading(problem=f"At most {allowed} decimals, please.")
    kept = decimal if len(decimal) <= allowed else short
    return Reading(f"{whole}.{kept}" if kept else whole)


def _padded(value: Decimal, places: int) -> Decimal:
    exponent = value.as_tuple().exponent
    has = -exponent if isinstance(exponent, int) else 0
    return value if has >= places else value.quantize(Decimal(1).scaleb(-places))
