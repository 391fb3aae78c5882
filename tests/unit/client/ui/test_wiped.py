"""A device that an administrator clears starts again, and says why."""

from __future__ import annotations

from pathlib import Path

from client.replica import Replica
from tests.unit.client.ui.harness import OFFICE, opened
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


async def test_nothing_of_a_device_is_shown_any_more_while_it_is_cleared(tmp_path: Path) -> None:
    """The server may be slow to hear that it was done."""
    server = NearServer()
    server.hears_farewell.clear()
    office = await open_office(tmp_path, server=server)
    path = str(tmp_path / "replica.db")
    route = f"/contacts/{office.contact.id}"

    async def again() -> Replica:
        return await Replica.open(path, now=office.now, transport=server)

    async with opened(office.replica, route, OFFICE, again=again) as screen:
        await screen.until_says("Ada Byrne")
        server.revoked = True
        office.replica.update(office.contact, about="Asks for the bill")
        await screen.until_says("Clearing this device")
        assert not screen.says("Ada Byrne")
        await screen.until(lambda: not Path(path).exists())
        server.hears_farewell.set()
        await screen.until_says("This device was cleared")
        await screen.until_says("Password")
