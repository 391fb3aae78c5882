"""Calendars of visits: whoever reads one, in whatever zone, finds every visit at its moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from sync_protocol.records import Account, Activity, Address, entries
from sync_protocol.visit_calendar import Appointment, calendar, uid

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Australia/Lord_Howe",
)
FIRST, LAST = (round(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (1972, 2200))
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60)
LEAP_DAY = round(datetime(2028, 2, 29, 23, 45, tzinfo=UTC).timestamp())
CLOCKS_BACK = round(datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp())


@st.composite
def appointments(draw: st.DrawFn) -> list[Appointment]:
    moments = st.integers(FIRST, LAST) | st.sampled_from((LEAP_DAY, CLOCKS_BACK))
    return [
        Appointment(
            Activity(id=f"v{place}", kind="visit", at=draw(moments) * 1000, note=draw(WORDS)),
            draw(moments) * 1000,
            Account(
                name=draw(WORDS) or "Somebody",
                addresses=entries(Address(street=draw(WORDS), town=draw(WORDS))),
            ),
        )
        for place in range(draw(st.integers(0, 4)))
    ]


@given(appointments(), st.sampled_from(ZONES), st.integers(1, 1_440))
def test_every_visit_comes_back_at_its_moment_in_any_zone(
    made: list[Appointment], zone: str, minutes: int
) -> None:
    data = calendar("Acme", made, minutes)
    events = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert [str(event["uid"]) for event in events] == [uid(one.visit.id) for one in made]
    for event, one in zip(events, made, strict=True):
        begins = event.decoded("dtstart")
        assert begins.utcoffset() == timedelta(0)
        assert round(begins.astimezone(ZoneInfo(zone)).timestamp() * 1000) == one.visit.at
        assert event.decoded("dtend") - begins == timedelta(minutes=minutes)
        assert str(event["summary"]) == f"Visit: {one.account.name if one.account else ''}"
        assert str(event.get("description", "")) == one.visit.note


@given(appointments())
def test_the_same_visits_are_the_same_bytes(made: list[Appointment]) -> None:
    assert calendar("Acme", made, 30) == calendar("Acme", made, 30)


@given(appointments())
def test_every_line_is_as_long_as_calendars_allow(made: list[Appointment]) -> None:
    lines = calendar("Acme", made, 30).split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
