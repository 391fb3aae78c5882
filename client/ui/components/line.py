"""A name or a sentence in one line, cut where it is too long at the end to which it is read."""

from __future__ import annotations

from typing import Any
from unicodedata import bidirectional

import flet as ft

TO_THE_LEFT = ("R", "AL")
DECIDES = ("L", *TO_THE_LEFT)


def reads_to_the_left(text: str) -> bool:
    """Whether its first letter is of Hebrew, Arabic or another script from right to left."""
    return next((way in TO_THE_LEFT for way in map(bidirectional, text) if way in DECIDES), False)


def line(text: str, style: ft.TextStyle, lines: int = 1, **options: Any) -> ft.Text:
    """It stays at the left, in line with what is above and beneath, whatever its script."""
    return ft.Text(
        text,
        style=style,
        rtl=reads_to_the_left(text),
        text_align=ft.TextAlign.LEFT,
        max_lines=lines,
        overflow=ft.TextOverflow.ELLIPSIS,
        **options,
    )
