"""Text that can be marked and copied.

A selectable text of Flet's is a text field that is switched off to whoever hears the screen; here
it is spoken as what it is, text.
"""

from __future__ import annotations

from typing import Any

import flet as ft

from client.ui import theme


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
