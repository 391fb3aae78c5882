"""What a company has added to records, in words: for forms, pages, lists, reports, files.

A value is read from what a person typed or a file says, kept in the form that
`sync_protocol.rules.custom` describes, and told in words again. `written` and `read` undo each
other, so what is exported comes back as it was.
"""

from __future__ import annotations

import csv
import io
import re
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from client import money, record_types
from client.errors import Invalid
from sync_protocol.records import CustomField
from sync_protocol.rules import custom

if TYPE_CHECKING:
    from collections.abc import Mapping

    from client.replica.reading import Reading as Replica
    from sync_protocol.records import Record
    from sync_protocol.records.parts import CustomValue

PATH = "custom."
"""Begins the path, and the cell, of a custom field's values."""
SEPARATOR = "; "
"""Between several choices in a cell of a file; a name with a semicolon within stands in quotation
marks, as tables write such cells."""
_TRUTH = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_SYMBOLS = {"\u20ac": "EUR", "\u00a3": "GBP", "$": "USD", "\u00a5": "JPY"}
_CODE = re.compile(r"^[A-Za-z]{3}(?=[\s\d.,-])|(?<=[\s\d.,])[A-Za-z]{3}$")
_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d %b %Y", "%d %B %Y")
_MONTH_FIRST = ("%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y", "%b %d %Y", "%B %d %Y", "%d %b %Y")
_TO_QUOTE = re.compile(r"[;\"\r\n]|^\s|\s$")
_MINUS = "-\u2212"


class Column(NamedTuple):
    """A custom field as lists, filters and files know it: `custom.<id>`, and what it is called."""

    path: str
    name: str
    field: CustomField


class Reading(NamedTuple):
    """A value as it is kept, None for nothing; or what is wrong with what was typed."""

    value: CustomValue | None = None
    problem: str = ""


def fields_of(replica: Replica, of: str, *, archived: bool = False) -> list[CustomField]:
    """The custom fields of a record type (or of an `ObjectType`, by its id), in their order."""
    found = [x for x in replica.find(CustomField, of=of) if archived or not x.archived]
    return sorted(found, key=lambda field: (field.place, field.id))


def columns(replica: Replica, of: str) -> list[Column]:
    """The custom columns of a record type."""
    return [Column(f"{PATH}{field.id}", field.name, field) for field in fields_of(replica, of)]


def facts(replica: Replica, record: Record) -> list[tuple[CustomField, str, bool]]:
    """What a record's custom fields say: the field, the words, whether they fit it.

    Archived fields are told where they say something.
    """
    values: Mapping[str, CustomValue] = getattr(record, "custom", {})
    locale = replica.settings.locale
    return [
        (field, words(field, values[field.id], locale), custom.fits(field, values[field.id]))
        for field in fields_of(replica, record_types.name_of(record), archived=True)
        if field.id in values
    ]


def words(field: CustomField, value: CustomValue | None, locale: str = "en") -> str:
    """A value as a person reads it; one that does not fit its field is told as it is."""
    if isinstance(value, tuple):
        return ", ".join(_name(field, entry) for entry in value)
    if not isinstance(value, str) or not custom.fits(field, value):
        return written(field, value)
    if field.type == "number":
        return money.shown(value, "", locale)
    if field.type == "money":
        amount, _space, currency = value.partition(" ")
        return money.shown(amount, currency, locale)
    if field.type == "date":
        return day(date.fromisoformat(value))
    return written(field, value)


