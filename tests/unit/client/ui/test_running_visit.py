"""A visit from checking in to its end: the banner, the taps, what it leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import fieldwork, visiting
from client.replica import Replica
from sync_protocol.records import Activity, Purpose
from tests.unit.client.ui.harness import OFFICE, opened

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.client.ui.office import Office

HOUR_MS = 3_600_000


def only_activity(replica: Replica) -> Activity:
    (activity,) = replica.find(Activity)
    return activity


async def test_check_in_from_the_card_and_an_outcome_are_two_taps(office: Office) -> None:
    planned = fieldwork.plan(office.replica, fieldwork.About(office[0].id), office.now() + HOUR_MS)
    async with opened(office.replica) as screen:
        await screen.tap(f"arrive-{planned.id}")
        await screen.until_says("Running since")
        office.time_ms += HOUR_MS
        await screen.tap("visit-outcome-0")
        await screen.until_target("logged")
        assert screen.taps == 2
    visit = only_activity(office.replica)
    assert (visit.id, visit.status) == (planned.id, "done")
    assert visit.ended_at == visit.at + HOUR_MS


async def test_checking_in_lays_no_bar_over_the_outcomes_and_is_undone_where_it_shows(
    office: Office,
) -> None:
    planned = fieldwork.plan(office.replica, fieldwork.About(office[0].id), office.now() + HOUR_MS)
    async with opened(office.replica) as screen:
        await screen.tap(f"arrive-{planned.id}")
        await screen.until_says("Running since")
        assert not screen.all(ft.SnackBar)
        await screen.tap("undo-check-in")
        await screen.until_says("Going in now?")
    assert only_activity(office.replica).status == "planned"


async def test_a_visit_begun_in_another_session_is_cancelled_not_undone(office: Office) -> None:
    visit = visiting.check_in(office.replica, fieldwork.About(office[0].id))
    async with opened(office.replica, f"/visit/{visit.id}") as screen:
        await screen.until_target("cancel-visit")
        assert not screen.has("undo-check-in")


async def test_check_in_from_the_plus_is_three_taps(office: Office) -> None:
    async with opened(office.replica) as screen:
        await screen.choose("bottom-bar", 2)
        await screen.until_target(f"customer-{office[1].id}")
        await screen.tap(f"customer-{office[1].id}")
        await screen.until_target("arrive")
        await screen.tap("arrive")
        await screen.until_says("Running since")
        assert screen.taps == 3
    assert only_activity(office.replica).status == "running"


async def test_check_in_from_the_customers_page_is_one_tap(office: Office) -> None:
    async with opened(office.replica, f"/contacts/{office.contact.id}") as screen:
        await screen.until_target("check-in")
        await screen.tap("check-in")
        await screen.until_says("Running since")
        assert screen.taps == 1
    visit = only_activity(office.replica)
    assert (visit.account_id, visit.contact_id) == (office[0].id, office.contact.id)


async def test_the_running_visit_is_on_every_screen_and_leads_back(office: Office) -> None:
    visit = visiting.check_in(office.replica, fieldwork.About(office[0].id))
    for route in ("/", "/contacts", "/more", f"/accounts/{office[1].id}"):
        async with opened(office.replica, route) as screen:
            await screen.until_says("At Brauerei Adler since 14:00")
    async with opened(office.replica, "/deals", OFFICE) as screen:
        await screen.tap("running")
        await screen.until_says("Running since 14:00")
        assert not screen.has("running")
        assert screen.page.route == f"/visit/{visit.id}"


async def test_the_running_visit_is_not_offered_once_more_among_the_planned(office: Office) -> None:
    running = fieldwork.plan(office.replica, fieldwork.About(office[0].id), office.now())
    later = fieldwork.plan(office.replica, fieldwork.About(office[1].id), office.now() + HOUR_MS)
    visiting.begin(office.replica, running)
    async with opened(office.replica) as screen:
        await screen.until_target(f"planned-{later.id}")
        assert not screen.has(f"planned-{running.id}")


async def test_the_running_visit_is_there_again_after_a_restart(
    office: Office, tmp_path: Path
) -> None:
    visiting.check_in(office.replica, fieldwork.About(office[0].id))
    await office.replica.close()
    office.replica = await Replica.open(str(tmp_path / "replica.db"), now=office.now)
    async with opened(office.replica) as screen:
        await screen.until_says("At Brauerei Adler since 14:00")


async def test_who_is_still_elsewhere_is_told_so_and_led_there(office: Office) -> None:
    visit = visiting.check_in(office.replica, fieldwork.About(office[0].id))
    async with opened(office.replica, f"/accounts/{office[1].id}") as screen:
        await screen.until_target("check-in")
        await screen.tap("check-in")
        assert "You are still at Brauerei Adler" in screen.bar()
        await screen.undo()  # the bar's action, here Resume
        await screen.until(lambda: screen.page.route == f"/visit/{visit.id}")
    assert only_activity(office.replica) == visit


async def test_an_outcome_from_the_plus_finishes_the_visit_that_runs(office: Office) -> None:
    visit = visiting.check_in(office.replica, fieldwork.About(office[0].id))
    async with opened(office.replica, f"/new/accounts/{office[0].id}") as screen:
        await screen.tap("visit-outcome-0")
        await screen.until_target("logged")
    assert only_activity(office.replica).id == visit.id


async def test_what_is_typed_in_a_running_visit_is_saved_as_it_is_typed(office: Office) -> None:
    visit = visiting.check_in(office.replica, fieldwork.About(office[0].id))
    async with opened(office.replica, f"/visit/{visit.id}") as screen:
        await screen.type("Note", "Two pallets of Helles")
        await screen.until_says("Saved")
    assert only_activity(office.replica).note == "Two pallets of Helles"


async def test_a_running_visit_is_cancelled_and_the_banner_goes(office: Office) -> None:
    visit = visiting.check_in(office.replica, fieldwork.About(office[0].id))
    async with opened(office.replica, f"/visit/{visit.id}") as screen:
        await screen.tap("cancel-visit")
        await screen.until(lambda: screen.page.route == "/")
        assert screen.bar() == "Visit cancelled"
        await screen.until(lambda: not screen.has("running"))
        await screen.undo()
        await screen.until_target("running")


async def test_a_purpose_is_tapped_on_and_off(admins_office: Office) -> None:
    office = admins_office
    order = office.replica.create(Purpose(name="Order", colour="#1a7f37"))
    visit = visiting.check_in(office.replica, fieldwork.About(office[0].id))
    async with opened(office.replica, f"/visit/{visit.id}") as screen:
        await screen.tap("purpose-0")
        await screen.until(lambda: only_activity(office.replica).purpose_id == order.id)
        await screen.until(lambda: screen.target("purpose-0").selected)
        await screen.tap("purpose-0")
        assert not only_activity(office.replica).purpose_id


async def test_the_office_names_the_purposes(admins_office: Office) -> None:
    async with opened(admins_office.replica, "/purposes/new") as screen:
        await screen.type("Name", "Complaint")
        await screen.tap("save")
        await screen.until_says("Complaint")
    (purpose,) = admins_office.replica.find(Purpose)
    assert (purpose.name, purpose.place) == ("Complaint", 0)
