"""What it costs to hand a customer over, on the server and on the device that lets go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from sync_protocol.records import Account, Contact, Territory, User
from tests.simulation.world import Phone, World


@pytest.fixture
def admin(world: World) -> Phone:
    phone = world.phone(User(id=world.office.admin.user, name="Ada"))
    phone.sync()
    return phone


def test_the_work_of_a_move_grows_with_the_branch_and_not_with_the_workspace(
    world: World, admin: Phone
) -> None:
    """Counted in steps of SQLite's machine, on both sides, with ten times as many records."""
    north = Territory(id=world.office.id(), name="North", reps={world.ben.id: True})
    world.office.add(north)
    rita = world.phone(world.rita)
    costs = []
    for others in (40, 480):
        world.office.add(
            *(
                Account(id=world.office.id(), name="Other", territory_id=world.territory.id)
                for _ in range(others)
            )
        )
        moved = Account(id=world.office.id(), name="Moves", territory_id=world.territory.id)
        world.office.add(moved)
        world.office.add(
            *(Contact(id=world.office.id(), name="Along", account_id=moved.id) for _ in range(5))
        )
        world.settle()
        admin.replica.update(admin.replica.get(Account, moved.id) or moved, territory_id=north.id)
        with counted(world, rita) as steps:
            admin.sync()
            rita.sync()
        costs.append(steps())
        assert rita.replica.get(Account, moved.id) is None
    assert costs[1] < 1.2 * costs[0], costs


@contextmanager
def counted(world: World, phone: Phone) -> Iterator[Callable[[], int]]:
    """Counts what SQLite does for the server and for one phone."""
    count = 0

    def step() -> None:
        nonlocal count
        count += 1

    def watch(connection: Any, *_: object) -> None:
        connection.set_progress_handler(step, 1)

    world.office.store.engine.dispose()
    event.listen(world.office.store.engine, "connect", watch)
    local = phone.replica._database.connection.connection.dbapi_connection
    watch(local)
    yield lambda: count
    event.remove(world.office.store.engine, "connect", watch)
    local.set_progress_handler(None, 0)  # type: ignore[union-attr]