def written(field: CustomField, value: CustomValue | None) -> str:
    """A value as text that `read` takes back, for files."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.type == "choices" or isinstance(value, tuple):
        return SEPARATOR.join(_quoted(_name(field, entry)) for entry in custom.chosen(value))
    if field.type == "choice":
        return _name(field, value)
    if field.type in ("number", "money") and custom.fits(field, value):
        return _plain_amount(value)
    return value


def typed(field: CustomField, value: CustomValue | None, locale: str = "en") -> str:
    """A value as one would type it."""
    text = written(field, value)
    if value is not None and field.type in ("number", "money") and custom.fits(field, value):
        return money.typed(text, locale)
    return text


def read(field: CustomField, text: str, *, currency: str = "EUR", locale: str = "") -> Reading:
    """The value from what was typed, or from a file: choices and yes by their words.

    Whoever typed it has a `locale`; of a file it is not known.
    """
    text = text.strip()
    if not text:
        return Reading()
    if field.type in custom.CHOICES:
        return _read_choices(field, text)
    if field.type == "money":
        return _read_money(text, currency)
    if field.type == "date":
        return _read_date(text, locale)
    if field.type == "number":
        return _read_number(text, locale)
    return _read_truth(text) if field.type == "yes_no" else _read_text(field, text)


def finished(
    replica: Replica, of: str, before: Mapping[str, CustomValue], now: Mapping[str, CustomValue]
) -> dict[str, CustomValue]:
    """A form's custom values as they are to be kept; what was typed is still text.

    Raises `Invalid` naming the cell: something cannot be read, or is missing that is needed.
    """
    settings = replica.settings
    done = dict(now)
    for field in fields_of(replica, of):
        value = now.get(field.id)
        if value is not None and value != before.get(field.id):
            done |= {field.id: _finish(field, value, settings.currency, settings.locale)}
        if field.required and done.get(field.id) in (None, "", ()):
            raise Invalid(f"{PATH}{field.id}", f"{field.name} is needed.")
    return {entry: value for entry, value in done.items() if value not in (None, "", ())}


def _finish(field: CustomField, value: CustomValue, currency: str, locale: str) -> CustomValue:
    """One value; an empty text stands for nothing."""
    if not isinstance(value, str) or field.type in custom.CHOICES:
        wrong = custom.problem(field, value)
        found = Reading(value, wrong)
    else:
        found = read(field, value, currency=currency, locale=locale)
    if found.problem:
        raise Invalid(f"{PATH}{field.id}", found.problem)
    return "" if found.value is None else found.value


def day(when: date) -> str:
    """A date in full: 31 May 2026."""
    return f"{when.day} {when:%b} {when.year}"


def read_day(text: str, locale: str = "en") -> date | None:
    """A date in one of the ways in which people write them; None if it is none."""
    for form in _MONTH_FIRST if locale == "en-US" else _DATES:
        with suppress(ValueError):
            return datetime.strptime(text.replace(",", ""), form).date()  # noqa: DTZ007 - a day
    return None


def _read_choices(field: CustomField, text: str) -> Reading:
    if field.type == "choice":
        entry = _option(field, text)
        return Reading(entry) if entry else Reading(problem=_none_called(text))
    names = _names_in(text)
    found = [(name, _option(field, name)) for name in names]
    unknown = next((name for name, entry in found if not entry), "")
    if unknown:  # it may be one name that another program did not quote
        whole = _option(field, text)
        return Reading((whole,)) if whole else Reading(problem=_none_called(unknown))
    return Reading(tuple(dict.fromkeys(entry for _name, entry in found)))


def _option(field: CustomField, name: str) -> str:
    """The option that is called so, one that is offered first; empty if none is."""
    plain = name.strip().casefold()
    alike = [i for i, option in field.options.items() if option.name.strip().casefold() == plain]
    return min(alike, key=lambda i: field.options[i].archived, default="")


def _names_in(text: str) -> list[str]:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=";", skipinitialspace=True)
    try:
        return [name.strip() for line in lines for name in line if name.strip()]
    except csv.Error:
        return [text]


def _quoted(name: str) -> str:
    """A name as it stands among others."""
    if not _TO_QUOTE.search(name):
        return name
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _none_called(name: str) -> str:
    return f'"{name}" is not among the choices.'


def _read_text(field: CustomField, text: str) -> Reading:
    wrong = custom.problem(field, text)
    return Reading(problem=wrong) if wrong else Reading(text)


def _read_truth(text: str) -> Reading:
    truth = _TRUTH.get(text.casefold())
    return Reading(problem=custom.YES_NO) if truth is None else Reading(truth)


def _read_number(text: str, locale: str) -> Reading:
    negative, text = text[0] in _MINUS, text.lstrip(_MINUS).strip()
    if any(character.isalpha() for character in text):
        return Reading(problem=custom.NUMBER)
    found = money.read(text, decimals=money.FINE, locale=locale)
    if found.problem or not found.amount:
        return Reading(problem=custom.NUMBER if found.problem == money.EXAMPLE else found.problem)
    amount = found.amount.rstrip("0").rstrip(".") if "." in found.amount else found.amount
    return Reading(f"-{amount}" if negative and amount.strip("0") else amount)


def _read_money(text: str, currency: str) -> Reading:
    negative, text = text[0] in _MINUS, text.lstrip(_MINUS).strip()
    named = _CODE.search(text)
    symbol = next((code for mark, code in _SYMBOLS.items() if mark in text), "")
    code = named.group().upper() if named else symbol or currency
    found = money.read(text, code)
    if found.problem or not found.amount:
        return Reading(problem=custom.MONEY if found.problem == money.EXAMPLE else found.problem)
    return Reading(f"{'-' if negative else ''}{found.amount} {code}")


def _read_date(text: str, locale: str) -> Reading:
    found = read_day(text, locale)
    return Reading(found.isoformat()) if found else Reading(problem=custom.DATE)


def _name(field: CustomField, entry: str) -> str:
    option = field.options.get(entry)
    return option.name if option else entry


def _plain_amount(value: str) -> str:
    """Three decimals would read as thousands: a further one says that they are none."""
    amount, space, currency = value.partition(" ")
    _whole, point, decimals = amount.partition(".")
    return f"{amount}{'0' if point and len(decimals) == money.GROUP else ''}{space}{currency}"
