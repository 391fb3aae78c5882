"""A task as a row to tick off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme, wording
from client.ui.component import memo_component
from client.ui.components.page import card, target

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from sync_protocol.records import Task


@memo_component
def TaskRow(
    task: Task, today: date, on_tick: Callable[[str], None], customer: str = ""
) -> ft.Control:
    """A task to tick off; `customer` says whom it is about, where that is not plain."""
    late = task.due is not None and task.due < today
    due = "" if task.due is None else wording.day_name(task.due, today)
    about = (
        [ft.Text(customer, style=theme.SMALL, color=theme.MUTED, max_lines=1)] if customer else []
    )
    box = ft.Checkbox(
        value=False, semantics_label=task.title, on_change=lambda _event: on_tick(task.id)
    )
    return card(
        ft.Row(
            spacing=theme.GAP,
            controls=[
                target(f"task-{task.id}", box),
                ft.Column(
                    expand=True,
                    tight=True,
                    spacing=2,
                    controls=[ft.Text(task.title, style=theme.BODY), *about],
                ),
                ft.Text(due, style=theme.SMALL, color=ft.Colors.ERROR if late else theme.MUTED),
            ],
        )
    )
