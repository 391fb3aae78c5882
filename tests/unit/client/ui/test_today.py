"""Today: what is urgent, sorted; and what stands there when nothing is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import flet as ft

from client import fieldwork, first_day
from client.replica import Replica
from client.store import incoming, meta
from client.sync.round import Progress
from client.ui.views.today import read_day
from sync_protocol.records import Account, Activity, Task, Territory, User
from sync_protocol.session import Session
from tests.unit.client.ui.harness import OFFICE, opened
from tests.unit.client.ui.office import open_office

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.client.ui.office import Office

DAY_MS = 86_400_000


async def test_customers_are_overdue_after_six_weeks_and_those_never_visited_apart(
    office: Office,
) -> None:
    replica = office.replica
    for account, days in ((office[0], 50), (office[1], 10)):
        replica.create(
            Activity(kind="visit", at=office.now() - days * DAY_MS, account_id=account.id)
        )
    day = read_day(replica)
    overdue, soon, never = day.groups
    assert [customer.name for customer in overdue.customers] == ["Brauerei Adler"]
    assert not soon.customers
    assert [customer.name for customer in never.customers] == ["Hotel Post"]


async def test_a_missed_visit_of_yesterday_still_shows(office: Office) -> None:
    fieldwork.plan(office.replica, fieldwork.About(office[0].id), office.now() - DAY_MS)
    async with opened(office.replica) as screen:
        assert screen.says("Planned visits (1)")
        assert "Yesterday" in screen.words()


async def test_a_task_is_ticked_off_and_can_be_undone(office: Office) -> None:
    task = office.replica.create(
        Task(title="Send price list", due=date(2000, 1, 1), account_id=office[1].id)
    )
    async with opened(office.replica) as screen:
        assert screen.says("Café Müller")
        box = screen.all(ft.Checkbox, within=screen.target(f"task-{task.id}"))[0]
        await screen.event(box, "change", "true")
        assert screen.bar() == "Task done"
        await screen.until(lambda: not screen.has(f"task-{task.id}"))
        await screen.undo()
        await screen.until_target(f"task-{task.id}")


async def test_without_a_planned_visit_the_way_to_log_one_is_offered(office: Office) -> None:
    async with opened(office.replica) as screen:
        await screen.tap("log")
        await screen.until(lambda: screen.page.route == "/new")


async def test_an_empty_day_says_what_belongs_here(office: Office) -> None:
    for account in office.replica.find(Account):
        office.replica.delete(account)
    first_day.put_away(office.replica)
    async with opened(office.replica) as screen:
        assert screen.says("Nothing planned for today")


async def test_before_the_first_load_it_says_that_it_is_fetching(tmp_path: Path) -> None:
    async with await Replica.open(str(tmp_path / "new.db")) as replica:
        with replica._database.transaction() as connection:
            meta.write(connection, "session", Session("w", "W", "u", "u@example.com", 1))
        async with opened(replica) as screen:
            assert screen.says("Fetching your customers for the first time")


async def test_during_the_first_load_no_half_truths_are_told(office: Office) -> None:
    replica = office.replica
    incoming.begin_reload(replica._database)
    replica._loading = Progress(40, 100)
    async with opened(replica) as screen:
        assert screen.says("Fetching your customers for the first time: 40 of 100")
        assert not screen.says("Never visited (3)")


async def test_a_rep_sees_customers_and_no_regions(office: Office) -> None:
    day = read_day(office.replica)
    assert (day.groups[-1].total, day.regions) == (3, ())


async def test_who_visits_nobody_sees_a_line_per_territory(tmp_path: Path) -> None:
    office = await open_office(tmp_path, role="admin")
    async with office.replica as replica:
        (territory,) = replica.find(Territory)
        replica.update(territory, reps={})
        rep = replica.create(User(name="Lena Huber", role="rep"))
        replica.update(territory, reps={rep.id: True})
        seen = Activity(kind="visit", at=office.now() - 50 * DAY_MS, account_id=office[0].id)
        replica.create(seen)
        async with opened(replica, size=OFFICE) as screen:
            assert screen.says("Lena Huber - 1 overdue, 2 never visited")
            assert not screen.says("Overdue (1)")
            await screen.tap(f"region-{territory.id}")
            await screen.until(lambda: screen.page.route == "/accounts")
            assert screen.has("sort-last_visit")


async def test_an_administrator_with_a_territory_sees_only_its_customers(tmp_path: Path) -> None:
    office = await open_office(tmp_path, role="admin")
    async with office.replica as replica:
        north = replica.create(Territory(name="North"))
        replica.create(Account(name="Zum Anker", territory_id=north.id))
        assert read_day(replica).groups[-1].total == 3


async def test_what_a_visit_is_for_is_told_before_it(office: Office) -> None:
    visit = fieldwork.plan(office.replica, fieldwork.About(office[0].id), office.now())
    office.replica.update(visit, note="Show the winter assortment.")
    async with opened(office.replica) as screen:
        assert screen.says("Show the winter assortment.")
        await screen.tap(f"planned-{visit.id}")
        await screen.until_target("purpose")
        assert screen.says("Show the winter assortment.")


async def test_the_days_to_come_and_who_is_near_are_a_tap_away(office: Office) -> None:
    async with opened(office.replica) as screen:
        await screen.tap("open-planner")
        await screen.until(lambda: screen.page.route == "/planner")
        await screen.go("/")
        await screen.tap("open-near")
        await screen.until(lambda: screen.page.route == "/near")


async def test_in_large_text_the_time_of_a_visit_stands_above_the_name(office: Office) -> None:
    visit = fieldwork.plan(office.replica, fieldwork.About(office[0].id), office.now())
    async with opened(office.replica) as screen:

        def beside() -> bool:
            card = screen.target(f"planned-{visit.id}").content
            return isinstance(card.content.controls[0].controls[1], ft.Column) and (
                len(card.content.controls[0].controls) == 3
            )

        await screen.until_target(f"planned-{visit.id}")
        assert beside()
        await screen.with_text(200)
        await screen.until(lambda: not beside())
        assert screen.says(office[0].name)
