"""Which territory an account belongs to: the user's own to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme
from client.ui.component import component
from client.ui.components.choices import Choice, dropdown
from client.ui.components.page import target
from client.ui.hooks import use_live
from client.ui.views.records.draft import territories_of
from sync_protocol.records import Territory, User

if TYPE_CHECKING:
    from collections.abc import Callable

NONE = "-"
ALONE = "Without a territory, only you and administrators see this account."


@component
def TerritoryChoice(initial: str, on_choose: Callable[[str], None]) -> ft.Control:
    """`on_choose` hears the territory's id, or an empty text."""
    territories = use_live(territories_of, Territory, User)
    chosen, set_chosen = ft.use_state(initial)

    def choose(value: str) -> None:
        on_choose("" if value == NONE else value)
        set_chosen("" if value == NONE else value)

    return target(
        "territory",
        dropdown(
            "Territory",
            [Choice(NONE, "None"), *[Choice(one.id, one.name) for one in territories]],
            chosen or NONE,
            choose,
            label="Territory",
            expand=True,
            width=theme.READABLE_WIDTH,
            helper_text="" if chosen else ALONE,
        ),
    )
