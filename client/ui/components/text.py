"""Text that can be marked and copied.

A selectable text of Flet's is a text field that is switched off to whoever hears the screen; here
it is spoken as what it is, text.
"""

from __future__ import annotations

from typing import Any

import flet as ft

from client.ui import theme

WHAT_WIDTH = 104


def selectable(value: str, **options: Any) -> ft.Control:
    """Text to read, mark and copy."""
    return ft.Semantics(
        label=value,
        exclude_semantics=True,
        content=ft.Text(value, selectable=True, **options),
    )


def linking(value: str) -> ft.Control:
    """Text that leads somewhere when the box around it is tapped."""
    return ft.Text(value, style=theme.BODY, color=ft.Colors.PRIMARY)


def typed_value(what: str, text: str, wrong: str = "") -> ft.Control:
    """Something that was typed, to copy, and beneath it what is wrong with it."""
    sentence = [ft.Text(wrong, style=theme.SMALL, color=ft.Colors.ERROR)] if wrong else []
    return ft.Row(
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[
            ft.Text(what, style=theme.SMALL, color=theme.MUTED, width=WHAT_WIDTH),
            ft.Column(
                expand=True,
                tight=True,
                spacing=2,
                controls=[selectable(text, style=theme.BODY), *sentence],
            ),
        ],
    )
