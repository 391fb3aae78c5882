"""The task list and the page of one task."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import flet as ft

from client.ui import wording
from sync_protocol.records import Task, User
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from tests.unit.client.ui.office import Office


def today(office: Office) -> date:
    return wording.today(office.now(), "Europe/Berlin")


def task(office: Office, **fields: object) -> Task:
    made = Task(title="Send prices", account_id=office[0].id, **fields)  # type: ignore[arg-type]
    return office.replica.create(made)


async def test_the_list_shows_what_is_late_and_whom_it_is_about(office: Office) -> None:
    task(office, due=today(office) - timedelta(days=2))
    async with opened(office.replica, "/tasks") as screen:
        await screen.until_says("Overdue (1)")
        assert screen.says("Brauerei Adler")


async def test_mine_leaves_out_what_others_do(admins_office: Office) -> None:
    office = admins_office
    other = office.replica.create(User(name="Olga"))
    task(office, assignee_id=other.id)
    async with opened(office.replica, "/tasks") as screen:
        await screen.until_says("No open tasks")
        await screen.tap("whose-all")
        await screen.until_says("Some day (1)")
        assert screen.says("Olga, Brauerei Adler")


async def test_today_counts_the_overdue_tasks(office: Office) -> None:
    task(office, due=today(office) - timedelta(days=2))
    task(office, due=today(office))
    async with opened(office.replica) as screen:
        await screen.until_says("Tasks due (2)")
        assert "1 overdue" in screen.words(screen.target("all-tasks"))


async def test_a_repeated_task_says_when_it_comes_again_and_undo_takes_it_back(
    office: Office,
) -> None:
    made = task(office, due=today(office), repeat="FREQ=DAILY")
    async with opened(office.replica, f"/tasks/{made.id}") as screen:
        await screen.tap("task-done")
        assert screen.bar() == "Task done. Next: tomorrow"
        assert office.replica.count(Task) == 2
        await screen.undo()
        assert [found.id for found in office.replica.find(Task, done_at=None)] == [made.id]


async def test_everything_about_a_task_is_changed_by_a_tap(admins_office: Office) -> None:
    office = admins_office
    made = task(office, due=today(office))
    other = office.replica.create(User(name="Olga"))
    async with opened(office.replica, f"/tasks/{made.id}") as screen:
        for target in ("due-1", "remind-60", "priority-high", "repeat-FREQ=DAILY"):
            await screen.tap(target)
        dropdown = screen.all(ft.Dropdown, label="Who does it")[0]
        screen.session.apply_patch(dropdown._i, {"value": other.id})
        await screen.event(dropdown, "select", other.id)
    found = office.replica.find(Task)[0]
    assert (found.due, found.remind_min, found.priority, found.repeat, found.assignee_id) == (
        today(office) + timedelta(days=1), 60, "high", "FREQ=DAILY", other.id,
    )  # fmt: skip


async def test_a_rule_of_ones_own_is_checked_beside_its_field(office: Office) -> None:
    made = task(office, due=today(office))
    async with opened(office.replica, f"/tasks/{made.id}") as screen:
        await screen.tap("repeat-custom")
        await screen.type("Rule (RFC 5545)", "every other Tuesday")
        await screen.until_says("This is no rule that Fieldbook understands")
        await screen.type("Rule (RFC 5545)", "FREQ=MONTHLY;INTERVAL=3")
        await screen.until(lambda: office.replica.find(Task)[0].repeat == "FREQ=MONTHLY;INTERVAL=3")


async def test_a_task_keeps_its_title_when_that_is_emptied(office: Office) -> None:
    made = task(office)
    async with opened(office.replica, f"/tasks/{made.id}") as screen:
        await screen.type("What is to be done", "")
        await screen.until_says("A task needs a few words")
    assert office.replica.find(Task)[0].title == "Send prices"


async def test_a_reminder_shows_as_a_bar_that_opens_its_task(office: Office) -> None:
    made = task(office, due=today(office), time="15:00", remind_min=60)
    async with opened(office.replica) as screen:
        office.time_ms += 60 * 60_000
        office.replica.update(made, about="Touched")
        await screen.until(lambda: screen.bar() == "Reminder: Send prices")
        await screen.undo()
        assert screen.page.route == f"/tasks/{made.id}"


async def test_setting_a_reminder_says_where_it_will_show(office: Office) -> None:
    made = task(office, due=today(office) + timedelta(days=9))
    async with opened(office.replica, f"/tasks/{made.id}") as screen:
        await screen.tap("remind-60")
        await screen.until(lambda: screen.bar().startswith("Reminders show in Fieldbook"))
