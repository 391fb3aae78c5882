from __future__ import annotations

import flet as ft

from client.ui.component import component
from client.ui.components.fields import TextInput
from client.ui.hooks import use_stable
from tests.unit.client.ui.harness import shown


async def test_what_was_typed_stays_when_an_error_appears_beneath_it() -> None:
    heard: list[str] = []

    @component
    def form() -> ft.Control:
        error, set_error = ft.use_state("")
        on_text = use_stable(heard.append)
        return ft.Column(
            controls=[
                TextInput("Name", on_text, initial="Caf", error=error),
                ft.TextButton("Check", on_click=lambda: set_error("Name is taken.")),
            ]
        )

    async with shown(form) as screen:
        await screen.type("Name", "Café Müller")
        await screen.press("Check")
        await screen.until_says("Name is taken.")
        assert screen.all(ft.TextField)[0].value == "Café Müller"
        assert heard == ["Café Müller"]
