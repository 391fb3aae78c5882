"""The calendar subscription: made, copied, renewed, stopped; and what it says with no signal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client import fieldwork
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office

DAY = 86_400_000
LINK = "https://near.example/calendar/secret{}.ics"


def copied(screen: Screen) -> str:
    action: Any = screen.all(ft.FilledButton, within=screen.target("subscription-copy"))[0].action
    return str(action.data)


async def test_a_link_is_made_shown_once_and_can_be_copied(admins_office: Office) -> None:
    async with opened(admins_office.replica, "/calendar") as screen:
        await screen.until_target("subscription-make")
        await screen.tap("subscription-make")
        await screen.until_says(LINK.format(1))
        assert copied(screen) == LINK.format(1)
    async with opened(admins_office.replica, "/calendar") as screen:
        await screen.until_says("A link has been there since today")
        assert not screen.says(LINK.format(1))


async def test_a_link_is_renewed_and_stopped(admins_office: Office) -> None:
    await admins_office.replica.renew_calendar_feed()
    async with opened(admins_office.replica, "/calendar") as screen:
        await screen.until_target("subscription-renew")
        await screen.tap("subscription-renew")
        await screen.until_says(LINK.format(2))
        assert not screen.bar()  # it would lie over the way to copy it
        await screen.tap("subscription-stop")
        await screen.until_target("subscription-make")
        assert admins_office.server.feed.created_ms is None


async def test_without_a_signal_it_says_that_a_link_needs_one(admins_office: Office) -> None:
    admins_office.server.up = False
    about, tomorrow = fieldwork.About(admins_office[0].id), admins_office.now() + DAY
    fieldwork.plan(admins_office.replica, about, tomorrow)
    async with opened(admins_office.replica, "/calendar") as screen:
        await screen.until_says("A link needs a connection")
        assert screen.has("calendar-save")
        admins_office.server.up = True
        await screen.tap("subscription-again")
        await screen.until_target("subscription-make")


async def test_a_line_that_breaks_while_it_is_made_leaves_all_as_it_was(
    admins_office: Office,
) -> None:
    async with opened(admins_office.replica, "/calendar") as screen:
        await screen.until_target("subscription-make")
        admins_office.server.up = False
        await screen.tap("subscription-make")
        await screen.until(lambda: "cannot be reached" in screen.bar())
        assert screen.has("subscription-make")
