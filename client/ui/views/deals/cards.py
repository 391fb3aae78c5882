"""A deal as a card: what it is worth, to whom, how old, what comes next and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client.ui import theme
from client.ui.component import memo_component
from client.ui.components.page import target
from client.ui.views.deals.moving import move_button

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.views.deals.reading import Card

GROUP = "deals"
DRAGGED_WIDTH = 220
ONE_LINE: dict[str, Any] = {"max_lines": 1, "overflow": ft.TextOverflow.ELLIPSIS}


@memo_component
def DealCard(
    card: Card,
    on_open: Callable[[str], None],
    on_ask: Callable[[str], None] | None = None,
    draggable: bool = False,
) -> ft.Control:
    """A tap opens it; the button at its end asks where to. Callbacks must be stable."""
    shown = target(f"deal-{card.id}", _body(card, on_open, on_ask))
    if not draggable:
        return shown
    return ft.Draggable(
        group=GROUP,
        data=card.id,
        content=shown,
        content_when_dragging=ft.Container(_body(card, on_open, None), opacity=0.4),
        content_feedback=_dragged(card),
    )


def _body(
    card: Card, on_open: Callable[[str], None], on_ask: Callable[[str], None] | None
) -> ft.Control:
    end = [move_button(card.id, on_ask)] if on_ask else []
    words = ft.Column(
        expand=True,
        tight=True,
        spacing=2,
        controls=[
            ft.Text(card.name, style=theme.BODY, weight=ft.FontWeight.W_600, max_lines=2,
                    overflow=ft.TextOverflow.ELLIPSIS),
            *([_small(card.customer)] if card.customer else []),
        ],
    )  # fmt: skip
    return ft.Container(
        ink=True,
        on_click=lambda _event: on_open(card.id),
        border_radius=theme.RADIUS,
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
        border=ft.Border.all(1, ft.Colors.TERTIARY if card.ageing else ft.Colors.OUTLINE_VARIANT),
        padding=ft.Padding.only(left=12, top=8, bottom=10, right=4 if end else 12),
        content=ft.Column(
            tight=True,
            spacing=theme.GAP_S,
            controls=[
                ft.Row(
                    spacing=theme.GAP_S,
                    vertical_alignment=ft.CrossAxisAlignment.START,
                    controls=[words, *end],
                ),
                _worth(card),
                _next(card),
                *([_line(ft.Icons.RULE, f"Needs {card.missing}")] if card.missing else []),
            ],
        ),
    )


def _worth(card: Card) -> ft.Control:
    """Value and chance, and at the end for how long it has been here."""
    value = ft.Text(card.value or "No value yet", style=theme.BODY, no_wrap=True, color=None
                    if card.value else theme.MUTED)  # fmt: skip
    colour = ft.Colors.ON_TERTIARY_CONTAINER if card.ageing else theme.MUTED
    age = ft.Container(
        bgcolor=ft.Colors.TERTIARY_CONTAINER if card.ageing else None,
        border_radius=theme.RADIUS_S,
        padding=ft.Padding.symmetric(horizontal=6, vertical=1),
        tooltip="In this stage",
        content=ft.Row(
            tight=True,
            spacing=4,
            controls=[
                ft.Icon(ft.Icons.HOURGLASS_BOTTOM, size=14, color=colour),
                ft.Text(card.age, style=theme.SMALL, color=colour, no_wrap=True),
            ],
        ),
    )
    return ft.Row(
        spacing=theme.GAP,
        controls=[
            value,
            ft.Text(card.chance, style=theme.SMALL, color=theme.MUTED, expand=True),
            ft.Container(age, padding=ft.Padding.only(right=theme.GAP)),
        ],
    )


def _next(card: Card) -> ft.Control:
    if not card.step:
        return _line(ft.Icons.HELP_OUTLINE, "No next step", ft.Colors.ERROR)
    return _line(ft.Icons.ARROW_FORWARD, card.step, ft.Colors.ERROR if card.late else theme.MUTED)


def _line(icon: ft.IconData, text: str, color: ft.ColorValue = theme.MUTED) -> ft.Control:
    return ft.Row(
        spacing=6,
        controls=[
            ft.Icon(icon, size=16, color=color),
            ft.Text(text, style=theme.SMALL, color=color, expand=True, max_lines=2,
                    overflow=ft.TextOverflow.ELLIPSIS),
        ],
    )  # fmt: skip


def _small(text: str) -> ft.Control:
    return ft.Text(text, style=theme.SMALL, color=theme.MUTED, **ONE_LINE)


def _dragged(card: Card) -> ft.Control:
    """What hangs on the pointer."""
    return ft.Container(
        width=DRAGGED_WIDTH,
        padding=12,
        border_radius=theme.RADIUS,
        bgcolor=ft.Colors.PRIMARY_CONTAINER,
        content=ft.Text(
            card.name, style=theme.BODY, color=ft.Colors.ON_PRIMARY_CONTAINER, **ONE_LINE
        ),
    )
