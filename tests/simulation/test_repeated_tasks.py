"""A repeated task done on two devices at once comes again once."""

from __future__ import annotations

from datetime import date

import pytest

from client import tasks
from sync_protocol.records import Task
from tests.simulation.world import World, same

pytestmark = pytest.mark.everywhere


def test_a_repeated_task_done_on_two_devices_offline_comes_again_once(world: World) -> None:
    phone, tablet = world.phone(world.rita), world.phone(world.rita)
    phone.sync()
    phone.replica.create(
        Task(title="Report", due=date(2026, 3, 2), repeat="FREQ=WEEKLY", account_id=world.shop.id)
    )
    world.settle()
    for device in (phone, tablet):
        (task,) = device.replica.find(Task)
        tasks.complete(device.replica, task)
        world.wait(5_000)
    world.settle()
    for device in (phone, tablet):
        assert device.replica.count(Task, done_at=None) == 1
        assert device.replica.count(Task) == 2
    same(world)
