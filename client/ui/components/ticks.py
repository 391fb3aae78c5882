"""Switches and boxes to tick, with the words beside them that say what for.

Flet draws words of its own beside either, but squeezes them into a height that is given, and never
goes on to a second line. Here they are a text like any other, and a tap on them does the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme
from client.ui.components.title_bar import strut

if TYPE_CHECKING:
    from collections.abc import Callable


def switch(words: str, on_turn: Callable[[bool], None], *, on: bool) -> ft.Control:
    """What is on or off; `on_turn` hears which it is to be."""
    held = ft.Switch(value=on, on_change=lambda event: on_turn(bool(event.control.value)))
    return _with_words(held, words, lambda: on_turn(not on))


def box(words: str, on_turn: Callable[[bool], None], *, on: bool) -> ft.Control:
    """One of several that are chosen."""
    held = ft.Checkbox(value=on, on_change=lambda event: on_turn(bool(event.control.value)))
    return _with_words(held, words, lambda: on_turn(not on))


def _with_words(held: ft.Switch | ft.Checkbox, words: str, turn: Callable[[], None]) -> ft.Control:
    told = ft.Text(words, style=theme.BODY, expand=True)
    seen = ft.Semantics(exclude_semantics=True, expand=True, content=ft.Row([told]))
    named = ft.Semantics(label=words, content=held)
    row = ft.Row(spacing=0, controls=[strut(), named, ft.Container(width=theme.GAP), seen])
    return ft.MergeSemantics(
        ft.Container(row, ink=True, border_radius=theme.RADIUS_S, on_click=lambda _event: turn())
    )
