"""Where faults happen: a real server process on a store, and how to look at what it holds."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from client.replica import Replica
from server.app import create_domain
from sync_protocol import digest
from sync_protocol.errors import Unreachable
from sync_protocol.records import Account, Territory
from tests.integration.server.process import ServerProcess
from tests.integration.server.running import EMAIL, PASSWORD, set_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.settings import Settings

SETTLES_WITHIN_S = 60


class Place(NamedTuple):
    """`folder` is for replicas; `server` runs on the store that `settings` names."""

    folder: Path
    settings: Settings
    server: ServerProcess

    async def replica(self, name: str = "replica", address: str = "") -> Replica:
        """A replica of the administrator's, signed in at `address`, still empty."""
        path = str(self.folder / f"{name}.db")
        replica = await Replica.open(path, server=address or self.server.url)
        if replica.session is None:
            await replica.sign_in(EMAIL, PASSWORD)
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
def served(folder: Path, database_url: str) -> Iterator[Place]:
    """A server process on a new workspace, killed when the block ends."""
    settings = set_up(folder, database_url=database_url)
    place = Place(folder, settings, ServerProcess(settings))
    place.server.start()
    try:
        yield place
    finally:
        place.server.kill()


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
        (workspace,) = domain.workspaces.listed()
        for replica in replicas:
            scopes = loaded_scopes(replica)
            held = domain.exchange.digests(workspace.workspace_id, scopes)
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
    """The numbers the server has taken, by device, in order."""
    domain = create_domain(place.settings)
    try:
        with domain.store.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT device_id, number FROM changeset WHERE device_id != 0 ORDER BY 1, 2"
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
