"""Two running apps without screens, and a server process that comes and goes."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import pytest

from client.replica import Replica
from client.sync.loop import Phase, SyncLoop
from sync_protocol.records import Contact
from tests.integration.server.process import ServerProcess
from tests.integration.server.running import EMAIL, PASSWORD, set_up


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    process = ServerProcess(set_up(tmp_path))
    process.start()
    yield process
    process.kill()


@contextlib.asynccontextmanager
async def running_app(server: ServerProcess, path: Path) -> AsyncIterator[tuple[Replica, SyncLoop]]:
    async with await Replica.open(str(path), server=server.url) as replica:
        await replica.sign_in(EMAIL, PASSWORD)
        loop = SyncLoop(replica)
        loop.start()
        try:
            await until(lambda: loop.phase is Phase.IDLE)
            yield replica, loop
        finally:
            await loop.stop()


async def until(holds: Callable[[], object], within_s: float = 20) -> None:
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end, "it never came true"
        await asyncio.sleep(0.02)


async def test_a_write_on_one_device_shows_on_the_other_by_itself(
    server: ServerProcess, tmp_path: Path
) -> None:
    async with (
        running_app(server, tmp_path / "one.db") as (one, _loop),
        running_app(server, tmp_path / "two.db") as (two, _other),
    ):
        await asyncio.sleep(1.5)  # both listen to the doorbell by now
        one.create(Contact(name="Ada Byrne"))
        await until(lambda: two.find(Contact))
        assert one.digest() == two.digest()


async def test_the_app_goes_on_while_the_server_is_dead_and_catches_up_by_itself(
    server: ServerProcess, tmp_path: Path
) -> None:
    async with (
        running_app(server, tmp_path / "one.db") as (one, loop),
        running_app(server, tmp_path / "two.db") as (two, _other),
    ):
        server.kill()
        one.create(Contact(name="Ada Byrne"))
        await until(lambda: loop.phase is Phase.OFFLINE)
        one.update(one.find(Contact)[0], title="Buyer")
        assert one.status().waiting == 2
        server.start()
        await until(lambda: one.status().waiting == 0, 40)
        await until(lambda: [c.title for c in two.find(Contact)] == ["Buyer"], 40)


async def test_signing_out_elsewhere_keeps_the_outbox(
    server: ServerProcess, tmp_path: Path
) -> None:
    async with running_app(server, tmp_path / "one.db") as (one, loop):
        token = one._http.token if one._http else None
        async with httpx.AsyncClient() as browser:
            headers = {"authorization": f"Bearer {token}", "x-fieldbook-client": "1"}
            answer = await browser.post(f"{server.url}/api/sign-out", headers=headers)
            assert answer.is_success
        one.create(Contact(name="Ada Byrne"))
        await until(lambda: loop.phase is Phase.SIGNED_OUT)
        assert one.status().waiting == 1
        await one.sign_in(EMAIL, PASSWORD)
        loop.ask()
        await until(lambda: one.status().waiting == 0)
