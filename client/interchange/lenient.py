"""Values of declared fields as other programs and people write them.

What Fieldbook writes itself is read as it is and never comes here.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, NamedTuple, get_args, get_origin

from client import customising
from client.interchange import values
from sync_protocol.records import CustomField

_AMOUNT = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
_AMOUNTS = frozenset({"amount", "quantity", "price", "discount", "tax"})
_NUMBER = CustomField(name="Number", of="-", type="number")
_MONEY = CustomField(name="Money", of="-", type="money")
_NOON = 12


class Habits(NamedTuple):
    """How a company writes days, and in which currency it reckons where none is named."""

    region: str = "GB"
    currency: str = "EUR"

    def value(self, bare: Any, name: str, text: str) -> Any:
        """A text that is not as Fieldbook writes it; itself where it cannot be made out."""
        if get_origin(bare) is not None and (choices := get_args(bare)):
            return _choice(choices, text)
        if name in _AMOUNTS:
            return text if _AMOUNT.fullmatch(text) else _number(text)
        if bare is int or bare is float:
            return _counted(bare, text)
        return text

    def day(self, text: str) -> str:
        """An ISO date."""
        return values.birthday(text, self.region) or text

    def moment(self, text: str) -> int | str:
        """Noon of a day, in milliseconds."""
        day = values.birthday(text, self.region)
        if not day or day.startswith("-"):
            return text
        noon = datetime.fromisoformat(day).replace(hour=_NOON, tzinfo=UTC)
        return int(noon.timestamp() * 1000)

    def money(self, amount: str, currency: str) -> dict[str, str]:
        """What a cell says of a price, `1,200.50 EUR`, and the one beside it of the currency."""
        if _AMOUNT.fullmatch(amount) and currency:
            return {"amount": amount, "currency": currency}
        told = f"{amount} {currency}" if currency else amount
        found = customising.read(_MONEY, told, currency=self.currency).value
        if not isinstance(found, str):
            return {"amount": amount, "currency": currency}
        plain, _space, code = found.partition(" ")
        return {"amount": plain, "currency": code}


def _choice(choices: tuple[Any, ...], text: str) -> str:
    plain = "_".join(text.casefold().split())
    return plain if text not in choices and plain in choices else text


def _number(text: str) -> str:
    found = customising.read(_NUMBER, text.strip().rstrip("%").strip()).value
    return found if isinstance(found, str) else text


def _counted(bare: Any, text: str) -> Any:
    plain = _number(text)
    try:
        number = float(plain)
    except ValueError:
        return text
    return number if bare is float else int(number) if number.is_integer() else text
