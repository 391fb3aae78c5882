"""The field for an amount."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import money
from client.ui.component import component
from client.ui.components.money_input import MoneyInput
from client.ui.context import app_context
from tests.unit.client.ui.harness import shown

if TYPE_CHECKING:
    from typing import Any

    from tests.unit.client.ui.office import Office


class Nearly:
    """As much of an app as the field needs."""

    def __init__(self, office: Office) -> None:
        self.replica = office.replica


async def test_an_amount_is_read_back_beneath_the_field(office: Office) -> None:
    heard: list[str] = []

    @component
    def field() -> Any:
        return app_context(Nearly(office), lambda: MoneyInput("Value", heard.append, "12.5"))

    async with shown(field) as screen:
        assert screen.all(ft.TextField)[0].value == "12.5"
        await screen.type("Value", "1.234,50")
        await screen.until_says("= 1,234.50 EUR")
        await screen.type("Value", "a lot")
        await screen.until_says(money.EXAMPLE)
    assert heard == ["1.234,50", "a lot"]
