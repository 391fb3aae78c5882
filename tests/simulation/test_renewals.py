"""Several devices, each without a signal, from the day a renewal is due."""

from __future__ import annotations

from datetime import timedelta

import pytest

from client import dealing
from sync_protocol.records import Account, Closing, Deal, Money, Notice, renewal_id
from tests.simulation.world import Phone, World, same

pytestmark = pytest.mark.everywhere


def test_two_devices_of_one_owner_open_one_renewal(world: World) -> None:
    office, first, second = (
        world.phone(world.olga), world.phone(world.rita), world.phone(world.rita),
    )  # fmt: skip
    for phone in (office, first, second):
        phone.sync()
    deal = _won(first, world)
    world.settle()
    for phone in (first, second):
        (made,) = dealing.open_renewals(phone.replica)
        assert made.id == renewal_id(deal.id)
        world.wait(1_000)
    assert dealing.open_renewals(office.replica) == []
    world.settle()
    for phone in (office, first, second):
        assert [each.id for each in dealing.open_deals(phone.replica)] == [renewal_id(deal.id)]
        assert dealing.open_renewals(phone.replica) == []
        assert phone.replica.problems() == []
    same(world)


@pytest.mark.parametrize("late_first", [True, False], ids=["late syncs first", "late syncs last"])
def test_a_renewal_opened_late_takes_back_nothing_of_what_was_done_with_it(
    world: World, *, late_first: bool
) -> None:
    phone, tablet = world.phone(world.rita), world.phone(world.rita)
    phone.sync(), tablet.sync()
    deal = _won(phone, world)
    world.settle()
    (renewal,) = dealing.open_renewals(phone.replica)
    value = Money("900", "EUR")
    phone.replica.update(renewal, value=value, next_step="Call Rosa")
    world.wait(86_400_000)
    (opened,) = dealing.open_renewals(tablet.replica)
    tablet.replica.update(opened, about="Wants two years")
    for device in (tablet, phone) if late_first else (phone, tablet):
        device.sync()
    world.settle()
    for device in (phone, tablet):
        found = device.replica.get(Deal, renewal_id(deal.id))
        assert found is not None
        assert (found.value, found.next_step, found.about) == (
            value, "Call Rosa", "Wants two years",
        )  # fmt: skip
        assert device.replica.find(Notice) == []
    same(world)


def test_putting_a_clock_right_leaves_a_renewal_where_it_was_dated(world: World) -> None:
    phone, tablet = world.phone(world.rita), world.phone(world.rita)
    phone.sync(), tablet.sync()
    deal = _won(phone, world)
    world.settle()
    (renewal,) = dealing.open_renewals(phone.replica)
    phone.replica.update(renewal, next_step="Call Rosa")
    world.wait(86_400_000)
    tablet.offset_ms = -3_600_000
    tablet.replica.create(Account(name="New shop"))
    dealing.open_renewals(tablet.replica)
    phone.sync()
    world.settle()
    for device in (phone, tablet):
        (found,) = dealing.open_deals(device.replica, id=renewal_id(deal.id))
        assert found.next_step == "Call Rosa"
    same(world)


@pytest.mark.parametrize("first", [True, False], ids=["unsent alone", "unsent after others"])
def test_putting_a_slow_clock_right_leaves_a_renewal_of_this_morning_there(
    world: World, *, first: bool
) -> None:
    phone, tablet = world.phone(world.rita), world.phone(world.rita)
    phone.sync(), tablet.sync()
    ahead = phone.replica.settings.renewal_days
    deal = _won(phone, world, in_days=ahead + 1)
    world.settle()
    morning = phone.replica.moment.start_of(phone.replica.moment.day() + timedelta(days=1))
    world.wait(round(morning) - phone.replica.now() + 600_000)
    (renewal,) = dealing.open_renewals(phone.replica)
    phone.replica.update(renewal, next_step="Call Rosa")
    phone.sync()
    world.wait(3 * 3_600_000)
    tablet.offset_ms = -3_600_000
    if not first:
        tablet.replica.create(Account(name="New shop"))
    dealing.open_renewals(tablet.replica)
    world.settle()
    for device in (phone, tablet):
        (found,) = dealing.open_deals(device.replica, id=renewal_id(deal.id))
        assert found.next_step == "Call Rosa"
    same(world)


def _won(phone: Phone, world: World, in_days: int = 0) -> Deal:
    """A deal won long ago, whose term ends today or in some days."""
    start = dealing.first_stage(phone.replica, "sales")
    assert start is not None
    return phone.replica.create(
        Deal(
            name="Supply", pipeline_id=start[0].id, stage_id=start[1], account_id=world.shop.id,
            closing=Closing(True, 1),
            term_ends=phone.replica.moment.day() + timedelta(days=in_days),
        )
    )  # fmt: skip
