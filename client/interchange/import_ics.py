"""A calendar file (iCalendar, RFC 5545) read into planned visits.

Of an appointment that repeats each time within the next `AHEAD_DAYS` is one visit: its rule is
followed on the wall clock of its own zone, what was taken out or moved in the file is. All-day
appointments begin when a working day does. Whose customer it is, is told by a name or a street
that stands in the appointment; where that leaves more than one, or none, a person is asked.

A visit's id is derived from the appointment's UID and day, so the same file again changes nothing,
and a later one moves what has moved. What is over, or is under way, is left alone.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from client.interchange.sources import UnreadableFile
from sync_protocol import ids
from sync_protocol.records import Account, Activity
from sync_protocol.rules.conditions import DAY_MS, fold
from sync_protocol.visit_calendar import OWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import tzinfo

    from client.replica import Replica

AHEAD_DAYS = 92
MOST = 500
"""So many visits at most are taken from one file."""
MAX_BYTES = 5 << 20
BEGINS = time(9)
TOO_OFTEN = ("SECONDLY", "MINUTELY", "HOURLY")
FEW = 6
LEAST_LETTERS = 4
LOOKED_UP = 25
_NO_CALENDAR = "There is no calendar in this file. Export one as .ics and choose that."


class Appointment(NamedTuple):
    """One time at which something is in the calendar."""

    visit_id: str
    at: int
    summary: str
    location: str = ""
    note: str = ""


class Guess(NamedTuple):
    """Whose appointment it may be: one account if that is sure, else those it could be."""

    sure: str
    others: tuple[str, ...] = ()


# --- reading ---


def read(replica: Replica, data: bytes) -> list[Appointment]:
    """What lies ahead in a calendar file, the earliest first. Raises `UnreadableFile`."""
    from icalendar import Calendar  # noqa: PLC0415 - only whoever reads a calendar needs it

    if len(data) > MAX_BYTES:
        raise UnreadableFile(f"The file is too large for a calendar: over {MAX_BYTES >> 20} MB.")
    try:
        calendars = Calendar.from_ical(data, multiple=True)
    except (ValueError, IndexError, KeyError) as error:
        raise UnreadableFile(_NO_CALENDAR) from error
    if not calendars:
        raise UnreadableFile(_NO_CALENDAR)
    events = [x for one in calendars for x in one.walk("VEVENT") if "DTSTART" in x]
    now = replica.moment
    span = (now.ms, now.ms + AHEAD_DAYS * DAY_MS)
    found = {x.visit_id: x for x in _appointments(replica, events, now.zone, span)}
    return sorted(found.values(), key=lambda x: (x.at, x.visit_id))[:MOST]


def _appointments(
    replica: Replica, events: Sequence[Any], zone: tzinfo, span: tuple[int, int]
) -> Iterator[Appointment]:
    moved = {
        (_text(event, "UID"), _ms(event["RECURRENCE-ID"].dt, zone))
        for event in events
        if "RECURRENCE-ID" in event
    }
    for event in events:
        if _text(event, "STATUS").upper() == "CANCELLED":
            continue
        for at, named in _times(event, zone, span, moved):
            if span[0] <= at < span[1]:
                yield _appointment(replica, event, at, named)


def _times(
    event: Any, zone: tzinfo, span: tuple[int, int], moved: set[tuple[str, int]]
) -> Iterator[tuple[int, int]]:
    """When an appointment is, and the time by which it goes in its series (0 if in none)."""
    uid = _text(event, "UID")
    if "RECURRENCE-ID" in event:
        yield _ms(event["DTSTART"].dt, zone), _ms(event["RECURRENCE-ID"].dt, zone)
    elif _is_series(event):
        for at in _repeated(event, zone, span):
            if (uid, at) not in moved:
                yield at, at
    else:
        yield _ms(event["DTSTART"].dt, zone), 0


def _is_series(event: Any) -> bool:
    return bool(_rules(event)) or "RDATE" in event


def _rules(event: Any) -> list[Any]:
    """By which it comes again, but not every hour: that is no appointment with a customer."""
    return [x for x in _list(event.get("RRULE")) if _text(x, "FREQ").upper() not in TOO_OFTEN]


def _repeated(event: Any, zone: tzinfo, span: tuple[int, int]) -> Iterator[int]:
    """The times of a series, on the wall clock of its zone."""
    from dateutil.rrule import rruleset, rrulestr  # noqa: PLC0415

    first = event["DTSTART"].dt
    own = getattr(first, "tzinfo", None) or zone
    series: Any = rruleset()
    rules = _rules(event)
    if not rules:
        series.rdate(_wall(first, own))
    for rule in rules:
        series.rrule(rrulestr(_rule(rule, own), dtstart=_wall(first, own)))
    for dates in _list(event.get("RDATE")):
        for one in dates.dts:
            series.rdate(_wall(one.dt[0] if isinstance(one.dt, tuple) else one.dt, own))
    for dates in _list(event.get("EXDATE")):
        for one in dates.dts:
            series.exdate(_wall(one.dt, own))
    ends = [datetime.fromtimestamp(at / 1000, own).replace(tzinfo=None) for at in span]
    for wall in series.between(ends[0] - timedelta(1), ends[1], inc=True):
        yield _ms(wall.replace(tzinfo=own), zone)


def _rule(rule: Any, own: tzinfo) -> str:
    """The rule with its end on the same wall clock; calendars write that in UTC."""
    parts = dict(rule)
    if "UNTIL" in parts:
        parts["UNTIL"] = [f"{_until(parts['UNTIL'][0], own):%Y%m%dT%H%M%S}"]
    return ";".join(f"{name}={','.join(map(str, values))}" for name, values in parts.items())


def _until(end: date, own: tzinfo) -> datetime:
    if isinstance(end, datetime):
        return end.astimezone(own).replace(tzinfo=None) if end.tzinfo else end
    return datetime.combine(end, time.max)


def _wall(when: date, own: tzinfo) -> datetime:
    """A moment as clocks of a zone show it; a day as its working hours begin."""
    if not isinstance(when, datetime):
        return datetime.combine(when, BEGINS)
    return when.astimezone(own).replace(tzinfo=None) if when.tzinfo else when


def _ms(when: date, zone: tzinfo) -> int:
    """A moment in milliseconds; without a zone of its own it is the company's."""
    if not isinstance(when, datetime):
        when = datetime.combine(when, BEGINS)
    return round((when if when.tzinfo else when.replace(tzinfo=zone)).timestamp() * 1000)


