"""Calendars of Google, Outlook and Thunderbird, as these programs write them, and our own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from client import fieldwork
from client.interchange import export_ics, import_ics
from client.interchange.sources import UnreadableFile
from sync_protocol.records import (
    SETTINGS_ID,
    Account,
    Activity,
    Address,
    Position,
    Settings,
    entries,
)

if TYPE_CHECKING:
    from client.replica import Replica

FILES = Path(__file__).parent / "calendars"
DAY = 86_400_000


@pytest.fixture
def shops(replica: Replica) -> dict[str, str]:
    """Names of customers and their ids; it is 9 October 2025 in Berlin."""
    replica.create(Settings(id=SETTINGS_ID, name="Alpenquell", time_zone="Europe/Berlin"))
    found = {}
    for name, street in (("Brauerei Adler", "Marktplatz 3"), ("Café Müller", "Hauptstr. 8"),
                         ("Hotel Post", "Bahnhofstr. 12")):  # fmt: skip
        where = entries(Address(street=street, town="Kronach", position=Position(50.24, 11.33)))
        found[name] = replica.create(Account(name=name, addresses=where)).id
    while replica.index_some():
        pass
    return found


def read(replica: Replica, name: str) -> list[import_ics.Appointment]:
    return import_ics.read(replica, (FILES / name).read_bytes())


def berlin(one: import_ics.Appointment) -> str:
    return f"{datetime.fromtimestamp(one.at / 1000, ZoneInfo('Europe/Berlin')):%d.%m. %H:%M}"


def test_google_series_keep_their_hour_across_the_change_of_the_clocks(
    replica: Replica, shops: dict[str, str]
) -> None:
    del shops
    found = read(replica, "google.ics")
    assert [(berlin(one), one.summary) for one in found] == [
        ("14.10. 09:30", "Brauerei Adler"),
        ("17.10. 09:00", "Visit Café Müller"),
        ("24.10. 09:00", "Visit Café Müller"),
        ("07.11. 14:00", "Visit Café Müller (later)"),
        ("14.11. 09:00", "Visit Café Müller"),
    ]
    assert found[0].note == "Bring the winter list, and samples."


def test_outlook_names_zones_of_its_own(replica: Replica, shops: dict[str, str]) -> None:
    found = read(replica, "outlook.ics")
    assert [berlin(one) for one in found] == ["24.10. 10:00", "31.10. 10:00"]
    assert import_ics.guess(replica, found[0]).sure == shops["Hotel Post"]


def test_thunderbird_days_begin_at_nine_and_times_without_a_zone_are_the_companys(
    replica: Replica, shops: dict[str, str]
) -> None:
    del shops
    found = read(replica, "thunderbird.ics")
    assert [berlin(one) for one in found] == ["20.10. 09:00", "21.10. 08:00", "23.10. 08:00"]


def test_a_customer_is_known_by_name_or_street_and_asked_for_where_several_fit(
    replica: Replica, shops: dict[str, str]
) -> None:
    def guess(summary: str, location: str = "") -> import_ics.Guess:
        return import_ics.guess(replica, import_ics.Appointment("x", 0, summary, location))

    assert guess("Visit BRAUEREI ADLER").sure == shops["Brauerei Adler"]
    assert guess("Coffee", "Hauptstr. 8, Kronach").sure == shops["Café Müller"]
    assert guess("Dentist") == import_ics.Guess("")
    unsure = guess("Adler or Müller")
    assert not unsure.sure
    assert set(unsure.others) >= {shops["Brauerei Adler"], shops["Café Müller"]}
    both = guess("Brauerei Adler and Hotel Post")
    assert set(both.others) == {shops["Brauerei Adler"], shops["Hotel Post"]}


def test_the_same_file_again_changes_nothing_and_a_later_one_moves(
    replica: Replica, shops: dict[str, str]
) -> None:
    found = read(replica, "google.ics")
    chosen = {one.visit_id: import_ics.guess(replica, one).sure for one in found}
    assert set(chosen.values()) == {shops["Brauerei Adler"], shops["Café Müller"]}
    assert import_ics.take(replica, chosen, found) == (5, 0)
    again = read(replica, "google.ics")
    assert again == found
    assert import_ics.take(replica, chosen, again) == (0, 0)
    later = (FILES / "google.ics").read_bytes().replace(b"20251014T0730", b"20251015T0730")
    assert import_ics.take(replica, chosen, import_ics.read(replica, later)) == (0, 1)
    assert replica.count(Activity, status="planned") == 5
    replica.undo()
    replica.undo()
    assert replica.count(Activity, status="planned") == 0


def test_what_is_done_or_cancelled_here_is_not_planned_again(
    replica: Replica, shops: dict[str, str]
) -> None:
    found = read(replica, "google.ics")[:1]
    chosen = {found[0].visit_id: shops["Brauerei Adler"]}
    import_ics.take(replica, chosen, found)
    (visit,) = replica.find(Activity)
    fieldwork.cancel(replica, visit)
    moved = [found[0]._replace(at=found[0].at + DAY)]
    assert import_ics.take(replica, chosen, moved) == (0, 0)


def test_our_own_file_comes_back_as_the_same_visits(
    replica: Replica, shops: dict[str, str]
) -> None:
    at = replica.now() + DAY
    visit = fieldwork.plan(replica, fieldwork.About(shops["Café Müller"]), at)
    replica.update(visit, note="Ask for; commas, and\nlines")
    data = export_ics.calendar(replica, replica.find(Activity))
    text = data.decode().replace("\r\n ", "")
    assert "SUMMARY:Visit: Café Müller" in text
    assert "GEO:50.24;11.33" in text
    assert f"DTSTART:{datetime.fromtimestamp(at / 1000, UTC):%Y%m%dT%H%M%SZ}" in text
    (found,) = import_ics.read(replica, data)
    assert (found.visit_id, found.at // 1000) == (visit.id, at // 1000)
    assert found.note == "Ask for; commas, and\nlines"
    assert import_ics.guess(replica, found).sure == shops["Café Müller"]


@pytest.mark.parametrize("data", [b"", b"Name;Town\nAdler;Kronach", b"BEGIN:VCALENDAR\nnonsense"])
def test_what_is_no_calendar_is_refused_in_a_sentence(replica: Replica, data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="no calendar"):
        import_ics.read(replica, data)


def test_what_comes_every_minute_is_taken_once(replica: Replica) -> None:
    data = (FILES / "thunderbird.ics").read_bytes().replace(
        b"RDATE:20251023T080000", b"RRULE:FREQ=MINUTELY"
    )  # fmt: skip
    assert len(import_ics.read(replica, data)) == 2
