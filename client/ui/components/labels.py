"""Label chips: the label's own colour, with text that can be read on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.replica.labels import Worn
from client.ui import theme
from sync_protocol.records import SUGGESTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync_protocol.records import Label


SHORT = 16
BY_RULE = ft.Icons.AUTO_MODE
SUGGESTION = ft.Icons.AUTO_AWESOME


def label_chip(label: Label | Worn, *, short: bool = False) -> ft.Control:
    """A small pill that only shows; what is tapped is `ft.Chip`. `short` keeps it narrow.

    One that comes and goes by a rule, or was suggested, has its sign.
    """
    name = label.name
    if short and len(name) > SHORT:
        name = name[: SHORT - 1].rstrip() + "\u2026"
    return ft.Container(
        key=label.id,
        bgcolor=label.colour,
        border_radius=theme.RADIUS_L,
        padding=ft.Padding.symmetric(horizontal=10, vertical=2),
        tooltip=label.name if name != label.name else None,
        content=ft.Row(
            tight=True,
            spacing=4,
            controls=[
                *_sign(label),
                ft.Text(
                    name,
                    size=12,
                    weight=ft.FontWeight.W_500,
                    color=theme.on_colour(label.colour),
                    expand=True,
                    expand_loose=True,
                    max_lines=1,
                    overflow=ft.TextOverflow.ELLIPSIS,
                ),
            ],
        ),
    )


def _sign(label: Label | Worn) -> list[ft.Control]:
    if not isinstance(label, Worn) or not (label.by_rule or label.origin):
        return []
    icon = SUGGESTION if label.origin == SUGGESTED else BY_RULE
    return [ft.Icon(icon, size=12, color=theme.on_colour(label.colour))]


def label_row(labels: Sequence[Label | Worn]) -> ft.Control:
    return ft.Row(wrap=True, spacing=6, run_spacing=4, controls=[label_chip(x) for x in labels])
