"""Where faults happen: a real server process on a store, and how to look at what it holds."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from client.replica import Replica
from server import admin
from server.app import create_domain
from server.domain.workspaces import Company
from server.store import tables
from sync_protocol import digest
from sync_protocol.errors import Unreachable
from sync_protocol.records import Account, Territory
from tests.integration.server.process import ServerProcess
from tests.integration.server.running import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.settings import Settings

SETTLES_WITHIN_S = 60


class Host(NamedTuple):
    """A server process on the store that `settings` names; it keeps its address through kills."""

    settings: Settings
    server: ServerProcess


class Place(NamedTuple):
    """A company of its own on a host; `folder` is for replicas."""

    folder: Path
    settings: Settings
    server: ServerProcess
    workspace: str
    email: str

    async def replica(self, name: str = "replica", address: str = "") -> Replica:
        """A replica of the administrator's, signed in at `address`, still empty if it is new."""
        path = str(self.folder / f"{name}.db")
        replica = await Replica.open(path, server=address or self.server.url)
        if replica.session is None:
            await replica.sign_in(self.email, PASSWORD)
        return replica

    async def fill(self, count: int) -> None:
        """Put that many accounts into one territory."""
        async with await self.replica("filler") as filler:
            north = filler.create(Territory(name="North"))
            with filler.changeset("Fill"):
                for number in range(count):
                    filler.create(Account(name=f"A{number}", territory_id=north.id, website=site()))
            await filler.sync()


def site() -> str:
    """An address that no compression makes small."""
    return f"https://{os.urandom(48).hex()}.example"


@contextmanager
def served(settings: Settings) -> Iterator[Host]:
    """A server process, killed when the block ends."""
    host = Host(settings, ServerProcess(settings))
    host.server.start()
    try:
        yield host
    finally:
        host.server.kill()


def place_on(host: Host, folder: Path) -> Place:
    """A new company: nothing of another test's is in it."""
    email = f"{folder.name}@acme.example".lower()
    domain = create_domain(host.settings)
    try:
        session = admin.set_up(domain, Company("Acme"), "Ada", email=email, password=PASSWORD)
    finally:
        domain.store.close()
    return Place(folder, *host, session.workspace, email)


async def settle(*replicas: Replica) -> None:
    """Sync through whatever is left of a fault until nobody has anything to say or to hear."""
    end = time.monotonic() + SETTLES_WITHIN_S
    for replica in (*replicas, *replicas):
        while not await got_through(replica):
            assert time.monotonic() < end, "it never got through"
            await asyncio.sleep(0.05)


async def got_through(replica: Replica) -> bool:
    """Whether a round came to its end; any other failure than a broken line is a bug."""
    with suppress(Unreachable):
        await replica.sync()
        return replica.pending() == []
    return False


def check_all_equal(place: Place, *replicas: Replica) -> None:
    """Everybody holds what the server holds, to the last cell, and nobody was refused anything."""
    domain = create_domain(place.settings)
    try:
        for replica in replicas:
            scopes = loaded_scopes(replica)
            held = domain.exchange.digests(place.workspace, scopes)
            assert replica.problems() == []
            assert replica.pending() == []
            assert {scope: replica.digest(scope) for scope in scopes} == held
            assert replica.digest() == sum(held.values()) % digest.MODULUS
    finally:
        domain.store.close()


def loaded_scopes(replica: Replica) -> list[str]:
    found = replica._connection.exec_driver_sql("SELECT name FROM scope WHERE loaded")
    return list(found.scalars())


def taken(place: Place) -> dict[int, list[int]]:
    """The numbers the server has taken in this company, by device, in order."""
    domain = create_domain(place.settings)
    try:
        with domain.store.read() as connection:
            table = tables.changeset
            rows = connection.execute(
                select(table.c.device_id, table.c.number)
                .where(table.c.workspace_id == place.workspace)
                .order_by(table.c.device_id, table.c.number)
            ).all()
    finally:
        domain.store.close()
    found: dict[int, list[int]] = {}
    for device, number in rows:
        found.setdefault(device, []).append(number)
    return found


def check_taken_once(place: Place, device: int, count: int) -> None:
    """The server has the device's numbers 1 to `count`, each once, with nothing between."""
    assert taken(place)[device] == list(range(1, count + 1))
