"""A round's visits are made on several devices, each without a signal: there is one of each."""

from __future__ import annotations

import pytest

from client import fieldwork, rounds
from client.rounds import Typed
from sync_protocol.records import Activity, Notice
from tests.simulation.world import Phone, World, same

pytestmark = pytest.mark.everywhere
WEEK_MS = 7 * 86_400_000


def test_two_devices_of_one_rep_make_the_same_visits(world: World) -> None:
    office, first, second = (
        world.phone(world.olga), world.phone(world.rita), world.phone(world.rita),
    )  # fmt: skip
    for phone in (office, first, second):
        phone.sync()
    _round(office, world)
    world.settle()
    world.wait(WEEK_MS)
    assert rounds.make(first.replica) == rounds.make(second.replica) == 1
    assert rounds.make(office.replica) == 0
    world.settle()
    planned = [x.id for x in first.replica.find(Activity, status="planned", order_by="at")]
    assert len(planned) == len(set(planned)) >= 5
    for phone in (office, first, second):
        assert rounds.make(phone.replica) == 0
        assert phone.replica.problems() == []
        assert phone.replica.find(Notice) == []
    same(world)


@pytest.mark.parametrize("late_first", [True, False], ids=["late syncs first", "late syncs last"])
def test_a_visit_made_late_takes_back_nothing_of_what_was_done_with_it(
    world: World, *, late_first: bool
) -> None:
    phone, tablet = world.phone(world.rita), world.phone(world.rita)
    phone.sync(), tablet.sync()
    _round(phone, world)
    world.settle()
    world.wait(WEEK_MS)
    rounds.make(phone.replica)
    newest = phone.replica.find(Activity, status="planned", order_by="-at")[0]
    fieldwork.cancel(phone.replica, newest)
    world.wait(86_400_000)
    rounds.make(tablet.replica)
    for device in (tablet, phone) if late_first else (phone, tablet):
        device.sync()
    world.settle()
    for device in (phone, tablet):
        found = device.replica.get(Activity, newest.id)
        assert found is not None
        assert found.status == "cancelled"
    same(world)


def _round(phone: Phone, world: World) -> None:
    """A shop every week, on the weekday of today, by Rita."""
    today = phone.replica.moment.day()
    typed = Typed("Tour", (world.shop.id,), (today.weekday(),), assignee_id=world.rita.id)
    rounds.save(phone.replica, None, typed)