def _appointment(replica: Replica, event: Any, at: int, named: int) -> Appointment:
    uid = _text(event, "UID") or f"{_text(event, 'SUMMARY')} {at}"
    own = replica.get(Activity, uid.removesuffix(OWN)) if uid.endswith(OWN) else None
    return Appointment(
        own.id if own else ids.derived("calendar", replica.user_id, uid, str(named)),
        at,
        _text(event, "SUMMARY") or "Without a title",
        _text(event, "LOCATION"),
        _text(event, "DESCRIPTION"),
    )


def _text(event: Any, name: str) -> str:
    value = event.get(name)
    first = value[0] if isinstance(value, list) and value else value
    return str(first).strip() if first else ""


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


# --- whose it is ---


def guess(replica: Replica, one: Appointment) -> Guess:
    """The customer an appointment is with: sure if one alone is named in it or lives there."""
    known = replica.get(Activity, one.visit_id)
    if known is not None and known.account_id:
        return Guess(known.account_id)
    told = fold(f"{one.summary} {one.location} {one.note}")
    hits = _looked_up(replica, told)
    named = [x for x in hits if fold(x.name) in told]
    longest = [
        x for x in named if not any(x is not y and fold(x.name) in fold(y.name) for y in named)
    ]
    living = [x for x in hits if _lives_in(x, told)]
    for some in ([x for x in longest if x in living], longest, living):
        if len(some) == 1:
            return Guess(some[0].id)
    several = longest or living or hits
    return Guess("", tuple(x.id for x in several[:FEW]))


def _looked_up(replica: Replica, told: str) -> list[Account]:
    """Accounts that have a word of the appointment in them, those with the most words first."""
    words = dict.fromkeys(x for x in told.replace(",", " ").split() if len(x) >= LEAST_LETTERS)
    hits: dict[str, tuple[int, Account]] = {}
    for word in list(words)[: FEW * 2]:
        for account in replica.find(Account, text=word, limit=LOOKED_UP):
            hits[account.id] = (hits.get(account.id, (0, account))[0] + 1, account)
    best = sorted(hits.values(), key=lambda x: (-x[0], x[1].name.casefold(), x[1].id))
    return [account for _count, account in best]


def _lives_in(account: Account, told: str) -> bool:
    streets = (fold(" ".join(x.street.split())) for x in account.addresses.values())
    return any(street and street in told for street in streets)


# --- writing ---


class Taken(NamedTuple):
    """How many visits are new, how many were moved."""

    new: int
    moved: int


def take(replica: Replica, chosen: Mapping[str, str], found: Iterable[Appointment]) -> Taken:
    """Plan the appointments of `chosen`, which names an account for each visit's id."""
    new = moved = 0
    with replica.changeset("Take visits from calendar"):
        for one in found:
            account_id, known = chosen.get(one.visit_id, ""), replica.get(Activity, one.visit_id)
            if known is None and account_id:
                replica.create(_visit(one, account_id))
                new += 1
            elif known is not None and _moves(known, one, account_id):
                replica.update(known, at=one.at, account_id=account_id)
                moved += 1
    return Taken(new, moved)


def _moves(known: Activity, one: Appointment, account_id: str) -> bool:
    if known.status != "planned" or known.deleted or not account_id:
        return False
    return (known.at, known.account_id) != (one.at, account_id)


def _visit(one: Appointment, account_id: str) -> Activity:
    return Activity(
        id=one.visit_id, kind="visit", status="planned", at=one.at, account_id=account_id,
        note=one.note,
    )  # fmt: skip
