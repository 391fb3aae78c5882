"""Rows of menus, choices and settings: an icon, a title, a line beneath, something at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client.ui import theme
from client.ui.component import memo_component
from client.ui.components.line import line
from client.ui.components.page import target

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LINES = 3
"""Of a title and of what stands beneath it, at most: in large text a sentence takes as many."""


class Line(NamedTuple):
    """One row to choose; `value` is what a tap gives."""

    identifier: str
    value: str
    title: str
    detail: str
    icon: ft.IconData


@memo_component
def ChoiceRow(line: Line, on_choose: Callable[[str], None]) -> ft.Control:
    """`on_choose` must be stable."""
    return target(
        line.identifier,
        row(line.icon, line.title, line.detail, on_click=lambda: on_choose(line.value)),
        button=True,
    )


def menu_row(
    identifier: str,
    icon: ft.IconData,
    title: str,
    detail: str = "",
    on_click: Callable[[], None] | None = None,
) -> ft.Control:
    """A row that leads somewhere."""
    more = [ft.Icon(ft.Icons.CHEVRON_RIGHT, color=theme.MUTED)] if on_click else []
    return target(
        identifier, row(icon, title, detail, on_click=on_click, end=more), button=bool(on_click)
    )


def row(
    icon: ft.IconData | ft.Control,
    title: str,
    detail: str = "",
    *,
    on_click: Callable[[], None] | None = None,
    end: Sequence[ft.Control] = (),
    most: int = LINES,
) -> ft.Control:
    """The look that all rows share; where their height is fixed, each has at `most` a line."""
    lines: list[ft.Control] = [line(title, theme.BODY, most)]
    if detail:
        lines.append(line(detail, theme.SMALL, most, color=theme.MUTED))
    lead = icon if isinstance(icon, ft.Control) else ft.Icon(icon, color=theme.MUTED)
    return ft.Container(
        ink=on_click is not None,
        on_click=(lambda _event: on_click()) if on_click else None,
        border_radius=theme.RADIUS,
        padding=ft.Padding.symmetric(horizontal=12, vertical=10),
        content=ft.Row(
            spacing=theme.GAP_L,
            controls=[
                lead,
                ft.Container(
                    expand=True,
                    alignment=ft.Alignment.CENTER_LEFT,
                    padding=ft.Padding.symmetric(vertical=theme.GAP_S),
                    content=ft.Column(tight=True, spacing=2, controls=lines),
                ),
                *end,
            ],
        ),
    )
