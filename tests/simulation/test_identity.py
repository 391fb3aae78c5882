"""Clones of a replica, clocks that lie, and what was written before either was found out."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from client.errors import Wiped
from client.sync import round as client_round
from sync_protocol import clock, codec
from sync_protocol.errors import ServerFailed
from sync_protocol.messages import Hello, Push, Rekey, Rekeyed, Verdicts, Welcome
from sync_protocol.records import Account, Contact
from tests.simulation.world import World, command, same

pytestmark = pytest.mark.everywhere

HOUR = 3_600_000
YEAR = 365 * 24 * HOUR


def test_both_clones_keep_what_they_wrote(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    clone = world.copied(rita)
    assert clone.replica.device == rita.replica.device
    rita.replica.create(Contact(name="From the first", account_id=world.shop.id))
    rita.sync()
    clone.replica.create(Contact(name="From the clone", account_id=world.shop.id))
    clone.replica.update(world.shop, about="The clone was here")
    world.settle()
    assert clone.replica.device != rita.replica.device
    for phone in (rita, clone):
        names = {contact.name for contact in phone.replica.find(Contact)}
        assert names == {"From the first", "From the clone"}
    same(world)


def test_a_clone_found_out_between_two_batches_sends_nothing_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_round, "MAX_PUSH", 1)
    rita = world.phone(world.rita)
    world.settle()
    rita.replica.create(Contact(name="Before the copy", account_id=world.shop.id))
    rita.link.loses_next.add(Push)
    assert not rita.try_sync()
    clone = world.copied(rita)
    for phone, name in ((rita, "From the first"), (clone, "From the clone")):
        phone.replica.create(Contact(name=name, account_id=world.shop.id))
    push = clone.link.push

    async def and_then_the_other(request: Push) -> Verdicts:
        clone.link.push = push  # type: ignore[method-assign]
        answer = await push(request)
        await rita.replica.sync()
        return answer

    clone.link.push = and_then_the_other  # type: ignore[method-assign]
    assert clone.sync().sent == 2
    assert clone.replica.device != rita.replica.device
    rita.sync()
    same(world)


@pytest.mark.parametrize("first", ["the phone", "the clone"])
def test_a_clone_told_to_hand_in_what_waits_does_so_under_a_new_id(
    world: World, first: str
) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    clone = world.copied(rita)
    rita.replica.create(Contact(name="From the phone", account_id=world.shop.id))
    clone.replica.create(Contact(name="From the clone", account_id=world.shop.id))
    early, late = (rita, clone) if first == "the phone" else (clone, rita)
    early.sync()
    command(world, late, "rescue")
    with pytest.raises(Wiped):
        late.sync()
    assert not Path(late.path).exists()
    olga.sync()
    assert {c.name for c in olga.replica.find(Contact)} == {"From the phone", "From the clone"}
    world.phones.remove(late)


def test_what_a_clone_sent_is_not_taken_for_what_is_parked_under_its_number(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    clone = world.copied(rita)
    push = rita.link.push

    async def fail(request: Push) -> Verdicts:
        if b"poison" in codec.encode(request):
            raise ServerFailed("Something went wrong on the server.")
        return await push(request)

    rita.link.push = fail  # type: ignore[method-assign]
    rita.replica.update(world.shop, about="poison")
    with pytest.raises(ServerFailed):
        rita.sync()
    clone.replica.update(world.shop, about="The clone's")
    clone.sync()
    while not rita.replica.problems():
        with suppress(ServerFailed):
            rita.sync()
    assert rita.replica.problems()[0].parked
    world.settle()
    assert rita.replica.find(Account)[0].about == "The clone's"
    same(world)


def test_an_old_backup_finds_out_before_it_writes_anything(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    clone = world.copied(rita)
    rita.replica.update(world.shop, about="After the backup")
    rita.sync()
    assert clone.replica.pending() == []
    clone.sync()
    assert clone.replica.device != rita.replica.device
    assert clone.replica.find(Account)[0].about == "After the backup"
    same(world)


def test_a_clone_whose_new_id_was_answered_into_the_void_asks_again(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    clone = world.copied(rita)
    rita.replica.update(world.shop, about="First")
    rita.sync()
    clone.replica.update(world.shop, website="https://clone.example")
    clone.link.loses_next.add(Rekey)
    assert not clone.try_sync()
    world.settle()
    shop = clone.replica.find(Account)[0]
    assert (shop.about, shop.website) == ("First", "https://clone.example")
    assert len({phone.replica.device for phone in world.phones}) == 2
    same(world)


def test_a_clones_undo_takes_back_what_was_written_under_the_old_id(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    rita.replica.update(world.shop, about="Before the copy")
    rita.sync()
    clone = world.copied(rita)
    rita.replica.update(world.shop, website="https://rita.example")
    rita.sync()
    clone.sync()
    assert clone.replica.undo() is not None
    world.settle()
    assert rita.replica.find(Account)[0].about == ""
    same(world)


def test_edits_of_a_clock_that_was_ahead_are_put_right_before_they_are_sent(world: World) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    rita.offset_ms = YEAR
    rita.replica.update(world.shop, about="Rita, first")
    rita.replica.update(world.shop, about="Rita, then")
    world.wait(HOUR)
    olga.replica.update(world.shop, about="Olga, an hour later")
    olga.sync()
    rita.sync()
    times = [w.stamp.time for w in rita.replica.history(world.shop) if w.cell == "about"]
    assert len(times) == len(set(times)) == 3
    assert all(clock.millis(time) <= world.office.clock.now_ms for time in times)
    world.settle()
    assert rita.replica.find(Account)[0].about == "Olga, an hour later"
    same(world)


def test_edits_of_a_clock_that_was_behind_still_beat_what_their_author_had_seen(
    world: World,
) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    olga.replica.update(world.shop, about="Olga")
    world.settle()
    rita.offset_ms = -2 * HOUR
    rita.replica.update(rita.replica.find(Account)[0], about="Rita, who has read Olga's")
    world.settle()
    assert olga.replica.find(Account)[0].about == "Rita, who has read Olga's"
    same(world)


def test_a_clock_set_back_between_two_starts_never_takes_a_stamp_twice(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    rita.replica.update(world.shop, about="Before")
    rita.offset_ms = -2 * HOUR
    asyncio.run(rita.restart(world))
    rita.replica.update(world.shop, about="After")
    first, second = (changeset.time for changeset in rita.replica.pending())
    assert first < second
    world.settle()
    assert rita.replica.find(Account)[0].about == "After"
    same(world)


def test_what_was_sent_keeps_its_bytes_when_the_clock_is_put_right(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    rita.replica.update(world.shop, about="Sent, and the answer lost")
    rita.link.loses_next.add(Push)
    assert not rita.try_sync()
    rita.offset_ms = YEAR
    rita.replica.update(rita.replica.find(Account)[0], website="https://later.example")
    world.settle()
    shop = rita.replica.find(Account)[0]
    assert (shop.about, shop.website) == (
        "Sent, and the answer lost",
        "https://later.example",
    )
    assert rita.replica.device == world.phones[0].link.session.device
    same(world)


def test_a_server_whose_clock_jumps_never_makes_a_device_use_a_stamp_twice(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    push = rita.link.push

    async def jump(request: Push) -> Verdicts:
        rita.link.push = push  # type: ignore[method-assign]
        world.wait(-HOUR)
        return await push(request)

    rita.link.push = jump  # type: ignore[method-assign]
    rita.replica.update(world.shop, about="One")
    rita.sync()
    for about in ("Two", "Three", "Four"):
        rita.replica.update(world.shop, about=about)
    world.settle()
    written = [w for w in rita.replica.history(world.shop) if w.cell == "about"]
    assert [w.value for w in written] == ["Four", "Three", "Two", "One"]
    assert len({w.stamp for w in written}) == 4
    same(world)


def test_what_is_typed_while_a_clone_gets_its_new_id_goes_out_under_it(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    clone = world.copied(rita)
    rita.replica.update(world.shop, about="First")
    rita.sync()
    rekey = clone.link.rekey

    async def type_meanwhile(request: Rekey) -> Rekeyed:
        answer = await rekey(request)
        hello = clone.link.hello

        async def then(hello_request: Hello) -> Welcome:
            clone.link.hello = hello  # type: ignore[method-assign]
            clone.replica.update(world.shop, website="https://typed.example")
            return await hello(hello_request)

        clone.link.hello = then  # type: ignore[method-assign]
        return answer

    clone.link.rekey = type_meanwhile  # type: ignore[method-assign]
    clone.sync()
    world.settle()
    assert clone.replica.problems() == []
    assert rita.replica.find(Account)[0].website == "https://typed.example"
    same(world)


def test_an_answer_that_was_slept_over_says_nothing_of_the_clock(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    rita.replica.update(world.shop, about="Typed now")
    typed = rita.replica.pending()[0].time
    hello = rita.link.hello

    async def sleep_over(request: Hello) -> Welcome:
        answer = await hello(request)
        world.wait(20 * 60_000)
        rita.link.hello = hello  # type: ignore[method-assign]
        return answer

    rita.link.hello = sleep_over  # type: ignore[method-assign]
    rita.sync()
    (written,) = [w for w in rita.replica.history(world.shop) if w.cell == "about"]
    assert written.stamp.time == typed
    world.settle()
    same(world)
