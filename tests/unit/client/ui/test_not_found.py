"""An address that leads nowhere, or to what is not on this device."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import flet as ft
import pytest

from client.ui.routes import ROUTES
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.unit.client.ui.office import Office

SAID = (
    "not here", "not visible to you", "not on this device", "cannot be merged",
    "Nothing was learned of this label",
)  # fmt: skip
"""How it is said that something is not to be seen."""


@pytest.mark.parametrize(
    "route", ["/nowhere", "/nowhere/at/all", "/contacts/a/b/c", "/route/someday"]
)
async def test_an_unknown_address_says_so_and_leads_home(office: Office, route: str) -> None:
    async with opened(office.replica, route) as screen:
        await screen.until_says("There is no such page")
        assert screen.has("bottom-bar")
        await screen.press("To today")
        await screen.until(lambda: screen.page.route == "/")
        await screen.until_says("Never visited")


def _named(routes: Iterable[ft.Route], before: str = "") -> Iterator[str]:
    """Every address with an id in it, an unknown one."""
    for route in routes:
        at = f"{before}/{route.path}" if route.path else before
        yield from _named(route.children or (), at)
        if route.component and ":" in at and "*" not in at and ":day" not in at:
            told = at.replace(":kind", "contact").replace(":place", "contacts")
            yield re.sub(r":\w+", "00000000-0000-7000-8000-000000000000", told)


@pytest.mark.parametrize("route", sorted(set(_named(ROUTES))))
async def test_what_is_not_here_is_never_an_empty_form(admins_office: Office, route: str) -> None:
    async with opened(admins_office.replica, route) as screen:
        await screen.until(lambda: any(map(screen.says, SAID)))
        assert not screen.all(ft.TextField)
        assert not screen.has("save")
