"""A device that an administrator clears starts again, and says why."""

from __future__ import annotations

from pathlib import Path

from client.replica import Replica
from tests.unit.client.ui.harness import opened
from tests.unit.client.ui.near_server import NearServer
from tests.unit.client.ui.office import open_office


async def test_a_cleared_device_forgets_everything_and_says_so(tmp_path: Path) -> None:
    server = NearServer()
    office = await open_office(tmp_path, server=server)
    path = str(tmp_path / "replica.db")
    opened_again: list[Replica] = []

    async def again() -> Replica:
        opened_again.append(await Replica.open(path, now=office.now, transport=server))
        return opened_again[0]

    async with opened(office.replica, "/queue", again=again) as screen:
        await screen.until_says("Everything is in order")
        server.revoked = True
        await screen.tap("sync-now")
        await screen.until_says("This device was cleared")
        assert screen.says("Access has ended.")
        await screen.until_says("Password")
        assert not screen.says("This part could not be shown")
    (replica,) = opened_again
    assert replica.user_id == ""
    await replica.close()
