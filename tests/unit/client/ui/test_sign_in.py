"""Signing in, in again, and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client import fieldwork
from client.replica import Replica
from tests.unit.client.ui.harness import opened
from tests.unit.client.ui.near_server import PASSWORD, NearServer
from tests.unit.client.ui.office import EMAIL, open_office

if TYPE_CHECKING:
    from pathlib import Path


async def test_the_first_sign_in_tells_what_is_wrong_and_then_opens_the_day(
    tmp_path: Path,
) -> None:
    server = NearServer()
    async with (
        await Replica.open(str(tmp_path / "new.db"), transport=server) as replica,
        opened(replica) as screen,
    ):
        await screen.type("E-mail", EMAIL)
        await screen.type("Password", "wrong")
        await screen.tap("sign-in")
        await screen.until_says("E-mail or password is wrong.")
        server.up = False
        await screen.tap("sign-in")
        await screen.until_says("The first sign-in needs a connection; after it, none.")
        server.up = True
        await screen.type("Password", PASSWORD)
        await screen.tap("sign-in")
        await screen.until_target("bottom-bar")
        assert replica.email == EMAIL


async def test_signing_in_again_remembers_the_address_and_sends_what_waited(
    tmp_path: Path,
) -> None:
    server = NearServer()
    office = await open_office(tmp_path, server=server)
    replica = office.replica
    fieldwork.log(replica, "visit", fieldwork.About(office[0].id))
    replica.end_session()
    assert replica.email == EMAIL
    server.user = replica.user_id
    async with opened(replica) as screen:
        assert EMAIL in screen.words()
        await screen.type("Password", PASSWORD)
        await screen.tap("sign-in")
        await screen.until(lambda: not replica.pending())
    await replica.close()


async def test_signing_out_wipes_the_device_and_leads_to_the_sign_in(tmp_path: Path) -> None:
    office = await open_office(tmp_path, server=NearServer())
    path = tmp_path / "replica.db"
    opened_again: list[Replica] = []

    async def again() -> Replica:
        assert not path.exists()
        opened_again.append(await Replica.open(str(path)))
        return opened_again[0]

    async with opened(office.replica, "/more", again=again) as screen:
        await screen.tap("sign-out")
        await screen.until_target("answer-yes")
        await screen.tap("answer-yes")
        await screen.until_says("The CRM that works where there is no signal.")
    assert opened_again[0].email == ""
    await opened_again[0].close()
