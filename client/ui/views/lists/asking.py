"""Conditions in words: what can be asked of a field, what was typed for it, how it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from dateutil import parser

from client.ui.views.lists.facets import LABELS
from sync_protocol.records import Condition
from sync_protocol.rules.conditions import is_day, number

if TYPE_CHECKING:
    from client.ui.views.lists.facets import Facet, FacetType
    from sync_protocol.records import Filter
    from sync_protocol.records.filters import Operator

OPERATORS: dict[FacetType, tuple[Operator, ...]] = {
    "text": ("contains", "is", "is_not", "starts", "empty", "filled"),
    "number": ("is", "less", "more", "between", "empty", "filled"),
    "moment": ("within", "older", "between", "empty", "filled"),
    "date": ("is", "within", "ahead", "older", "between", "empty", "filled"),
    "choice": ("is", "is_not", "empty", "filled"),
    "yes_no": ("is",),
    "labels": (),
}
WORDS: dict[Operator, str] = {
    "is": "is", "is_not": "is not", "contains": "contains", "starts": "starts with",
    "empty": "is empty", "filled": "is filled in", "less": "less than", "more": "more than",
    "between": "between", "older": "longer ago than", "within": "in the last",
    "ahead": "in the next",
}  # fmt: skip
DAYS = ("older", "within", "ahead")
ALONE = ("empty", "filled")
"""Operators that need no value."""
ORDER = ("less", "more", "between")


def operators_of(facet: Facet) -> tuple[Operator, ...]:
    """What can be asked of a field; of one with too many choices only whether there is any."""
    if facet.form == "choice" and not facet.choices:
        return ("empty", "filled")
    return OPERATORS[facet.form]


def with_condition(condition: Condition, wanted: Filter) -> Filter:
    """What is asked with one condition more."""
    return msgspec.structs.replace(wanted, conditions=(*wanted.conditions, condition))


def without_condition(condition: Condition, wanted: Filter) -> Filter:
    """What is asked without it."""
    rest = tuple(other for other in wanted.conditions if other != condition)
    return msgspec.structs.replace(wanted, conditions=rest)


def askable(facets: dict[str, Facet]) -> list[Facet]:
    return [facet for facet in facets.values() if facet.path != LABELS]


def reads(facet: Facet | None, condition: Condition) -> str:
    """A condition as a sentence without a full stop: Town is Kronach or Bamberg."""
    title = facet.title if facet else condition.field
    words = WORDS[condition.operator]
    names = dict(facet.choices) if facet else {}
    values = [names.get(value, value.capitalize() if facet and facet.form == "yes_no" else value)
              for value in condition.values]  # fmt: skip
    if condition.operator in ALONE:
        return f"{title} {words}"
    if condition.operator in DAYS:
        return f"{title} {words} {values[0]} days"
    return (
        f"{title} {words} {(' and ' if condition.operator == 'between' else ' or ').join(values)}"
    )


def typed(facet: Facet, operator: Operator, first: str, second: str = "") -> Condition | str:
    """The condition that was typed, or what is wrong with it in a sentence."""
    if operator in ALONE:
        return Condition(facet.path, operator)
    texts = [first.strip(), second.strip()] if operator == "between" else [first.strip()]
    if not all(texts):
        return "Fill in both." if operator == "between" else "Fill this in."
    values = [_value(facet, operator, text) for text in texts]
    if None in values:
        return _wish(facet, operator)
    return Condition(facet.path, operator, tuple(value for value in values if value))


def _value(facet: Facet, operator: Operator, text: str) -> str | None:
    if operator in DAYS:
        return text if text.isascii() and text.isdigit() else None
    if facet.form == "number":
        plain = text.replace(" ", "").replace(",", ".")
        return plain if number(plain) is not None else None
    if facet.form in ("date", "moment"):
        return day_of(text)
    return text


def day_of(text: str) -> str | None:
    """A day as people write it, as an ISO date: 31.3.2026, 31 March 2026, 2026-03-31."""
    if is_day(text):
        return text
    try:
        return parser.parse(text, dayfirst=True).date().isoformat()
    except (ValueError, OverflowError):
        return None


def _wish(facet: Facet, operator: Operator) -> str:
    if operator in DAYS:
        return "Give a number of days."
    return "Give a number." if facet.form == "number" else "Give a day, like 31.3.2026."
