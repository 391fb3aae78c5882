"""An address that leads nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from tests.unit.client.ui.office import Office


@pytest.mark.parametrize("route", ["/nowhere", "/nowhere/at/all", "/contacts/a/b/c"])
async def test_an_unknown_address_says_so_and_leads_home(office: Office, route: str) -> None:
    async with opened(office.replica, route) as screen:
        await screen.until_says("There is no such page")
        assert screen.has("bottom-bar")
        await screen.press("To today")
        await screen.until(lambda: screen.page.route == "/")
        await screen.until_says("Never visited")
