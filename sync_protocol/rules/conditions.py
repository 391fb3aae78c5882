"""Does a record fit a filter? One pure answer: lists ask it in SQL, the label engine asks it here.

A condition looks at the values at a path: a field, a part of a cell (`closing.won`), the same part
of every entry (`addresses.town`), or one entry by its id (`custom.<id>`, `channels.email`). It
holds if one of the values is as it says; `is_not` and `empty` hold if none is. Nothing, empty text
and what a cell leaves out because it goes without saying are no values. A path that leads nowhere
(a newer version's field) has none, so both ends agree on it.

Texts are compared without case and accents, numbers as numbers even where they are kept as text
(`12.50`, `12.50 EUR`), moments with a day by whether they fall on it. The words of `Filter.text`
are not looked at here: they are a matter of each device's index.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import inf, nextafter
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import tzinfo

    from sync_protocol.records import Condition, Field, Filter, Kind

DAY_MS = 86_400_000
NEGATED = {"is_not": "is", "empty": "filled"}
"""Operators that hold where another one holds for none of the values."""
_DAYS = frozenset({"older", "within", "ahead"})
_MOST_DAYS = 100_000
_PART = re.compile(r"[\w-]+")
_NUMBER = re.compile(r"(-?(?:0|[1-9]\d*)(?:\.\d+)?)(?: [A-Z]{3})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TRUTH = {"true": 1.0, "yes": 1.0, "false": 0.0, "no": 0.0}


class Moment(NamedTuple):
    """When a filter is asked: milliseconds since 1970 UTC, and the zone in which days begin."""

    ms: int
    zone: tzinfo

    def day(self, away: int = 0) -> date:
        return _date_at(self.ms, self.zone) + timedelta(away)

    def start_of(self, day: date) -> float:
        """The first millisecond of a day."""
        return _start_of(day, self.zone)


@lru_cache(maxsize=64)
def _date_at(ms: int, zone: tzinfo) -> date:
    """Remembered: a list asks for the same day at every row."""
    return datetime.fromtimestamp(ms / 1000, zone).date()


@lru_cache(maxsize=64)
def _start_of(day: date, zone: tzinfo) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000


class Path(NamedTuple):
    """Where the values of a condition are: `each` entry of a field, then the keys to go down."""

    field: Field
    each: bool
    keys: tuple[str, ...]


class Span(NamedTuple):
    """What an operator asks of a value: a text between two, a number from `low` to below `high`.

    `parsed` says that text is to be read as a number, too; a day is a span of moments.
    """

    texts: tuple[str, str]
    low: float = -inf
    high: float = -inf
    parsed: bool = False


def holds(
    kind: Kind, wanted: Filter, fields: Mapping[str, Any], labels: Collection[str], now: Moment
) -> bool:
    """Whether a record fits a filter, its text aside.

    `fields` are the record's as plain values (`plain`), with derived ones if they are asked for.
    """
    return _fits_labels(wanted, labels) and _fits_conditions(kind, wanted, fields, now)


def plain(record: msgspec.Struct) -> dict[str, Any]:
    """A record's fields as `holds` takes them."""
    found: dict[str, Any] = msgspec.to_builtins(record)
    return found


def condition_holds(
    kind: Kind, condition: Condition, fields: Mapping[str, Any], now: Moment
) -> bool:
    operator = NEGATED.get(condition.operator, condition.operator)
    values = values_at(kind, condition.field, fields)
    found = any(fits(operator, value, asked(condition, now)) for value in values)
    return found != (condition.operator in NEGATED)


def values_at(kind: Kind, field: str, fields: Mapping[str, Any]) -> list[Any]:
    """All values at a path: texts, numbers, truths."""
    if field in fields and field not in kind.fields:
        return list(_atoms(fields[field]))
    path = path_of(kind, field)
    if path is None:
        return []
    whole = fields.get(path.field.name)
    starts = whole.values() if path.each and isinstance(whole, dict) else (whole,)
    return [atom for start in starts for atom in _atoms(_down(start, path.keys))]


def path_of(kind: Kind, field: str) -> Path | None:
    """A condition's field as a path; None if this version knows no such field."""
    name, *keys = field.split(".")
    found = kind.fields.get(name)
    if found is None or not all(map(_PART.fullmatch, keys)):
        return None
    if found.storage != "json":
        return None if keys else Path(found, each=False, keys=())
    each = bool(keys) and keys[0] in getattr(found.entry, "__struct_fields__", ())
    return Path(found, each, tuple(keys))


