"""Ten devices that sync by themselves write all the time, and each loses its line again and again.

Time is virtual: a minute of theirs takes as long as the work in it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from client.store import meta
from client.sync.loop import SyncLoop
from sync_protocol.errors import Unreachable
from sync_protocol.records import Account, Contact
from sync_protocol.session import Session
from tests.simulation.virtual_time import VirtualLoop
from tests.simulation.world import Phone, World, same

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

pytestmark = pytest.mark.both_stores

DEVICES, CONTACTS = 10, 20
WRITING_S = 20.0
PAUSES_S = 0.25, 1.0
"""Ten devices with such pauses make 10 to 40 changes a second."""
LONGEST_PARTITION_S = 10.0
ON_THE_LINE_S = 0.03
HEALED_WITHIN_S = 15.0
TICK_S = 0.01


def test_ten_devices_in_and_out_of_partitions_agree_within_seconds_of_the_last(
    world: World,
) -> None:
    contacts = (
        Contact(id=world.office.id(), name=f"C{place}", account_id=world.shop.id)
        for place in range(CONTACTS)
    )
    world.office.add(*contacts)
    people = (world.rita, world.ben, world.olga, world.boss)
    phones = [world.phone(people[place % len(people)]) for place in range(DEVICES)]
    for phone in phones:
        phone.sync()
        _equip(world, phone)
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        made, took_s = runner.run(_live(world, phones))
    assert 10 <= made / WRITING_S <= 40
    assert took_s < HEALED_WITHIN_S
    assert not any(phone.replica.problems() for phone in phones)
    assert len({_read(phone) for phone in phones}) == 1
    assert sum(contact.name == "New" for contact in phones[0].replica.find(Contact)) > DEVICES
    same(world)


async def _live(world: World, phones: list[Phone]) -> tuple[int, float]:
    """How many changes were made, and how long after the last partition all was everywhere."""
    loops = [SyncLoop(phone.replica) for phone in phones]
    ticking = asyncio.create_task(_tick(world))
    for loop in loops:
        loop.start()
    now = asyncio.get_running_loop().time
    ends = now() + WRITING_S
    parting = [asyncio.create_task(_part(world, phone)) for phone in phones]
    made = await asyncio.gather(*(_write(world, phone, ends) for phone in phones))
    for task in parting:
        task.cancel()
    for phone in phones:
        phone.link.heal()
    healed = now()
    while not _agree(phones):
        assert now() < healed + 2 * HEALED_WITHIN_S, [len(p.replica.pending()) for p in phones]
        await asyncio.sleep(0.25)
    took_s = now() - healed
    for loop in loops:
        await loop.stop()
    ticking.cancel()
    return sum(made), took_s


async def _write(world: World, phone: Phone, ends: float) -> int:
    """Edit what others edit, too, and make something new now and then."""
    made, random = 0, world.random
    while asyncio.get_running_loop().time() < ends:
        await asyncio.sleep(random.uniform(*PAUSES_S))
        known = phone.replica.find(Contact, order_by="id")
        if made % 5:
            field = random.choice(("title", "about", "website"))
            value = f"https://example.com/{made}" if field == "website" else f"{made} {phone.path}"
            phone.replica.update(random.choice(known), **{field: value})
        else:
            phone.replica.create(Contact(name="New", account_id=world.shop.id))
        made += 1
    return made


async def _part(world: World, phone: Phone) -> None:
    """In and out, for up to ten seconds each."""
    while True:
        await asyncio.sleep(world.random.uniform(0, LONGEST_PARTITION_S))
        phone.link.cut()
        await asyncio.sleep(world.random.uniform(0, LONGEST_PARTITION_S))
        phone.link.heal()


async def _tick(world: World) -> None:
    """The server's clock, and so everybody's, goes with the loop's."""
    while True:
        await asyncio.sleep(TICK_S)
        world.wait(round(TICK_S * 1_000))


def _equip(world: World, phone: Phone) -> None:
    """A session, a line on which requests take a while, and the server's doorbell."""
    replica, carry = phone.replica, phone.link._carry
    with replica._database.transaction() as connection:
        known = Session("w", "Acme", replica.user_id, "somebody@acme.example", replica.device)
        meta.write(connection, "session", known)

    async def slow(request: object) -> object:
        await asyncio.sleep(ON_THE_LINE_S)
        answer = await carry(request)
        await asyncio.sleep(ON_THE_LINE_S)
        return answer

    async def doorbell() -> AsyncIterator[None]:
        heard = 0
        while True:
            if phone.link.loses_request:
                raise Unreachable("The line is cut.")
            if heard < len(world.office.accepted):
                heard = len(world.office.accepted)
                yield None
            await asyncio.sleep(ON_THE_LINE_S)

    phone.link._carry = slow  # type: ignore[method-assign]
    replica.doorbell = doorbell  # type: ignore[method-assign]


def _agree(phones: list[Phone]) -> bool:
    waiting = any(phone.replica.status().waiting for phone in phones)
    return not waiting and len({_read(phone) for phone in phones}) == 1


def _read(phone: Phone) -> tuple[object, ...]:
    """What the person at a device reads."""
    return tuple(_facts(phone.replica.find(Contact, order_by="id"))), tuple(
        account.name for account in phone.replica.find(Account, order_by="id")
    )


def _facts(contacts: list[Contact]) -> Iterator[tuple[str, ...]]:
    return ((c.id, c.name, c.title, c.about, c.website) for c in contacts)
