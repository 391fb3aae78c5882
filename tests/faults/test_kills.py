"""Processes that are killed in the middle of what they do, for real."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from contextlib import suppress
from random import Random
from typing import TYPE_CHECKING

import pytest

from client.replica import Replica
from sync_protocol.errors import Unreachable
from sync_protocol.records import Account, Contact
from tests.faults.place import check_all_equal, check_taken_once, settle
from tests.faults.proxy import Proxy

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.place import Place

WRITER = """
import asyncio, sys
from client.replica import Replica
from sync_protocol.records import Contact

async def write(path):
    replica = await Replica.open(path)
    for place in range(10_000):
        contact = replica.create(Contact(name=f"C{place}"))
        replica.update(contact, title="Buyer")
        print(contact.id, flush=True)

asyncio.run(write(sys.argv[1]))
"""
SYNCER = """
import asyncio, sys
from client.replica import Replica
from sync_protocol.records import Contact

async def work(path):
    replica = await Replica.open(path)
    print("ready", flush=True)
    while True:
        if replica.loaded:
            for _ in range(5):
                print(replica.create(Contact(name="Mine")).id, flush=True)
        await replica.sync()

asyncio.run(work(sys.argv[1]))
"""
"""A device that first loads, then writes and syncs without a pause."""
KILLS = 4
CONTACTS = 150


def test_what_a_killed_app_had_reported_as_saved_is_there(tmp_path: Path) -> None:
    path = str(tmp_path / "replica.db")
    for kills in range(1, 4):
        saved = run_and_kill(WRITER, path, lines=40)
        asyncio.run(check(path, saved, kills))


async def check(path: str, saved: list[str], kills: int) -> None:
    """Each contact was made and then titled; the app may have been killed between the two."""
    async with await Replica.open(path) as replica:
        for contact_id in saved:
            contact = replica.get(Contact, contact_id)
            assert contact is not None
            assert contact.title == "Buyer"
        numbers = [changeset.number for changeset in replica.pending()]
        assert numbers == list(range(1, len(numbers) + 1))
        made, titled = replica.count(Contact), replica.count(Contact, title="Buyer")
        assert len(numbers) == made + titled
        assert made - titled <= kills


async def test_an_app_killed_again_and_again_during_its_first_load_completes_it(
    place: Place,
) -> None:
    await place.fill(450)
    random, path = Random(3), str(place.folder / "phone.db")
    async with await place.replica("phone"):
        pass
    for _ in range(KILLS):
        run_and_kill(SYNCER, path, lines=1, after_s=random.random() / 2)
    async with await place.replica("phone") as phone:
        await settle(phone)
        assert phone.count(Account) == 450
        assert phone.rescued == ""
        check_all_equal(place, phone)


async def test_an_app_killed_again_and_again_in_its_rounds_loses_and_doubles_nothing(
    place: Place,
) -> None:
    random, path = Random(4), str(place.folder / "phone.db")
    async with await place.replica("phone") as phone:
        await phone.sync()
    saved: list[str] = []
    async with await place.replica("office") as office:
        for turn in range(KILLS):
            for number in range(40):
                office.create(Contact(name=f"Theirs {turn}.{number}"))
            await office.sync()
            lines = random.randrange(2, 40)
            saved += run_and_kill(SYNCER, path, lines=lines, after_s=random.random() / 20)[1:]
        async with await place.replica("phone") as phone:
            await settle(phone, office)
            assert {contact.id for contact in phone.find(Contact)} >= set(saved)
            check_all_equal(place, phone, office)
            written = phone.count(Contact, name="Mine")
            check_taken_once(place, phone.device, written)


async def test_a_server_killed_again_and_again_during_pushes_takes_everything_once(
    place: Place,
) -> None:
    random = Random(1)
    async with await place.replica() as replica:
        await replica.sync()
        for number in range(CONTACTS):
            replica.create(Contact(name=f"C{number}"))
        for _ in range(KILLS):
            round_ = asyncio.create_task(replica.sync())
            await asyncio.sleep(0.05 + random.random() / 5)
            await asyncio.to_thread(place.server.kill)
            with suppress(Unreachable):
                await round_
            await asyncio.to_thread(place.server.start)
        await settle(replica)
        assert replica.count(Contact) == CONTACTS
        check_taken_once(place, replica.device, CONTACTS)
        check_all_equal(place, replica)


@pytest.mark.parametrize("step", ["push", "snapshot"])
async def test_a_server_killed_between_its_commit_and_its_answer_has_one_effect(
    place: Place, step: str
) -> None:
    await place.fill(20)
    async with Proxy(place.server.port) as line:
        phone = await place.replica("phone", line.url)
        if step != "snapshot":
            await phone.sync()
        for number in range(3):
            phone.create(Contact(name=f"C{number}"))
        line.swallow_answer(f"/api/sync/{step}", then=place.server.kill)
        with pytest.raises(Unreachable):
            await phone.sync()
        await asyncio.to_thread(place.server.start)
        contact = phone.create(Contact(name="After the kill"))
        phone.update(contact, title="Buyer")
        await settle(phone)
        check_taken_once(place, phone.device, 5)
        check_all_equal(place, phone)
        await phone.close()


def run_and_kill(program: str, path: str, *, lines: int, after_s: float = 0.0) -> list[str]:
    """Run a program until it has said so many lines and a little longer; gives what it said."""
    running = subprocess.Popen([sys.executable, "-c", program, path], stdout=subprocess.PIPE)
    assert running.stdout is not None
    said = [running.stdout.readline().decode().strip() for _ in range(lines)]
    time.sleep(after_s)
    running.kill()
    rest, _ = running.communicate()
    return said + [line for line in rest.decode().splitlines() if len(line) == len(said[-1])]
