"""A visit while it lasts: what checking in finds, and what each act can be taken back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from client import fieldwork, visiting
from client.visiting import StillRunning
from sync_protocol.records import Activity
from tests.unit.client.ui.office import open_office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.unit.client.ui.office import Office

HOUR_MS = 3_600_000


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await open_office(tmp_path)
    yield office
    await office.replica.close()


def at(office: Office, place: int) -> fieldwork.About:
    return fieldwork.About(office[place].id)


async def test_checking_in_begins_a_visit_now(office: Office) -> None:
    visit = visiting.check_in(office.replica, at(office, 0))
    assert (visit.kind, visit.status, visit.at) == ("visit", "running", office.now())
    assert visiting.running(office.replica) == visit
    assert visit.owner_id == office.replica.user_id


async def test_the_visit_planned_for_today_is_the_one_that_begins(office: Office) -> None:
    later = fieldwork.plan(office.replica, at(office, 0), office.now() + 3 * HOUR_MS)
    begun = visiting.check_in(office.replica, at(office, 0))
    assert (begun.id, begun.at) == (later.id, office.now())


async def test_a_visit_planned_for_tomorrow_stays_planned(office: Office) -> None:
    tomorrow = fieldwork.plan(office.replica, at(office, 0), office.now() + 20 * HOUR_MS)
    begun = visiting.check_in(office.replica, at(office, 0))
    assert begun.id != tomorrow.id
    assert office.found(Activity, tomorrow.id).status == "planned"


async def test_one_visit_runs_at_a_time(office: Office) -> None:
    first = visiting.check_in(office.replica, at(office, 0))
    assert visiting.check_in(office.replica, at(office, 0)).id == first.id
    with pytest.raises(StillRunning):
        visiting.check_in(office.replica, at(office, 1))
    fieldwork.finish(office.replica, first)
    assert visiting.check_in(office.replica, at(office, 1)).account_id == office[1].id


async def test_finishing_keeps_when_it_began(office: Office) -> None:
    visit = visiting.check_in(office.replica, at(office, 0))
    began, office.time_ms = office.time_ms, office.time_ms + HOUR_MS
    done = fieldwork.finish(office.replica, visit)
    assert (done.status, done.at, done.ended_at) == ("done", began, office.now())


async def test_undoing_the_end_goes_back_to_the_running_visit(office: Office) -> None:
    visit = visiting.check_in(office.replica, at(office, 0))
    fieldwork.finish(office.replica, visit)
    office.replica.undo()
    assert visiting.running(office.replica) == visit
    office.replica.undo()
    assert visiting.running(office.replica) is None
    assert not office.replica.find(Activity)


async def test_undoing_the_check_in_plans_the_visit_again(office: Office) -> None:
    planned = fieldwork.plan(office.replica, at(office, 0), office.now() + HOUR_MS)
    visiting.begin(office.replica, planned)
    office.replica.undo()
    assert office.found(Activity, planned.id) == planned


async def test_of_two_that_two_devices_began_the_last_is_shown_then_the_other(
    office: Office,
) -> None:
    replica = office.replica
    earlier, latest = (
        replica.create(Activity(kind="visit", status="running", at=office.now() - ago * HOUR_MS,
                                account_id=office[ago].id, owner_id=replica.user_id))
        for ago in (2, 1)
    )  # fmt: skip
    assert visiting.running(replica) == latest
    fieldwork.finish(replica, latest)
    assert visiting.running(replica) == earlier


async def test_somebody_elses_visit_is_not_mine(office: Office) -> None:
    office.replica.create(
        Activity(kind="visit", status="running", at=office.now(), account_id=office[0].id,
                 owner_id=office.replica.new_id())
    )  # fmt: skip
    assert visiting.running(office.replica) is None


async def test_a_planned_or_running_visit_with_a_contact_is_at_the_account(office: Office) -> None:
    person = fieldwork.About(office[0].id, office.contact.id)
    visit = visiting.check_in(office.replica, person)
    assert visiting.running_with(office.replica, at(office, 0)) == visit
    assert visiting.running_with(office.replica, at(office, 1)) is None
