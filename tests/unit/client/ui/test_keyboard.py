"""The keys of the office."""

from __future__ import annotations

from typing import Any

import flet as ft
import pytest

from client.ui.shell import PLACES
from tests.unit.client.ui.harness import OFFICE, Screen, opened
from tests.unit.client.ui.office import Office


async def press(screen: Screen, key: str, **held: bool) -> None:
    facts: dict[str, Any] = {"shift": False, "ctrl": False, "alt": False, "meta": False} | held
    event = ft.KeyboardEvent(name="keyboard_event", control=screen.page, key=key, **facts)
    assert screen.page.on_keyboard_event is not None
    screen.page.on_keyboard_event(event)  # type: ignore[call-arg,arg-type]
    await screen.settle()


@pytest.mark.parametrize(
    ("key", "route"),
    [
        ("N", "/new"),
        ("2", "/contacts"),
        ("4", "/deals"),
        ("5", "/more"),
        ("S", "/queue"),
        ("B", "/notices"),
    ],
)
async def test_alt_and_a_key_lead_to_a_place(office: Office, key: str, route: str) -> None:
    async with opened(office.replica, "/accounts", size=OFFICE) as screen:
        await press(screen, key, alt=True)
        await screen.until(lambda: screen.page.route == route)


@pytest.mark.parametrize("held", ["ctrl", "meta"])
async def test_ctrl_k_searches_everything(office: Office, held: str) -> None:
    async with opened(office.replica, "/accounts", size=OFFICE) as screen:
        await press(screen, "K", **{held: True})
        await screen.until(lambda: screen.page.route == "/search")


async def test_every_place_has_a_key_and_help_tells_it(office: Office) -> None:
    async with opened(office.replica, "/help", size=OFFICE) as screen:
        await screen.until_says(f"Alt+1 ... Alt+{len(PLACES)}")
        assert screen.says(", ".join(name for _route, name, *_icons in PLACES))
        for place, (route, *_rest) in enumerate(PLACES, 1):
            await press(screen, f"{place}", alt=True)
            await screen.until(lambda route=route: screen.page.route == route)
