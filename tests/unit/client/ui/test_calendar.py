from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import flet as ft

from client import fieldwork
from sync_protocol.records import Activity
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office

DAY = 86_400_000


def calendar(office: Office, *titles: str) -> bytes:
    """Appointments on the days to come."""
    events = [
        f"BEGIN:VEVENT\r\nUID:{place}@x\r\nDTSTART:"
        f"{datetime.fromtimestamp(office.now() / 1000 + 86_400 * (place + 1), UTC):%Y%m%dT%H%M%SZ}"
        f"\r\nSUMMARY:{title}\r\nEND:VEVENT\r\n"
        for place, title in enumerate(titles)
    ]
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{''.join(events)}END:VCALENDAR\r\n".encode()


async def pick(screen: Screen, data: bytes) -> None:
    action: Any = screen.all(ft.FilledTonalButton, within=screen.target("calendar-pick"))[0].action
    file = SimpleNamespace(name="x.ics", bytes=data, path=None)
    action.file_picker.on_result(SimpleNamespace(files=[file]))
    await screen.settle()


async def test_appointments_become_visits_once_it_is_said_whose_they_are(office: Office) -> None:
    while office.replica.index_some():
        pass
    data = calendar(office, "Visit Brauerei Adler", "Adler or Müller", "Dentist")
    async with opened(office.replica, "/calendar") as screen:
        await screen.until_target("calendar-pick")
        await pick(screen, data)
        await screen.until_says("Appointments (3)")
        assert screen.says("Plan 1")
        rows = [x for x in screen.identifiers() if x.startswith("appointment-")]
        assert screen.says("Not a visit")
        await screen.tap(rows[1])
        await screen.tap(f"whose-{office[1].id}")
        await screen.until_says("Plan 2")
        await screen.tap("calendar-take")
        await screen.until(lambda: screen.page.route == "/planner")
        planned = office.replica.find(Activity, status="planned", order_by="at")
        assert [x.account_id for x in planned] == [office[0].id, office[1].id]
        await screen.undo()
        await screen.until(lambda: not office.replica.find(Activity, status="planned"))


async def test_a_file_that_is_no_calendar_or_empty_says_so(office: Office) -> None:
    async with opened(office.replica, "/calendar") as screen:
        await screen.until_target("calendar-pick")
        await pick(screen, b"Name;Town")
        await screen.until_says("There is no calendar in this file.")
        await pick(screen, calendar(office))
        await screen.until_says("No appointments ahead")


async def test_planned_visits_are_saved_as_a_calendar_file(office: Office) -> None:
    fieldwork.plan(office.replica, fieldwork.About(office[0].id), office.now() + DAY)
    async with opened(office.replica, "/calendar") as screen:
        screen.session.apply_page_patch({"platform": "linux"})
        await screen.until_says("Save 1 visit")
        await screen.tap("calendar-save")
        await screen.until(lambda: screen.bar() == "visits.ics made, 1 visit")


async def test_where_nothing_is_planned_there_is_no_file_to_save_and_a_sentence_says_so(
    office: Office,
) -> None:
    async with opened(office.replica, "/calendar") as screen:
        await screen.until_says("You have no visits planned from now on")
        assert not screen.has("calendar-save")
