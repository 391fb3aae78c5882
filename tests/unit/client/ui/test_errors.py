"""The two ways in which Flet 1.0.5 lets one bug take the whole app down, and that ours does not."""

from __future__ import annotations

import flet as ft

from client.ui import errors
from client.ui.component import component
from tests.unit.client.ui.harness import shown


async def test_a_failing_render_shows_a_card_and_its_siblings_still_update() -> None:
    @component
    def fragile() -> ft.Control:
        count, set_count = ft.use_state(0)
        if count:
            raise RuntimeError("a bug")
        return ft.TextButton("Break", on_click=lambda: set_count(1))

    @component
    def counter() -> ft.Control:
        count, set_count = ft.use_state(0)
        return ft.TextButton(f"Counted {count}", on_click=lambda: set_count(count + 1))

    async with shown(lambda: ft.Column(controls=[fragile(), counter()])) as screen:
        await screen.press("Break")
        await screen.until_says("This part could not be shown")
        await screen.press("Counted 0")
        await screen.until_says("Counted 1")
        assert "render fragile" in screen.failures.pop()


async def test_a_failing_handler_shows_a_bar_and_the_app_lives() -> None:
    def fail() -> None:
        raise RuntimeError("a bug")

    @component
    def app() -> ft.Control:
        count, set_count = ft.use_state(0)
        return ft.Column(
            controls=[
                ft.TextButton("Fail", on_click=fail),
                ft.TextButton(f"Counted {count}", on_click=lambda: set_count(count + 1)),
            ]
        )

    async with shown(app) as screen:
        await screen.press("Fail")
        assert screen.bar() == errors.SORRY
        await screen.press("Counted 0")
        await screen.until_says("Counted 1")
        by_flet, by_us = screen.failures
        screen.failures.clear()
        assert "on_click" in by_flet
        assert "uncaught in the user interface: a bug" in by_us
