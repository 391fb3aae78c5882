"""Two server processes behind one address and before one PostgreSQL, killed again and again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path
from random import Random

import pytest

from client.replica import Replica
from client.sync.loop import Phase, SyncLoop
from server.app import create_domain
from server.settings import Settings
from sync_protocol.records import Contact
from tests.integration.server.balancer import balanced
from tests.integration.server.process import ServerProcess
from tests.integration.server.running import EMAIL, PASSWORD, Browser, set_up
from tests.integration.server.streams import listening, push
from tests.postgres import Postgres

DEVICES, KILLS = 3, 3


@pytest.fixture
def settings(postgres: Postgres, tmp_path: Path) -> Iterator[Settings]:
    with postgres.database() as url:
        yield set_up(tmp_path, database_url=url)


@pytest.fixture
def servers(settings: Settings) -> Iterator[tuple[ServerProcess, ServerProcess]]:
    pair = ServerProcess(settings), ServerProcess(settings)
    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        for server in pair:
            stack.callback(server.kill)
        list(pool.map(ServerProcess.start, pair))
        yield pair


@asynccontextmanager
async def app(address: str, path: Path) -> AsyncIterator[SyncLoop]:
    """A replica that syncs by itself."""
    async with await Replica.open(str(path), server=address) as replica:
        await replica.sign_in(EMAIL, PASSWORD)
        loop = SyncLoop(replica)
        loop.start()
        try:
            await until(lambda: loop.phase is Phase.IDLE)
            yield loop
        finally:
            await loop.stop()


async def until(holds: Callable[[], object], within_s: float = 30) -> None:
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end, "it never came true"
        await asyncio.sleep(0.02)


async def write(replica: Replica, random: Random, killing: asyncio.Task[None]) -> int:
    """Write as long as servers are killed; how many contacts it made."""
    made = 0
    while not killing.done():
        replica.create(Contact(name=f"C{made}"))
        made += 1
        await asyncio.sleep(random.random() / 4)
    return made


def ask(loops: list[SyncLoop]) -> None:
    """What a person does who does not want to wait for the next try."""
    for loop in loops:
        loop.ask()


async def kill(servers: tuple[ServerProcess, ...], random: Random) -> None:
    """One after the other, so that somebody is always there."""
    for number in range(KILLS):
        await asyncio.sleep(random.random() / 2)
        server = servers[number % len(servers)]
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)


async def test_what_many_devices_write_through_two_servers_survives_every_kill(
    servers: tuple[ServerProcess, ServerProcess], settings: Settings, tmp_path: Path
) -> None:
    async with balanced(*(server.port for server in servers)) as address, AsyncExitStack() as stack:
        paths = [tmp_path / f"{number}.db" for number in range(DEVICES)]
        loops = [await stack.enter_async_context(app(address, path)) for path in paths]
        apps = [loop.replica for loop in loops]
        killing = asyncio.create_task(kill(servers, Random(1)))
        made = await asyncio.gather(
            *(write(replica, Random(seed), killing) for seed, replica in enumerate(apps))
        )
        await killing
        ask(loops)
        await until(lambda: not any(replica.status().waiting for replica in apps))
        ask(loops)
        await until(lambda: all(replica.count(Contact) == sum(made) for replica in apps))
        assert len({replica.digest() for replica in apps}) == 1
        assert not any(replica.problems() for replica in apps)
        await asyncio.to_thread(check_both_ring, servers)
    assert taken(settings) == sorted((count, 1, count) for count in made)


def check_both_ring(servers: tuple[ServerProcess, ServerProcess]) -> None:
    """What either server accepts is heard at both."""
    with Browser(servers[0].url) as browser, ExitStack() as stack:
        token = browser.sign_in(device=7).token
        heard = [stack.enter_context(listening(server.url, token)) for server in servers]
        for lines in heard:
            assert lines.get(timeout=5).startswith("data: ")
        sequence = push(browser, 1)
        for lines in heard:
            assert lines.get(timeout=1) == f"data: {sequence}"


def taken(settings: Settings) -> list[tuple[int, ...]]:
    """How many changesets the store holds of each device, their lowest and highest number."""
    domain = create_domain(settings)
    with domain.store.read() as connection:
        found = connection.exec_driver_sql(
            "SELECT count(*), min(number), max(number) FROM changeset"
            " WHERE device_id NOT IN (0, 7) GROUP BY device_id"
        ).all()
    domain.store.close()
    return sorted(tuple(row) for row in found)
