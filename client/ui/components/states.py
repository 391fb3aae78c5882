"""What a screen shows when there is nothing, not yet something, or something wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SENTENCE_WIDTH = 360
"""A sentence in the middle of a screen is read more easily on two lines than on a long one."""


def empty(
    icon: ft.IconData,
    title: str,
    text: str,
    action: str = "",
    on_action: Callable[[], None] | None = None,
) -> ft.Control:
    """A friendly nothing: what belongs here, and the way to begin."""
    button = (
        [
            ft.Container(
                ft.FilledTonalButton(action, height=theme.TOUCH, on_click=lambda: on_action()),
                padding=ft.Padding.only(top=theme.GAP),
            )
        ]
        if on_action
        else []
    )
    return ft.Container(
        padding=theme.GAP_XL,
        alignment=ft.Alignment.CENTER,
        content=ft.Column(
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            spacing=theme.GAP,
            controls=[
                ft.Icon(icon, size=48, color=ft.Colors.OUTLINE),
                ft.Text(title, style=theme.HEADING, text_align=ft.TextAlign.CENTER),
                ft.Container(
                    ft.Text(text, color=theme.MUTED, text_align=ft.TextAlign.CENTER),
                    width=SENTENCE_WIDTH,
                ),
                *button,
            ],
        ),
    )


def loading(text: str, share: float | None = None) -> ft.Control:
    """Progress over a second long; `share` from 0 to 1 if it is known."""
    return ft.Container(
        padding=theme.GAP_XL,
        alignment=ft.Alignment.CENTER,
        content=ft.Column(
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            controls=[ft.ProgressBar(value=share, width=240), ft.Text(text, color=theme.MUTED)],
        ),
    )


def notice(
    icon: ft.IconData, text: str, *, error: bool = False, actions: Sequence[ft.Control] = ()
) -> ft.Control:
    """A line that wants to be read, in the page; small buttons stand at its end.

    It is heard by itself, not as the name of a group with the buttons in it.
    """
    role = (
        (ft.Colors.ERROR_CONTAINER, ft.Colors.ON_ERROR_CONTAINER)
        if error
        else (ft.Colors.SECONDARY_CONTAINER, ft.Colors.ON_SECONDARY_CONTAINER)
    )
    words = ft.Text(text, color=role[1])
    return ft.Container(
        bgcolor=role[0],
        border_radius=theme.RADIUS,
        padding=ft.Padding.symmetric(horizontal=12, vertical=0 if actions else 12),
        content=ft.Row(
            controls=[
                ft.Icon(icon, color=role[1]),
                ft.Semantics(container=bool(actions), content=words, expand=True),
                *actions,
            ]
        ),
    )
