from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import flet as ft

from client import cadence, fieldwork
from sync_protocol.records import Account, Activity, Cadence, Condition, Filter, Segment
from tests.unit.client.ui.harness import opened
from tests.unit.client.ui.office import open_office

if TYPE_CHECKING:
    from tests.unit.client.ui.office import Office

DAY = 86_400_000


def visited(office: Office, place: int, days_ago: int) -> Activity:
    at = office.now() - days_ago * DAY
    return office.replica.create(Activity(kind="visit", at=at, account_id=office[place].id))


async def test_a_manager_makes_a_cadence_and_sees_how_many_it_is_for(tmp_path: Path) -> None:
    office = await open_office(tmp_path, role="manager")
    async with office.replica as replica, opened(replica, "/cadences") as screen:
        assert screen.says("No cadences yet")
        await screen.tap("add")
        await screen.until_target("fits")
        assert screen.says("For every account: 3")
        await screen.tap("save")
        assert screen.says("Give it a name.")
        await screen.type("Name", "Everybody")
        await screen.tap("every-14")
        await screen.tap("save")
        await screen.until_says("Every 2 weeks - 3 accounts")
        (kept,) = replica.find(Cadence)
        await screen.tap(f"cadence-{kept.id}")
        await screen.type("Days between visits", "soon")
        await screen.tap("save")
        assert screen.says("Write a whole number of days")
        await screen.type("Days between visits", "10")
        await screen.tap("save")
        await screen.until_says("Every 10 days - 3 accounts")


async def test_a_cadence_is_for_the_accounts_of_a_segment(tmp_path: Path) -> None:
    office = await open_office(tmp_path, role="manager")
    async with office.replica as replica:
        big = Filter(conditions=(Condition("name", "contains", ("adler",)),), text="brau")
        segment = replica.create(Segment(name="Big ones", of="account", filter=big))
        async with opened(replica, "/cadences/new") as screen:
            await screen.type("Name", "Often")
            await screen.tap(f"segment-{segment.id}")
            await screen.until_says("Fits 1 account on this device")
            await screen.tap("save")
            await screen.until_says("Every 4 weeks - 1 account: Name contains adler")
        (kept,) = replica.find(Cadence)
        assert kept.filter == Filter(conditions=big.conditions)


async def test_a_cadence_cannot_depend_on_the_last_visit(tmp_path: Path) -> None:
    office = await open_office(tmp_path, role="manager")
    async with office.replica as replica:
        late = Filter(conditions=(Condition("overdue", "is", ("yes",)),))
        kept = replica.create(Cadence(name="Late ones", days=7, filter=late))
        async with opened(replica, f"/cadences/{kept.id}") as screen:
            await screen.tap("save")
            assert screen.says("How often to visit cannot depend on the last visit")
            await screen.tap("archive")
            await screen.until_says("Archived (1)")


async def test_a_rep_reads_the_cadences_and_changes_none(office: Office) -> None:
    async with opened(office.replica, "/cadences/new") as screen:
        assert screen.says("Managers, office staff and administrators can change it.")
        await screen.go("/cadences")
        await screen.until_says("No cadences yet")
        assert not screen.has("add")


async def test_an_accounts_page_says_when_it_is_due_and_takes_a_cadence_of_its_own(
    office: Office,
) -> None:
    visited(office, 0, 10)
    async with opened(office.replica, f"/accounts/{office[0].id}") as screen:
        await screen.until_target("cadence")
        assert any("In time: every 6 weeks" in x for x in screen.words(screen.target("cadence")))
        await screen.tap("cadence")
        await screen.tap("cadence-7")
        await screen.until_says("Overdue: every week")
        assert screen.bar() == "Visit cadence changed"
        await screen.undo()
        await screen.until_says("In time: every 6 weeks")
        await screen.tap("cadence")
        await screen.tap("cadence-0")
        await screen.until_says("Not to be visited regularly")


async def test_the_next_visit_is_proposed_from_the_cadence_and_planned_in_a_tap(
    office: Office,
) -> None:
    cadence.set_own(office.replica, office[0], 14)
    done = fieldwork.log(office.replica, "visit", fieldwork.About(office[0].id))
    async with opened(office.replica, f"/activities/{done.id}/logged") as screen:
        await screen.until_target("next-visit-proposed")
        assert screen.says("Every 2 weeks")
        await screen.tap("next-visit-proposed")
        await screen.until(lambda: not screen.has("next-visit-proposed"))
        (planned,) = office.replica.find(Activity, status="planned")
        assert planned.at // DAY - done.at // DAY in (12, 13, 14)


async def test_without_a_cadence_no_day_is_proposed(office: Office) -> None:
    account = office.replica.get(Account, office[0].id)
    assert account
    cadence.set_own(office.replica, account, 0)
    done = fieldwork.log(office.replica, "visit", fieldwork.About(office[0].id))
    async with opened(office.replica, f"/activities/{done.id}/logged") as screen:
        await screen.until_target("next-visit-28")
        assert not screen.has("next-visit-proposed")


async def test_who_is_due_soon_stands_between_the_overdue_and_the_never_visited(
    office: Office,
) -> None:
    for place, days_ago in ((0, 50), (1, 40)):
        visited(office, place, days_ago)
    async with opened(office.replica) as screen:
        words = screen.words()
        groups = ("Overdue (1)", "Due soon (1)", "Never visited (1)")
        assert sorted(groups, key=words.index) == list(groups)
        bars = [x for x in screen.all(ft.Container) if x.width == 6]
        assert len(bars) == 3
