"""Choosing a colour from the palette; what is written on it can be read on every one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme
from client.ui.components.line import line
from client.ui.components.page import target

if TYPE_CHECKING:
    from collections.abc import Callable


def palette(chosen: str, on_choose: Callable[[str], None]) -> ft.Control:
    """The swatches `colour-0`, `colour-1`...; one of an older palette stays on offer."""
    colours = theme.PALETTE if chosen in theme.PALETTE else (chosen, *theme.PALETTE)
    return ft.Row(
        wrap=True,
        spacing=theme.GAP,
        run_spacing=theme.GAP,
        controls=[
            target(
                f"colour-{place}",
                _swatch(colour, on_choose, on=colour == chosen),
                button=True,
                selected=colour == chosen,
                label=f"Colour {place + 1}",
            )
            for place, colour in enumerate(colours)
        ],
    )


def _swatch(colour: str, on_choose: Callable[[str], None], *, on: bool) -> ft.Control:
    return ft.Container(
        width=theme.TOUCH,
        height=theme.TOUCH,
        border_radius=theme.RADIUS,
        bgcolor=colour,
        ink=True,
        alignment=ft.Alignment.CENTER,
        on_click=lambda _event: on_choose(colour),
        content=ft.Icon(ft.Icons.CHECK, color=theme.on_colour(colour)) if on else None,
    )


def pill(name: str, colour: str) -> ft.Control:
    """A name on its colour, as it will look on records."""
    return ft.Container(
        bgcolor=colour,
        border_radius=theme.RADIUS_L,
        padding=ft.Padding.symmetric(horizontal=12, vertical=theme.GAP_S),
        content=line(
            name,
            ft.TextStyle(size=14, weight=ft.FontWeight.W_500),
            color=theme.on_colour(colour),
        ),
    )
