"""Processes that are killed in the middle of what they do, for real."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from random import Random

from client.replica import Replica
from server.app import create_domain
from sync_protocol.errors import Unreachable
from sync_protocol.records import Contact
from tests.integration.server.process import ServerProcess
from tests.integration.server.running import EMAIL, PASSWORD, set_up

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
KILLS = 4
CONTACTS = 150


def test_what_a_killed_app_had_reported_as_saved_is_there(tmp_path: Path) -> None:
    path = str(tmp_path / "replica.db")
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, path], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        saved = [writer.stdout.readline().decode().strip() for _ in range(40)]
        writer.kill()
        writer.communicate()
        asyncio.run(check(path, saved))


async def check(path: str, saved: list[str]) -> None:
    async with await Replica.open(path) as replica:
        for contact_id in saved:
            contact = replica.get(Contact, contact_id)
            assert contact is not None
            assert contact.title == "Buyer"
        numbers = [changeset.number for changeset in replica.pending()]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) >= 2 * replica.count(Contact) - 1


def test_a_server_killed_again_and_again_during_pushes_takes_everything_once(
    tmp_path: Path,
) -> None:
    settings = set_up(tmp_path)
    server = ServerProcess(settings)
    server.start()
    try:
        asyncio.run(push_through_kills(server, str(tmp_path / "replica.db"), Random(1)))
    finally:
        server.kill()
    domain = create_domain(settings)
    (workspace,) = domain.workspaces.listed()
    with domain.store.read() as connection:
        taken = connection.exec_driver_sql(
            "SELECT device_id, count(*), count(DISTINCT number), max(number) FROM changeset "
            "WHERE device_id != 0 GROUP BY device_id"
        ).all()
    domain.store.close()
    assert workspace.sequence > CONTACTS
    assert [(row[1], row[2], row[3]) for row in taken] == [(CONTACTS, CONTACTS, CONTACTS)]


async def push_through_kills(server: ServerProcess, path: str, random: Random) -> None:
    async with await Replica.open(path, server=server.url) as replica:
        await replica.sign_in(EMAIL, PASSWORD)
        await replica.sync()
        for place in range(CONTACTS):
            replica.create(Contact(name=f"C{place}"))
        for _ in range(KILLS):
            round_ = asyncio.create_task(replica.sync())
            await asyncio.sleep(0.05 + random.random() / 5)
            await asyncio.to_thread(server.kill)
            with suppress(Unreachable):
                await round_
            await asyncio.to_thread(server.start)
        await settle(replica)
        assert replica.problems() == []
        assert replica.count(Contact) == CONTACTS


async def settle(replica: Replica) -> None:
    end = time.monotonic() + 60
    while replica.status().waiting:
        assert time.monotonic() < end
        with suppress(Unreachable):
            await replica.sync()
