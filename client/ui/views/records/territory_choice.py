"""Which territory an account belongs to: the user's own to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme
from client.ui.component import component
from client.ui.components.choices import Choice, dropdown
from client.ui.components.page import target
from client.ui.hooks import use_layout, use_live
from client.ui.views.records.draft import territories_of
from sync_protocol.records import Territory, User

if TYPE_CHECKING:
    from collections.abc import Callable

NONE = "-"
FITS = 30
"""Letters of a name that the field shows; a longer one is said beneath, where it is whole."""
ALONE = "Without a territory, only you and administrators see it."


@component
def TerritoryChoice(initial: str, on_choose: Callable[[str], None]) -> ft.Control:
    """`on_choose` hears the territory's id, or an empty text."""
    territories = use_live(territories_of, Territory, User)
    chosen, set_chosen = ft.use_state(initial)

    def choose(value: str) -> None:
        on_choose("" if value == NONE else value)
        set_chosen("" if value == NONE else value)

    name = next((one.name for one in territories if one.id == chosen), "")
    told = name if len(name) * use_layout().text > FITS else "" if chosen else ALONE
    choice = dropdown(
        "Territory",
        [Choice(NONE, "None"), *[Choice(one.id, one.name) for one in territories]],
        chosen or NONE,
        choose,
        label="Territory",
        width=theme.READABLE_WIDTH,
    )
    beneath = ft.Container(
        ft.Text(told, style=theme.SMALL, color=theme.MUTED),
        padding=ft.Padding.symmetric(horizontal=12),
        visible=bool(told),
    )
    return target(
        "territory", ft.Column(tight=True, spacing=theme.GAP_S, controls=[choice, beneath])
    )
