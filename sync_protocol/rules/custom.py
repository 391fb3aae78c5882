"""Whether a value fits a custom field: pure, and asked only where somebody is there to mend it.

A definition and the values under it travel apart. A device that has not heard of a new definition
writes what the old one allowed, and that must neither be refused hours later nor be lost. So the
client asks this when a person writes; the server only bounds a value's size and shape (see
`CustomValue`). A value that no longer fits stays as it is, is shown so, and can be edited.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from sync_protocol.records.parts import Amount, CustomValue, Email

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync_protocol.records import CustomField, Option
    from sync_protocol.records.custom import CustomType

LONGEST = 2_000
"""Of a text on one line."""
FEWEST_DIGITS, LONGEST_PHONE = 3, 60
TEXTUAL: tuple[CustomType, ...] = (
    "text", "long_text", "number", "money", "date", "link", "email", "phone",
)  # fmt: skip
CHOICES: tuple[CustomType, ...] = ("choice", "choices")
NUMBER = "Write a number like 1234.5."
MONEY = "Write an amount and its currency, like 12.50 EUR."
DATE = "Write a date like 2026-05-31."
LINK = "A link looks like https://example.com/page."
EMAIL = "An e-mail address looks like name@example.com."
PHONE = "A phone number has at least three digits, and no letters."
YES_NO = "Say yes or no."
ONE_LINE = f"Write it on one line of at most {LONGEST:,} characters."
WORDS = "Write it as text."
NOT_OFFERED = "Choose from what is offered."
_MONEY = re.compile(r"-?\d{1,15}(\.\d{1,6})? [A-Z]{3}", re.ASCII)
_LINK = re.compile(r"(https?://)?[^\s/@]+\.[^\s/@.]+(:\d+)?([/?#]\S*)?|https?://\S+")
_PHONE = re.compile(r"[\d\s()+/.\-]*(\s*(x|ext\.?)\s*\d+)?", re.IGNORECASE)


def problem(field: CustomField, value: CustomValue) -> str:
    """What is wrong with a value in a sentence; empty if it fits."""
    if field.type in CHOICES:
        return _choice_problem(field, value)
    if field.type == "yes_no":
        return "" if isinstance(value, bool) else YES_NO
    if not isinstance(value, str):
        return WORDS
    holds, sentence = _CHECKS[field.type]
    return "" if holds(value) else sentence


def fits(field: CustomField, value: CustomValue) -> bool:
    return not problem(field, value)


def offered(field: CustomField) -> list[tuple[str, Option]]:
    """The options one may choose now, by their ids, in their order."""
    found = [(entry, option) for entry, option in field.options.items() if not option.archived]
    return sorted(found, key=lambda pair: (pair[1].place, pair[0]))


def chosen(value: CustomValue | None) -> tuple[str, ...]:
    """The ids of the options that a value of a choice names."""
    if isinstance(value, str):
        return (value,) if value else ()
    return value if isinstance(value, tuple) else ()


def may_become(type_: CustomType) -> tuple[CustomType, ...]:
    """The types into which a field can be turned with its values still readable."""
    return next((group for group in (TEXTUAL, CHOICES) if type_ in group), (type_,))


def _choice_problem(field: CustomField, value: CustomValue) -> str:
    if isinstance(value, bool) or not all(entry in field.options for entry in chosen(value)):
        return NOT_OFFERED
    return NOT_OFFERED if field.type == "choice" and len(chosen(value)) > 1 else ""


def _is_one_line(value: str) -> bool:
    return len(value) <= LONGEST and "\n" not in value


def _is_number(value: str) -> bool:
    return _converts(value, Amount)


def _is_money(value: str) -> bool:
    return _MONEY.fullmatch(value) is not None


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_link(value: str) -> bool:
    return len(value) <= LONGEST and _LINK.fullmatch(value) is not None


def _is_email(value: str) -> bool:
    return _converts({"address": value}, Email)


def _is_phone(value: str) -> bool:
    digits = sum(character.isdigit() for character in value)
    bounded = digits >= FEWEST_DIGITS and len(value) <= LONGEST_PHONE
    return bounded and _PHONE.fullmatch(value) is not None


def _converts(value: object, to: object) -> bool:
    try:
        msgspec.convert(value, to)
    except msgspec.ValidationError:
        return False
    return True


_CHECKS: dict[CustomType, tuple[Callable[[str], bool], str]] = {
    "text": (_is_one_line, ONE_LINE),
    "long_text": (lambda _value: True, WORDS),
    "number": (_is_number, NUMBER),
    "money": (_is_money, MONEY),
    "date": (_is_date, DATE),
    "link": (_is_link, LINK),
    "email": (_is_email, EMAIL),
    "phone": (_is_phone, PHONE),
}
