"""When does a record fit a filter? Not only now: for all time, as the spells in which it does.

A filter that counts days (`older`, `within`, `ahead`) holds and ceases to hold as time goes by,
though nobody writes anything. Between writes its answer only changes at moments that follow from
the record's own values: a moment, or a day, so many days away. So the answer is worked out once,
at each of them, and a label that is derived from it is right at any moment it is read, whichever
way the clock was moved, without being worked out again.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from math import floor
from typing import TYPE_CHECKING, Any, NamedTuple

from sync_protocol.rules import conditions
from sync_protocol.rules.conditions import DAY_MS, Moment

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import tzinfo

    from sync_protocol.records import Condition, Filter, Kind

EVER = 1 << 52
"""The end of a spell that does not end."""
_LAST = 7_258_118_400_000
"""The year 2200: no clock says more, and no day that is counted from before it overflows."""


class Spell(NamedTuple):
    """From `since` to just before `until`, in milliseconds since 1970 UTC."""

    since: int
    until: int


class Facts(NamedTuple):
    """What is known of a record: its fields as `conditions.plain` gives them, its labels.

    `begins` names truths that are in no record, and the moment from which each is so.
    """

    fields: Mapping[str, Any]
    labels: Collection[str] = ()
    begins: Mapping[str, int | None] = {}


def spells(kind: Kind, wanted: Filter, known: Facts, zone: tzinfo) -> list[Spell]:
    """All spells in which `conditions.holds` says yes, in order; they do not touch."""
    turns = sorted({0, *_turns(kind, wanted, known, zone)})
    found: list[Spell] = []
    for turn, until in zip(turns, [*turns[1:], EVER], strict=True):
        fields = {**known.fields, **_begun(known.begins, turn)}
        if not conditions.holds(kind, wanted, fields, known.labels, Moment(turn, zone)):
            continue
        if found and found[-1].until == turn:
            found[-1] = Spell(found[-1].since, until)
        else:
            found.append(Spell(turn, until))
    return found


def at(found: list[Spell], ms: int) -> bool:
    """Whether a moment is in one of some spells."""
    place = bisect_right(found, (ms, EVER + 1)) - 1
    return place >= 0 and ms < found[place].until


def _begun(begins: Mapping[str, int | None], ms: int) -> dict[str, bool]:
    return {name: since is not None and ms >= since for name, since in begins.items()}


def _turns(kind: Kind, wanted: Filter, known: Facts, zone: tzinfo) -> Iterator[int]:
    """Every moment at which the answer may change, and perhaps some more."""
    fields = {**known.fields, **dict.fromkeys(known.begins, (False, True))}
    for part in wanted.conditions:
        since = known.begins.get(part.field)
        if since is not None:
            yield from _in_time([since])
        count = conditions.days_asked(part)
        if count is not None:
            yield from _in_time(_turns_of(kind, part, count, fields, zone))


def _turns_of(
    kind: Kind, part: Condition, count: int, fields: Mapping[str, Any], zone: tzinfo
) -> Iterator[int]:
    moment = Moment(0, zone)
    for value in conditions.values_at(kind, part.field, fields):
        for away in {0, count, -count}:
            if not isinstance(value, str):
                turn = floor(value) + away * DAY_MS
                yield from (turn, turn + 1)
            elif (day := _day(value)) is not None:
                yield from (_start(moment, day, away + more) for more in (-1, 0, 1))


def _in_time(turns: Iterable[int]) -> Iterator[int]:
    return (turn for turn in turns if 0 < turn < _LAST)


def _start(moment: Moment, day: date, away: int) -> int:
    try:
        return int(moment.start_of(day + timedelta(away)))
    except (OverflowError, ValueError):
        return 0


def _day(text: str) -> date | None:
    """The day that a text names; the next one there is if it names none, as 30 February."""
    if not conditions.is_day(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        year, month, day = map(int, text.split("-"))
    months = year * 12 + min(max(month, 1), 13) - 1 + (day > 0 and month in range(1, 13))
    try:
        return date(months // 12, months % 12 + 1, 1)
    except ValueError:
        return None
