"""A task as a row to tick off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme, wording
from client.ui.component import memo_component
from client.ui.components.line import line
from client.ui.components.page import card, target
from client.ui.hooks import use_layout

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from sync_protocol.records import Task

LARGE_TEXT = 1.3
"""Larger, and the day has a line to itself."""


@memo_component
def TaskRow(
    task: Task,
    today: date,
    on_tick: Callable[[str], None],
    customer: str = "",
    on_open: Callable[[str], None] | None = None,
) -> ft.Control:
    """A task to tick off; `customer` says whom it is about, where that is not plain."""
    done = task.done_at is not None
    late = not done and task.due is not None and task.due < today
    due = "" if task.due is None else wording.day_name(task.due, today)
    due = wording.listed((due, task.time))
    when = [ft.Text(due, style=theme.SMALL, color=ft.Colors.ERROR if late else theme.MUTED)]
    about = [line(customer, theme.SMALL, color=theme.MUTED)] if customer else []
    large = use_layout().text > LARGE_TEXT
    box = ft.Checkbox(
        value=done, semantics_label=task.title, on_change=lambda _event: on_tick(task.id)
    )
    return card(
        ft.Row(
            spacing=theme.GAP,
            controls=[
                target(f"task-{task.id}", box),
                _words(task, [*about, *(when if large else [])], on_open),
                *_marks(task),
                *([] if large else when),
            ],
        )
    )


def _words(task: Task, about: list[ft.Text], on_open: Callable[[str], None] | None) -> ft.Control:
    words = ft.Container(
        expand=True,
        ink=on_open is not None,
        border_radius=theme.RADIUS_S,
        on_click=(lambda _event: on_open(task.id)) if on_open else None,
        alignment=ft.Alignment.CENTER_LEFT,
        padding=ft.Padding.symmetric(vertical=theme.GAP),
        content=ft.Column(
            tight=True, spacing=2, controls=[line(task.title, theme.BODY, lines=3), *about]
        ),
    )
    return target(f"open-task-{task.id}", words, button=True, expand=True) if on_open else words


def _marks(task: Task) -> list[ft.Control]:
    """That it repeats, and that it matters."""
    marks: list[ft.Control] = []
    if task.repeat:
        marks.append(ft.Icon(ft.Icons.REPEAT, size=16, color=theme.MUTED, tooltip="Repeats"))
    if task.priority == "high":
        high = ft.Icons.PRIORITY_HIGH
        marks.append(ft.Icon(high, size=18, color=ft.Colors.ERROR, tooltip="High priority"))
    return marks
