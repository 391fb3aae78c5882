"""What has arrived so far is shown and used at once, and never passed off as everything."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import flet as ft
import pytest

from client.errors import DeletionsHeld
from client.store import incoming, meta
from client.sync import round as rounds
from client.sync.loop import Phase
from client.ui.components import sync_strip
from sync_protocol.errors import ProtocolBroken, SignInRequired
from sync_protocol.messages import Snapshot
from sync_protocol.records import Account, Contact
from sync_protocol.session import Session
from tests.simulation.sites import Here
from tests.simulation.world import Phone, World, break_off, command
from tests.unit.client.ui.harness import OFFICE, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sync_protocol.messages import States
    from tests.unit.client.ui.office import Office

STILL = "not everything is here yet"
NONE = ("contacts yet", "pipeline yet", "deals yet", "open tasks", "open cases")
LISTS = ("/cadences", "/rules", "/leads", "/duplicates", "/results", "/notices",
         "/suggestions", "/admin/forms", "/admin/fields")  # fmt: skip
STALE = "not everything is up to date yet"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A company of 151 accounts and then 20 contacts, which travel in pages of 40."""
    made = World(tmp_path, site=Here())
    office = made.office
    office.add(*(Account(id=office.id(), name=f"Shop {n:03}", territory_id=made.territory.id)
                 for n in range(150)))  # fmt: skip
    office.add(*(Contact(id=office.id(), name=f"C{n}", account_id=made.shop.id)
                 for n in range(20)))  # fmt: skip
    monkeypatch.setattr(rounds, "PAGE_STATES", 40)
    yield made
    made.close()


def signed_in(world: World) -> Phone:
    rita = world.phone(world.rita)
    with rita.replica._database.transaction() as connection:
        meta.write(connection, "session", Session("w", "W", world.rita.id, "u@example.com", 1))
    return rita


def cut_at(phone: Phone, page: int) -> None:
    """One round, whose line breaks at a page of the snapshot; there is none afterwards."""
    break_off(phone, Snapshot, page)
    phone.link.cut()


def said(phone: Phone, route: str, size: tuple[float, float], *awaited: str) -> list[str]:
    async def look() -> list[str]:
        async with opened(phone.replica, route, size) as screen:
            for words in ("Offline", *awaited):
                await screen.until_says(words)
            return screen.words()

    return asyncio.run(look())


def half_loaded(world: World) -> Phone:
    rita = signed_in(world)
    cut_at(rita, 3)
    assert 0 < rita.replica.count(Account) < 151
    assert rita.replica.count(Contact) == 0
    return rita


def test_what_of_a_list_is_here_is_shown_and_said_to_be_less_than_all(world: World) -> None:
    rita = half_loaded(world)
    here = rita.replica.count(Account)
    for size in ((390.0, 844.0), OFFICE):
        words = said(rita, "/accounts", size, f"{here} so far")
        assert "Shop 001" in words
        assert any(STILL in piece for piece in words)


def test_a_list_that_nothing_of_is_here_yet_does_not_say_that_there_is_none(world: World) -> None:
    rita = half_loaded(world)
    for route in ("/contacts", "/deals", "/tasks", "/cases"):
        for size in ((390.0, 844.0), OFFICE):
            words = said(rita, route, size, STILL)
            assert not {f"No {name}" for name in NONE} & set(words)


@pytest.mark.parametrize("route", LISTS)
async def test_no_list_says_that_there_is_nothing_while_there_may_be_more(
    admins_office: Office, route: str
) -> None:
    admins_office.server.up = False
    incoming.begin_reload(admins_office.replica._database)
    async with opened(admins_office.replica, route) as screen:
        await screen.until(lambda: "Still loading" in screen.words())
        read = [text.value for text in screen.all(ft.Text)]
        assert not any(words.startswith(("No ", "Nothing ")) for words in read)


@pytest.mark.parametrize(
    ("error", "told", "act"),
    [
        (SignInRequired("The session has ended."), "Sign in to load the rest.", "Sign in"),
        (ProtocolBroken("That makes no sense."), "Sync has a problem", "See what it is"),
        (DeletionsHeld(100), "Sync waits for your answer.", "Answer"),
    ],
)
def test_a_load_that_waits_for_somebody_says_so_and_leads_there(
    world: World, error: Exception, told: str, act: str
) -> None:
    rita = half_loaded(world)

    async def refusing(_request: Snapshot) -> States:
        raise error

    rita.link.snapshot = refusing  # type: ignore[method-assign]
    rita.link.heal()

    async def look() -> None:
        for route in ("/", "/deals"):
            async with opened(rita.replica, route) as screen:
                await screen.until_says(told)
                assert not screen.all(ft.ProgressBar)
                await screen.press(act)
                assert screen.page.route == "/queue"

    asyncio.run(look())


def test_what_a_search_does_not_find_may_not_have_come_yet(world: World) -> None:
    rita = half_loaded(world)

    async def look() -> None:
        async with opened(rita.replica, "/contacts") as screen:
            await screen.type("Name, phone, town, label, note", "C7")
            await screen.until_says("Nothing found")
            await screen.until_says("It may not have come yet")

    asyncio.run(look())


def test_today_waits_for_the_whole_day_though_the_line_is_gone(world: World) -> None:
    words = said(half_loaded(world), "/", OFFICE, "Your day shows as soon as")
    assert not any("Never visited" in piece for piece in words)
    assert not any("Overdue" in piece for piece in words)


def test_the_sync_centre_does_not_say_that_all_is_in_order(world: World) -> None:
    words = said(half_loaded(world), "/queue", OFFICE, "Not everything is here yet")
    assert "Everything is in order" not in words


def test_a_fresh_copy_that_broke_off_shows_what_was_here_as_not_up_to_date(world: World) -> None:
    rita = signed_in(world)
    rita.sync()
    command(world, rita, "resync")
    cut_at(rita, 3)
    assert rita.replica.count(Account) == 151
    words = said(rita, "/", OFFICE, "Never visited (151)", f"Still loading: {STALE}")
    assert any(f"still loading, {STALE}" in piece for piece in words)
    said(rita, "/accounts", OFFICE, "151 so far")


def test_the_mark_goes_by_itself_when_everything_is_here(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rita = half_loaded(world)
    monkeypatch.undo()

    async def look() -> None:
        async with opened(rita.replica, "/accounts", OFFICE) as screen:
            await screen.until_says("so far")
            rita.link.heal()
            await screen.until(lambda: screen.says("151 in all"))
            await screen.until(lambda: not screen.says(STILL))
            await screen.go("/")
            await screen.until_says("Never visited (151)")

    asyncio.run(look())


def test_the_strip_says_what_is_lacking_in_place_of_the_last_sync() -> None:
    strip = sync_strip.sentence
    assert strip(Phase.SYNCING, 0, 0, "", STILL) == f"Still loading - {STILL}"
    assert strip(Phase.IDLE, 0, 0, "1 h ago", STALE) == f"Still loading - {STALE}"
    assert strip(Phase.OFFLINE, 2, 0, "1 h ago", STALE) == (
        f"Offline - 2 changes waiting, still loading, {STALE}"
    )
