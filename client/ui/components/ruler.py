"""Finds out how large text is drawn: Flutter follows the device's setting, but Flet does not tell.

A letter of known size is laid out where nobody sees it, and says when its height changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

if TYPE_CHECKING:
    from collections.abc import Callable

LETTER = 100


def ruler(on_measure: Callable[[float], None]) -> ft.Control:
    """Takes no room; gives how many times the designed size text has."""
    letter = ft.Container(
        ft.Text("0", style=ft.TextStyle(size=LETTER, height=1)),
        opacity=0,
        on_size_change=lambda event: on_measure(event.height / LETTER),
    )
    aside = ft.Container(letter, left=0, top=0)  # a control that is placed tells no size itself
    unseen = ft.Stack(width=1, height=0, controls=[aside])
    return ft.Semantics(exclude_semantics=True, content=unseen)