def asked(condition: Condition, now: Moment) -> list[Span]:
    """What `fits` needs to know of a condition; nothing if its values make no sense."""
    if condition.operator in _DAYS:
        return _days(condition, now)
    spans = [_span(value, now) for value in map(str.strip, condition.values) if fold(value)]
    if condition.operator != "between":
        return spans
    return [_joined(spans[0], spans[1])] if len(spans) > 1 else []


def days_asked(condition: Condition) -> int | None:
    """How many days a condition counts from now; None if it counts none, or makes no sense."""
    if condition.operator not in _DAYS or not condition.values:
        return None
    count = number(condition.values[0].strip())
    return int(count) if count is not None and 0 <= count <= _MOST_DAYS else None


def fits(operator: str, value: Any, spans: list[Span]) -> bool:
    """Whether one value is as an operator says."""
    if operator == "filled":
        return True
    if isinstance(value, str):
        return any(_text_fits(operator, value, span) for span in spans)
    return any(_number_fits(operator, value, span) for span in spans)


def fold(text: str) -> str:
    """A text without case and accents: what is compared."""
    if text.isascii():
        return text.lower()
    bare = unicodedata.normalize("NFKD", text)
    return "".join(c for c in bare if not unicodedata.combining(c)).casefold()


def number(text: str) -> float | None:
    """The number that a text holds, with its currency or without; None if it is no number."""
    found = _NUMBER.fullmatch(text)
    return float(found[1]) if found else None


def is_day(text: str) -> bool:
    return _DATE.fullmatch(text) is not None


# --- labels and conditions ---


def _fits_labels(wanted: Filter, labels: Collection[str]) -> bool:
    return (
        (not wanted.labels_any or any(label in labels for label in wanted.labels_any))
        and all(label in labels for label in wanted.labels_all)
        and not any(label in labels for label in wanted.labels_none)
    )


def _fits_conditions(kind: Kind, wanted: Filter, fields: Mapping[str, Any], now: Moment) -> bool:
    if not wanted.conditions:
        return True
    every = all if wanted.match == "all" else any
    return every(condition_holds(kind, c, fields, now) for c in wanted.conditions)


# --- values ---


def _down(value: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _atoms(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from _atoms(part)
    elif value is not None and value != "":
        yield value


def _text_fits(operator: str, value: str, span: Span) -> bool:
    if operator in _DAYS and not is_day(value):
        return False
    text, (first, last) = fold(value), span.texts
    if operator in ("contains", "starts"):
        return first in text if operator == "contains" else text.startswith(first)
    if span.parsed and (parsed := number(value)) is not None:
        return _number_fits(operator, parsed, span)
    if span.parsed:
        return operator == "is" and text == first
    if operator in ("less", "more"):
        return text < first if operator == "less" else text > last
    return first <= text <= last


def _number_fits(operator: str, value: float, span: Span) -> bool:
    if operator in ("contains", "starts") or span.low == span.high:
        return False
    if operator == "less":
        return value < span.low
    if operator == "more":
        return value >= span.high
    return span.low <= value < span.high


# --- what is asked ---


def _span(value: str, now: Moment) -> Span:
    texts = (fold(value), fold(value))
    parsed = number(value)
    if parsed is not None:
        return Span(texts, parsed, nextafter(parsed, inf), parsed=True)
    if value.lower() in _TRUTH:
        truth = _TRUTH[value.lower()]
        return Span(texts, truth, nextafter(truth, inf))
    if (day := _day(value)) is not None:
        return Span(texts, now.start_of(day), now.start_of(day + timedelta(1)))
    return Span(texts)


def _joined(first: Span, last: Span) -> Span:
    return Span((first.texts[0], last.texts[1]), first.low, last.high, first.parsed and last.parsed)


def _days(condition: Condition, now: Moment) -> list[Span]:
    days = days_asked(condition)
    if days is None:
        return []
    if condition.operator == "older":
        return [_moments(now, None, -days)]
    if condition.operator == "within":
        return [_moments(now, -days, 0)]
    return [_moments(now, 0, days)]


def _moments(now: Moment, first: int | None, last: int) -> Span:
    """Days away from now, both included; `first` None is open, and `last` is then left out."""
    end = now.ms + last * DAY_MS
    if first is None:
        return Span(("0000-00-00", (now.day(last - 1)).isoformat()), -inf, end)
    texts = (now.day(first).isoformat(), now.day(last).isoformat())
    return Span(texts, now.ms + first * DAY_MS, nextafter(end, inf))


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if is_day(text) else None
    except ValueError:
        return None
    return day if day is not None and 1 < day.year < date.max.year else None
