"""Logging: the taps it takes, what it writes, and what can be added or taken back afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from client import fieldwork
from sync_protocol.records import Account, Activity, Outcome, Task
from tests.unit.client.ui.harness import OFFICE, PHONE, opened
from tests.unit.client.ui.office import Office, open_office

if TYPE_CHECKING:
    from pathlib import Path

    from client.replica import Replica

HOUR_MS = 3_600_000


def only_activity(replica: Replica) -> Activity:
    (activity,) = replica.find(Activity)
    return activity


def outcome_of(replica: Replica, activity: Activity) -> str:
    assert activity.outcome is not None
    outcome = replica.get(Outcome, activity.outcome.outcome_id)
    assert outcome is not None
    return outcome.name


async def test_a_visit_that_was_not_planned_takes_three_taps(office: Office) -> None:
    async with opened(office.replica) as screen:
        await screen.choose("bottom-bar", 2)
        await screen.until_target(f"customer-{office[1].id}")
        await screen.tap(f"customer-{office[1].id}")
        await screen.until_target("visit-outcome-0")
        await screen.tap("visit-outcome-0")
        await screen.until_target("logged")
        assert screen.taps == 3
        assert screen.bar() == "Visit logged"
    visit = only_activity(office.replica)
    assert (visit.kind, visit.status, visit.account_id) == ("visit", "done", office[1].id)
    assert (visit.at, visit.ended_at) == (office.now(), office.now())
    assert visit.owner_id == office.replica.user_id
    assert outcome_of(office.replica, visit) == "Order placed"
    (waiting,) = office.replica.pending()
    assert waiting.name == "Log visit"


@pytest.mark.parametrize("size", [PHONE, (360.0, 640.0), (768.0, 1024.0)])
async def test_a_planned_visit_takes_two_taps_from_today(
    office: Office, size: tuple[float, float]
) -> None:
    planned = fieldwork.plan(office.replica, fieldwork.About(office[0].id), office.now() + HOUR_MS)
    async with opened(office.replica, size=size) as screen:
        await screen.tap(f"planned-{planned.id}")
        await screen.until_target("visit-outcome-1")
        await screen.tap("visit-outcome-1")
        await screen.until_target("logged")
        assert screen.taps == 2
    visit = only_activity(office.replica)
    assert (visit.id, visit.status) == (planned.id, "done")
    assert (visit.at, visit.ended_at) == (office.now(), office.now())
    assert outcome_of(office.replica, visit) == "Interested"


async def test_on_a_customers_page_the_plus_is_about_that_customer(office: Office) -> None:
    async with opened(office.replica, f"/accounts/{office[2].id}") as screen:
        await screen.choose("bottom-bar", 2)
        await screen.until_target("visit-outcome-2")
        await screen.tap("visit-outcome-2")
        await screen.until_target("logged")
        assert screen.taps == 2
    assert only_activity(office.replica).account_id == office[2].id


async def test_about_a_contact_the_visit_is_also_the_accounts(office: Office) -> None:
    async with opened(office.replica, f"/new/contacts/{office.contact.id}") as screen:
        await screen.tap("visit-outcome-0")
    visit = only_activity(office.replica)
    assert (visit.account_id, visit.contact_id) == (office[0].id, office.contact.id)


async def test_a_call_with_its_outcome_takes_three_taps(office: Office) -> None:
    async with opened(office.replica) as screen:
        await screen.choose("bottom-bar", 2)
        await screen.until_target(f"customer-{office[0].id}")
        await screen.tap(f"customer-{office[0].id}")
        await screen.until_target("call-outcome-1")
        await screen.tap("call-outcome-1")
        await screen.until_target("logged")
        assert screen.taps == 3
    assert only_activity(office.replica).kind == "call"


async def test_call_chosen_first_is_logged_by_the_tap_on_the_customer(office: Office) -> None:
    async with opened(office.replica) as screen:
        await screen.choose("bottom-bar", 2)
        await screen.until_target("kind-call")
        await screen.tap("kind-call")
        await screen.tap(f"customer-{office[0].id}")
        await screen.until_target("logged")
        assert screen.taps == 3
        await screen.tap("outcome-0")
    call = only_activity(office.replica)
    assert (call.kind, outcome_of(office.replica, call)) == ("call", "Order placed")


async def test_a_note_takes_three_taps_and_saves_as_it_is_typed(office: Office) -> None:
    async with opened(office.replica) as screen:
        await screen.choose("bottom-bar", 2)
        await screen.until_target("kind-note")
        await screen.tap("kind-note")
        await screen.tap(f"customer-{office[0].id}")
        await screen.until_target("note-done")
        assert screen.taps == 3
        await screen.type("Note", "Delivers")
        await screen.until_says("Saved")
        await screen.type("Note", "Delivers at the back door")
        await screen.tap("note-done")
        await screen.until(lambda: not screen.has("note-done"))
    note = only_activity(office.replica)
    assert (note.kind, note.note) == ("note", "Delivers at the back door")


async def test_without_outcomes_a_plain_done_saves_the_visit(tmp_path: Path) -> None:
    office = await open_office(tmp_path, outcomes=())
    async with opened(office.replica, f"/new/accounts/{office[0].id}") as screen:
        await screen.press("Done")
        await screen.until_target("logged")
    assert only_activity(office.replica).outcome is None
    await office.replica.close()


async def test_undo_takes_the_visit_back_with_the_note_typed_since(office: Office) -> None:
    async with opened(office.replica, f"/new/accounts/{office[0].id}") as screen:
        await screen.tap("visit-outcome-0")
        await screen.until_target("logged")
        await screen.type("Note", "Wants a sample")
        await screen.until_says("Saved")
        assert only_activity(office.replica).note == "Wants a sample"
        await screen.undo()
        await screen.until_says("This is not here any more")
        assert screen.bar() == "Undone: Log visit."
    assert office.replica.find(Activity) == []


async def test_undoing_a_planned_visit_plans_it_again(office: Office) -> None:
    planned = fieldwork.plan(office.replica, fieldwork.About(office[0].id), office.now() + HOUR_MS)
    async with opened(office.replica, f"/visit/{planned.id}") as screen:
        await screen.tap("visit-outcome-0")
        await screen.until_target("logged")
        await screen.undo()
        await screen.settle()
    assert only_activity(office.replica) == planned


async def test_a_follow_up_is_one_tap_on_a_day(office: Office) -> None:
    async with opened(office.replica, f"/new/accounts/{office[0].id}") as screen:
        await screen.tap("visit-outcome-0")
        await screen.until_target("follow-up-1")
        await screen.tap("follow-up-1")
        assert screen.bar() == "Task added for tomorrow"
        await screen.until_says("due tomorrow")
    (task,) = office.replica.find(Task)
    visit = only_activity(office.replica)
    assert (task.title, task.account_id, task.activity_id) == (
        "Follow up", office[0].id, visit.id,
    )  # fmt: skip
    assert task.assignee_id == office.replica.user_id


async def test_the_next_visit_is_one_tap_too(office: Office) -> None:
    async with opened(office.replica, f"/new/accounts/{office[0].id}") as screen:
        await screen.tap("visit-outcome-0")
        await screen.until_target("next-visit-14")
        await screen.tap("next-visit-14")
    (planned,) = office.replica.find(Activity, status="planned")
    days = (planned.at - office.now()) / 86_400_000
    assert 13 < days < 15


async def test_a_visit_logged_late_at_night_does_not_plan_the_next_one_there(
    office: Office,
) -> None:
    office.time_ms += 9 * HOUR_MS
    async with opened(office.replica, f"/new/accounts/{office[0].id}") as screen:
        await screen.tap("visit-outcome-0")
        await screen.until_target("next-visit-14")
        await screen.tap("next-visit-14")
        assert screen.bar().endswith(", 17:00")


async def test_a_task_without_a_title_is_asked_for_one_beside_its_field(office: Office) -> None:
    async with opened(office.replica, "/new/task") as screen:
        await screen.tap("task-0")
        await screen.until_says("Title is needed.")
        await screen.type("What is to be done", "Order brochures")
        await screen.tap("task-0")
        await screen.until(lambda: office.replica.find(Task))


async def test_planned_customers_come_first_then_recent_then_overdue(office: Office) -> None:
    fieldwork.plan(office.replica, fieldwork.About(office[2].id), office.now() + HOUR_MS)
    fieldwork.log(office.replica, "call", fieldwork.About(office[1].id))
    async with opened(office.replica, "/new") as screen:
        words = screen.words()
        order = ["Planned today", "Hotel Post", "Recent", "Café Müller", "Overdue",
                 "Brauerei Adler"]  # fmt: skip
        places = [words.index(word) for word in order]
        assert places == sorted(places)


async def test_search_finds_customers_and_their_people(office: Office) -> None:
    async with opened(office.replica, "/new", OFFICE) as screen:
        await screen.type("Search customers", "ada")
        await screen.until_says("Ada Byrne")
        assert not screen.says("Hotel Post")
        await screen.type("Search customers", "zzz")
        await screen.until_says("Nobody found")


async def test_the_outcome_and_the_note_can_be_changed_later(office: Office) -> None:
    visit = fieldwork.log(office.replica, "visit", fieldwork.About(office[0].id))
    async with opened(office.replica, f"/activities/{visit.id}") as screen:
        await screen.tap("outcome-2")
        await screen.type("Note", "Back next week")
        await screen.until_says("Saved")
        assert not screen.has("logged")
    changed = only_activity(office.replica)
    assert (outcome_of(office.replica, changed), changed.note) == ("Not in", "Back next week")


async def test_planning_a_visit_is_a_day_a_time_and_one_button(office: Office) -> None:
    async with opened(office.replica, f"/plan/{office[0].id}") as screen:
        await screen.tap("plan-day-1")
        await screen.tap("plan-time-9")
        await screen.tap("plan-save")
        assert screen.bar() == "Visit planned: Tomorrow, 09:00"
    visit = only_activity(office.replica)
    assert (visit.status, visit.account_id) == ("planned", office[0].id)
    assert office.replica.get(Account, visit.account_id) is not None


async def test_a_visit_that_does_not_take_place_leaves_today(office: Office) -> None:
    planned = fieldwork.plan(office.replica, fieldwork.About(office[0].id), office.now() + HOUR_MS)
    async with opened(office.replica, f"/visit/{planned.id}") as screen:
        await screen.tap("cancel-visit")
        await screen.until(lambda: screen.page.route == "/")
        assert not screen.has(f"planned-{planned.id}")
    assert only_activity(office.replica).status == "cancelled"
