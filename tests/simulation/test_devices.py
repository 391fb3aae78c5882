"""What administrators can do to a device, and what it does with what it still holds."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from client.errors import Wiped
from sync_protocol.errors import (
    DeviceRevoked,
    Forbidden,
    NotFound,
    ProtocolBroken,
    SignInRequired,
    SyncError,
    TooManyAttempts,
    VersionMismatch,
)
from sync_protocol.messages import Push, Verdicts
from sync_protocol.records import Account, Contact, User
from sync_protocol.session import DeviceInfo
from tests.simulation.world import Phone, World, boss, command, same

pytestmark = pytest.mark.everywhere


def seen(world: World, phone: Phone) -> DeviceInfo:
    (info,) = [
        i for i in world.office.fleet.listed(boss(world)) if i.device == phone.replica.device
    ]
    return info


def test_a_device_to_be_wiped_hands_in_what_waits_and_is_gone(world: World) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    rita.replica.update(world.shop, about="Typed before the wipe")
    command(world, rita, "rescue")
    with pytest.raises(Wiped):
        rita.sync()
    assert not Path(rita.path).exists()
    world.phones.remove(rita)
    world.settle()
    assert olga.replica.find(Account)[0].about == "Typed before the wipe"
    assert seen(world, rita).wiped_ms is not None
    same(world)


def test_a_device_wiped_at_once_hands_in_nothing(world: World) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    rita.replica.update(world.shop, about="Never to be seen")
    command(world, rita, "wipe")
    with pytest.raises(DeviceRevoked):
        world.office.exchange.push(
            rita.link.session, Push(rita.replica.device, tuple(rita.replica.pending()))
        )
    with pytest.raises(Wiped):
        rita.sync()
    assert not Path(rita.path).exists()
    world.phones.remove(rita)
    world.settle()
    assert olga.replica.find(Account)[0].about == ""


def test_a_wipe_waits_for_the_network_as_long_as_something_is_to_be_handed_in(
    world: World,
) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    rita.replica.update(world.shop, about="Typed before the wipe")
    command(world, rita, "rescue")
    push = rita.link.push

    async def fail(request: Push) -> object:
        rita.link.push = push  # type: ignore[method-assign]
        rita.link.cut()
        return await push(request)

    rita.link.push = fail  # type: ignore[method-assign]
    assert not rita.try_sync()
    assert Path(rita.path).exists()
    assert len(rita.replica.pending()) == 1
    rita.link.heal()
    with pytest.raises(Wiped):
        rita.sync()
    world.phones.remove(rita)


@pytest.mark.parametrize("refusal", [TooManyAttempts, VersionMismatch, NotFound, ProtocolBroken])
def test_nothing_is_wiped_that_another_time_may_get_through(
    world: World, refusal: type[SyncError]
) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    rita.replica.update(world.shop, about="Typed before the wipe")
    command(world, rita, "rescue")
    push = rita.link.push

    async def refuse(_request: Push) -> Verdicts:
        raise refusal("Not now.")

    rita.link.push = refuse  # type: ignore[method-assign]
    with pytest.raises(refusal):
        rita.sync()
    rita.link.push = push  # type: ignore[method-assign]
    with pytest.raises(Wiped):
        rita.sync()
    world.phones.remove(rita)
    world.settle()
    assert olga.replica.find(Account)[0].about == "Typed before the wipe"


def test_a_device_told_to_fetches_everything_again_and_keeps_its_edits(world: World) -> None:
    rita = world.phone(world.rita)
    world.office.add(Contact(id=world.office.id(), name="Ada", account_id=world.shop.id))
    rita.sync()
    rita.replica.update(world.shop, about="Unsent")
    command(world, rita, "resync")
    report = rita.sync()
    assert report.loaded > 0
    assert rita.replica.find(Account)[0].about == "Unsent"
    assert rita.sync().loaded == 0
    same(world)


def test_the_list_of_devices_says_how_far_each_is_behind(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    world.office.add(Contact(id=world.office.id(), name="Ada", account_id=world.shop.id))
    assert seen(world, rita).lag >= 1
    world.wait(700_000)
    rita.sync()
    world.wait(700_000)
    rita.sync()
    info = seen(world, rita)
    assert (info.user, info.lag, info.locked) == (world.rita.id, 0, False)


def test_only_administrators_command_devices_and_not_their_own(world: World) -> None:
    rita = world.phone(world.rita)
    with pytest.raises(Forbidden):
        world.office.fleet.listed(rita.link.session)
    with pytest.raises(Forbidden):
        world.office.fleet.command(rita.link.session, rita.replica.device, "wipe")
    with pytest.raises(NotFound):
        world.office.fleet.command(boss(world), 12345, "lock")
    with pytest.raises(NotFound):
        world.office.fleet.command(boss(world), 0, "lock")
    admin = world.phone(world.boss)
    with pytest.raises(Forbidden):
        world.office.fleet.command(admin.link.session, admin.replica.device, "lock")


def test_a_user_who_is_switched_off_keeps_the_outbox(world: World) -> None:
    rita, admin = world.phone(world.rita), world.phone(world.boss)
    world.settle()
    rita.replica.update(world.shop, about="Typed meanwhile")
    admin.replica.update(world.rita, active=False)
    admin.sync()
    with pytest.raises(SignInRequired):
        rita.sync()
    assert len(rita.replica.pending()) == 1
    admin.replica.update(admin.replica.get(User, world.rita.id) or world.rita, active=True)
    admin.sync()
    world.settle()
    assert admin.replica.find(Account)[0].about == "Typed meanwhile"
    same(world)


def test_the_whole_history_of_a_record_is_fetched_on_demand(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    for about in ("One", "Two", "Three"):
        world.wait(1_000)
        rita.replica.update(world.shop, about=about)
        rita.sync()
    olga = world.phone(world.olga)
    olga.sync()
    shop = olga.replica.find(Account)[0]
    assert olga.replica.history(shop) == []
    told = asyncio.run(olga.replica.full_history(shop))
    written = [(w.before, w.value, w.user) for w in told if w.cell == "about"]
    assert written == [
        ("Two", "Three", world.rita.id),
        ("One", "Two", world.rita.id),
        (None, "One", world.rita.id),
    ]
    assert [w.value for w in told if w.cell == "name"] == ["Corner shop"]
    olga.replica.restore_value(next(w for w in told if w.value == "Two"))
    world.settle()
    assert rita.replica.find(Account)[0].about == "Two"


def test_nobody_reads_the_past_of_what_they_may_not_see(world: World) -> None:
    stranger = world.office.user()
    phone = world.phone(stranger)
    phone.sync()
    with pytest.raises(NotFound):
        asyncio.run(phone.replica.full_history(world.shop))


def test_conflicts_tell_who_overwrote_whom_in_ones_own_scopes(world: World) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    rita.replica.update(world.shop, about="Rita's")
    world.wait(5_000)
    olga.replica.update(world.shop, about="Olga's")
    olga.sync()
    world.settle()
    (conflict,) = asyncio.run(olga.replica.conflicts()).conflicts
    assert (conflict.title, conflict.lost.user, conflict.lost.cell) == (
        "Corner shop",
        world.rita.id,
        "about",
    )
    assert conflict.won is not None
    assert conflict.won.user == world.olga.id
    stranger = world.phone(world.office.user())
    stranger.sync()
    assert asyncio.run(stranger.replica.conflicts()).conflicts == ()


def test_conflicts_come_in_pages(world: World) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    for place in range(5):
        rita.replica.update(rita.replica.find(Account)[0], about=f"Rita {place}")
        world.wait(5_000)
        olga.replica.update(olga.replica.find(Account)[0], about=f"Olga {place}")
        world.settle()
    found, before = [], 0
    while True:
        page = asyncio.run(olga.replica.conflicts(before))
        found += [conflict.lost.sequence for conflict in page.conflicts]
        before = page.before
        if not before:
            break
    assert len(found) == len(set(found)) == 5
    assert found == sorted(found, reverse=True)


def test_a_device_that_is_locked_while_it_hands_in_keeps_what_waits(world: World) -> None:
    rita = world.phone(world.rita)
    world.settle()
    rita.replica.update(world.shop, about="Typed before the lock")
    command(world, rita, "rescue")
    push = rita.link.push

    async def locked_meanwhile(request: Push) -> Verdicts:
        command(world, rita, "lock")
        return await push(request)

    rita.link.push = locked_meanwhile  # type: ignore[method-assign]
    with pytest.raises(SignInRequired):
        rita.sync()
    assert [changeset.name for changeset in rita.replica.pending()] == ["Edit account"]
    world.phones.remove(rita)


def test_the_device_of_one_who_was_switched_off_is_wiped_all_the_same(world: World) -> None:
    rita, admin = world.phone(world.rita), world.phone(world.boss)
    world.settle()
    rita.replica.update(world.shop, about="Too late to be handed in")
    admin.replica.update(world.rita, active=False)
    admin.sync()
    command(world, rita, "rescue")
    with pytest.raises(Wiped):
        rita.sync()
    assert not Path(rita.path).exists()
    world.phones.remove(rita)
