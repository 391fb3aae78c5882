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


def test_doing_a_repeated_task_late_takes_back_nothing_of_what_was_done_with_the_next(
    world: World,
) -> None:
    phone, tablet = world.phone(world.rita), world.phone(world.rita)
    phone.sync()
    phone.replica.create(
        Task(title="Report", due=date(2026, 3, 2), repeat="FREQ=WEEKLY", account_id=world.shop.id)
    )
    world.settle()
    (task,) = phone.replica.find(Task)
    following = tasks.complete(phone.replica, task)
    assert following is not None
    tasks.postpone(phone.replica, following, date(2026, 3, 12))
    world.wait(60_000)
    tasks.complete(tablet.replica, task)
    world.settle()
    for device in (phone, tablet):
        (coming,) = device.replica.find(Task, done_at=None)
        assert (coming.id, coming.due) == (following.id, date(2026, 3, 12))
    same(world)


def test_one_undo_takes_back_the_doing_and_the_next(world: World) -> None:
    phone = world.phone(world.rita)
    phone.sync()
    task = phone.replica.create(Task(title="Report", due=date(2026, 3, 2), repeat="FREQ=WEEKLY"))
    world.settle()
    world.wait(170 * 86_400_000)
    phone.sync()
    world.wait(20 * 86_400_000)
    following = tasks.complete(phone.replica, task)
    assert following is not None
    phone.sync(), phone.sync()
    phone.replica.undo()
    assert [found.id for found in phone.replica.find(Task)] == [task.id]
    assert phone.replica.find(Task, done_at=None)
    assert tasks.complete(phone.replica, task) == phone.replica.get(Task, following.id)
