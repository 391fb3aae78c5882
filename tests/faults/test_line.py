"""A line that is cut, held up or slow, between real replicas and a real server process."""

from __future__ import annotations

import asyncio
import time
from random import Random
from typing import TYPE_CHECKING

import pytest

from sync_protocol.errors import Unreachable
from sync_protocol.records import Account, Contact
from tests.faults.place import check_all_equal, check_taken_once, got_through, settle, site
from tests.faults.proxy import Proxy

if TYPE_CHECKING:
    from client.replica import Replica
    from tests.faults.place import Place

ACCOUNTS = 450
EDITS = 36
CUTS = 6


async def test_a_first_load_through_a_line_that_is_cut_again_and_again_is_complete(
    place: Place,
) -> None:
    await place.fill(ACCOUNTS)
    random = Random(1)
    async with Proxy(place.server.port) as line, await place.replica("phone", line.url) as phone:
        for cuts in range(1, CUTS + 1):
            line.cut(random.randrange(1_000, 9_000), "down")
            assert not await got_through(phone)
            assert line.broken == cuts
        line.heal()
        await settle(phone)
        assert phone.count(Account) == ACCOUNTS
        check_all_equal(place, phone)


async def test_edits_of_two_devices_pass_through_cuts_exactly_once(place: Place) -> None:
    await place.fill(20)
    random = Random(2)
    async with (
        Proxy(place.server.port) as line,
        await place.replica("ada", line.url) as ada,
        await place.replica("bob", line.url) as bob,
    ):
        await settle(ada, bob)
        for turn in range(CUTS):
            _edit(ada, f"Ada {turn}", random)
            _edit(bob, f"Bob {turn}", random)
            _cut_somewhere(line, random)
            await asyncio.gather(got_through(ada), got_through(bob))
        line.heal()
        await settle(ada, bob)
        assert line.broken >= 2
        assert ada.count(Contact) == 2 * CUTS * EDITS // CUTS
        assert ada.digest() == bob.digest()
        check_all_equal(place, ada, bob)
        for replica in (ada, bob):
            check_taken_once(place, replica.device, CUTS * (EDITS // CUTS + 1))


async def test_a_push_that_breaks_in_the_middle_of_its_body_goes_whole_the_next_time(
    place: Place,
) -> None:
    async with Proxy(place.server.port) as line, await place.replica("phone", line.url) as phone:
        await phone.sync()
        for number in range(60):
            phone.create(Contact(name=f"Contact {number}", title=site()))
        line.cut(3_000, "up")
        with pytest.raises(Unreachable):
            await phone.sync()
        assert line.broken == 1
        await phone.sync()
        check_taken_once(place, phone.device, 60)
        check_all_equal(place, phone)


async def test_a_page_that_breaks_in_the_middle_of_its_body_is_asked_for_again(
    place: Place,
) -> None:
    await place.fill(200)
    async with Proxy(place.server.port) as line, await place.replica("phone", line.url) as phone:
        line.cut(6_000, "down")
        with pytest.raises(Unreachable):
            await phone.sync()
        assert (line.broken, phone.loaded) == (1, False)
        await phone.sync()
        assert phone.count(Account) == 200
        check_all_equal(place, phone)


async def test_a_line_that_says_nothing_holds_up_no_write_and_goes_on_when_it_heals(
    place: Place,
) -> None:
    async with Proxy(place.server.port) as line, await place.replica("phone", line.url) as phone:
        await phone.sync()
        line.stall()
        phone.create(Contact(name="Before"))
        held = asyncio.create_task(phone.sync())
        await asyncio.sleep(0.3)
        began = time.monotonic()
        phone.create(Contact(name="Meanwhile"))
        assert time.monotonic() - began < 0.3
        assert not held.done()
        line.heal()
        await held
        await settle(phone)
        check_taken_once(place, phone.device, 2)


async def test_a_stalled_line_that_breaks_in_the_end_loses_nothing(place: Place) -> None:
    async with Proxy(place.server.port) as line, await place.replica("phone", line.url) as phone:
        await phone.sync()
        line.stall()
        phone.create(Contact(name="Held"))
        held = asyncio.create_task(phone.sync())
        await asyncio.sleep(0.3)
        await line.refuse()
        with pytest.raises(Unreachable):
            await held
        with pytest.raises(Unreachable):
            await phone.sync()
        line.heal()
        await settle(phone)
        check_taken_once(place, phone.device, 1)


async def test_a_slow_line_is_only_slow(place: Place) -> None:
    await place.fill(30)
    async with Proxy(place.server.port) as line, await place.replica("phone", line.url) as phone:
        line.delay(0.05)
        phone.create(Contact(name="Far away"))
        await phone.sync()
        check_taken_once(place, phone.device, 1)
        check_all_equal(place, phone)


async def test_an_answer_lost_after_the_commit_is_answered_the_same_again(place: Place) -> None:
    async with Proxy(place.server.port) as line, await place.replica("phone", line.url) as phone:
        await phone.sync()
        contact = phone.create(Contact(name="Once"))
        line.swallow_answer("/api/sync/push", then=lambda: None)
        with pytest.raises(Unreachable):
            await phone.sync()
        check_taken_once(place, phone.device, 1)
        phone.update(contact, title="After the lost answer")
        await settle(phone)
        check_taken_once(place, phone.device, 2)
        assert phone.status().problems == 0
        check_all_equal(place, phone)


def _cut_somewhere(line: Proxy, random: Random) -> None:
    if random.random() < 0.5:
        line.cut(random.randrange(1_500), "up")
    else:
        line.cut(random.randrange(15_000), "down")


def _edit(replica: Replica, name: str, random: Random) -> None:
    """Some new contacts, and an account that the other one edits too."""
    for number in range(EDITS // CUTS):
        replica.create(Contact(name=f"{name}.{number}"))
    replica.update(random.choice(replica.find(Account)), website=site())
