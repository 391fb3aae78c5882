"""Text fields that say how they understood what was typed: numbers, amounts, days.

What is typed is reported as it is, so that a draft keeps it even where it makes no sense yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client.customising import read_day
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.buttons import icon_button
from client.ui.components.fields import TextInput
from client.ui.components.when import day_picker
from client.ui.hooks import use_app, use_box, use_paused, use_stable

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date


@component
def ReadInput(
    label: str,
    on_text: Callable[[str], None],
    understand: Callable[[str], str],
    initial: str = "",
    error: str = "",
    **options: Any,
) -> ft.Control:
    """`understand` tells a text in words, empty if they would say nothing new."""
    rested, set_rested = ft.use_state("")
    rest = use_paused(set_rested)

    def hear(text: str) -> None:
        on_text(text)
        rest(text)

    words = understand(rested) if rested else ""
    beneath = [_beneath(f"= {words}")] if words and words != rested.strip() else []
    field = TextInput(label, use_stable(hear), initial, error, **options)
    return _column([field, *beneath])


@component
def DayInput(
    label: str,
    on_text: Callable[[str], None],
    understand: Callable[[str], str],
    initial: str = "",
    error: str = "",
    **options: Any,
) -> ft.Control:
    """A day, typed or taken from the calendar, which writes it as 2026-05-31."""
    app = use_app()
    text = use_box(initial)
    picking, set_picking = ft.use_state(False)
    generation, set_generation = ft.use_state(0)
    settings = app.replica.settings
    today = wording.today(app.replica.now(), settings.time_zone)

    def hear(typed: str) -> None:
        text.current = typed
        on_text(typed)

    def picked(day: date) -> None:
        set_picking(False)
        hear(day.isoformat())
        set_generation(lambda old: old + 1)

    at = read_day(text.current.strip(), settings.locale) or today
    first = min(at, today).replace(month=1, day=1)
    picker = day_picker(at, first, picked, lambda: set_picking(False))
    ft.use_dialog(picker if picking else None)
    calendar = icon_button(
        ft.Icons.CALENDAR_MONTH_OUTLINED,
        f"{label}: calendar",
        height=theme.TALL,
        on_click=lambda _event: set_picking(True),
    )
    field = ReadInput(
        label, use_stable(hear), understand, text.current, error,
        key=f"{generation}", expand=True, **options,
    )  # fmt: skip
    return ft.Row(
        spacing=theme.GAP,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[ft.Container(field, expand=True), calendar],
    )


def _beneath(text: str) -> ft.Control:
    return ft.Container(
        padding=ft.Padding.only(left=12),
        content=ft.Text(text, style=theme.SMALL, color=theme.MUTED),
    )


def _column(controls: list[ft.Control]) -> ft.Control:
    return ft.Column(
        tight=True,
        spacing=2,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=controls,
    )
