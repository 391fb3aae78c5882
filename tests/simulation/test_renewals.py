"""Two devices, each without a signal, on the day a renewal is due."""

from __future__ import annotations

import pytest

from client import dealing
from sync_protocol.records import Closing, Deal, renewal_id
from tests.simulation.world import World, same

pytestmark = pytest.mark.everywhere


def test_two_devices_of_one_owner_open_one_renewal(world: World) -> None:
    office, first, second = (
        world.phone(world.olga), world.phone(world.rita), world.phone(world.rita),
    )  # fmt: skip
    for phone in (office, first, second):
        phone.sync()
    start = dealing.first_stage(first.replica, "sales")
    assert start is not None
    deal = first.replica.create(
        Deal(
            name="Supply", pipeline_id=start[0].id, stage_id=start[1], account_id=world.shop.id,
            closing=Closing(True, 1), term_ends=first.replica.moment.day(),
        )
    )  # fmt: skip
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
