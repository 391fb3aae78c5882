"""As long as a load is not complete, a replica says so, whether or not a round runs."""

from __future__ import annotations

import pytest

from client.sync import round as rounds
from sync_protocol.messages import Pull, Snapshot
from sync_protocol.records import Account, Contact, Territory
from tests.simulation.world import Phone, World, broken_off, command

pytestmark = pytest.mark.everywhere


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "PAGE_STATES", 20)


def filled(world: World) -> Phone:
    contacts = (
        Contact(id=world.office.id(), name=f"C{n}", account_id=world.shop.id) for n in range(60)
    )
    world.office.add(*contacts)
    return world.phone(world.rita)


@pytest.mark.parametrize(("request_", "at"), [(Snapshot, 2), (Pull, 1)])
def test_a_first_load_that_broke_off_is_not_complete_until_its_log_is_read(
    world: World, request_: type, at: int
) -> None:
    rita = filled(world)
    assert not rita.replica.loaded
    broken_off(world, rita, request_, at)
    assert not rita.replica.loaded
    rita.sync()
    assert rita.replica.loaded
    assert rita.replica.count(Contact) == 60


@pytest.mark.parametrize(("request_", "at"), [(Snapshot, 2), (Pull, 1)])
def test_a_fresh_copy_that_broke_off_is_not_complete_though_all_that_was_here_shows(
    world: World, request_: type, at: int
) -> None:
    rita = filled(world)
    rita.sync()
    command(world, rita, "resync")
    broken_off(world, rita, request_, at)
    assert rita.replica.count(Contact) == 60
    assert not rita.replica.loaded
    rita.sync()
    assert rita.replica.loaded


def test_a_territory_that_came_later_is_not_here_until_its_load_is_complete(world: World) -> None:
    rita = filled(world)
    north = Territory(id=world.office.id(), name="North", reps={world.rita.id: True})
    rita.sync()
    world.office.add(north)
    shops = (Account(id=world.office.id(), name=f"N{n}", territory_id=north.id) for n in range(40))
    world.office.add(*shops)
    broken_off(world, rita, Snapshot, 2)
    assert 1 < rita.replica.count(Account) < 41
    assert not rita.replica.loaded
    rita.sync()
    assert rita.replica.loaded
    assert rita.replica.count(Account) == 41
