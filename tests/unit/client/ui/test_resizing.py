"""A window that crosses a breakpoint, a phone that is turned: the screen goes on living."""

from __future__ import annotations

import flet as ft
import pytest

from tests.unit.client.ui.harness import OFFICE, PHONE, Screen, opened
from tests.unit.client.ui.office import Office
from tests.unit.client.ui.test_more import Browser

TABLET = (820.0, 1180.0)


def resize(screen: Screen, width: float) -> None:
    event = ft.PageResizeEvent(name="resize", control=screen.page, width=width, height=900)
    assert screen.page.on_resize is not None
    screen.page.on_resize(event)  # type: ignore[operator,arg-type]


@pytest.mark.parametrize("size", [TABLET, OFFICE])
async def test_what_a_screen_measured_is_still_there(
    office: Office, size: tuple[float, float]
) -> None:
    async with opened(office.replica, "/queue", host=Browser()) as screen:
        await screen.until_target("storage")
        for width, bar in ((size[0], False), (PHONE[0], True), (size[0], False)):
            resize(screen, width)
            await screen.until(lambda wanted=bar: screen.has("bottom-bar") is wanted)
            assert screen.has("storage")


async def test_parts_with_a_state_of_their_own_still_answer(office: Office) -> None:
    async with opened(office.replica, "/more") as screen:
        resize(screen, OFFICE[0])
        await screen.until(lambda: not screen.has("bottom-bar"))
        await screen.tap("theme-dark")
        await screen.until(lambda: screen.target("theme-dark").selected)


async def test_an_opened_record_stays_open_beside_the_list(office: Office) -> None:
    async with opened(office.replica, f"/accounts/{office[1].id}") as screen:
        await screen.until_says("Log visit")
        assert not screen.says("Hotel Post")
        resize(screen, OFFICE[0])
        await screen.until_says("Hotel Post")
        await screen.tap("labels")
        await screen.until_target("sheet-done")
        resize(screen, PHONE[0])
        await screen.until(lambda: not screen.says("Hotel Post"))
        assert screen.says("Log visit")
