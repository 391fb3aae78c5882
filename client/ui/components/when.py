"""Choosing a day: the near ones as buttons, any other from the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import flet as ft

from client.ui import wording
from client.ui.component import component
from client.ui.components.choices import Choice, choice_row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HOURS = tuple(range(8, 18))
"""The full hours at which a visit may start without anybody having said so."""
NOON = 12
YEARS_AHEAD = 5
OTHER = "other"
TASK_DAYS = ((0, "Today"), (1, "Tomorrow"), (7, "In a week"))
VISIT_DAYS = ((7, "In a week"), (14, "In 2 weeks"), (28, "In 4 weeks"))
PLAN_DAYS = ((0, "Today"), (1, "Tomorrow"))


@component
def DayChooser(
    name: str,
    days: Sequence[tuple[int, str]],
    today: date,
    on_day: Callable[[date], None],
    chosen: date | None = None,
) -> ft.Control:
    """Buttons `name-1`, `name-7`, ... by days from today, and `name-other` for the calendar."""
    picking, set_picking = ft.use_state(False)

    def choose(value: str) -> None:
        if value == OTHER:
            set_picking(True)
        else:
            on_day(today + timedelta(days=int(value)))

    def picked(day: date) -> None:
        set_picking(False)
        on_day(day)

    ft.use_dialog(
        day_picker(chosen or today, today, picked, lambda: set_picking(False)) if picking else None
    )
    near = {str(away): label for away, label in days}
    at = "" if chosen is None else str((chosen - today).days)
    other = chosen is not None and at not in near
    label = wording.day_name(chosen, today) if chosen is not None and other else "Pick a date"
    return choice_row(
        name,
        [*(Choice(value, text) for value, text in near.items()),
         Choice(OTHER, label, ft.Icons.CALENDAR_MONTH_OUTLINED)],
        OTHER if other else at,
        choose,
    )  # fmt: skip


def working_hour(hour: int) -> int:
    """The nearest hour at which a customer would be visited."""
    return min(max(hour, HOURS[0]), HOURS[-1])


def day_picker(
    value: date, first: date, on_day: Callable[[date], None], on_close: Callable[[], None]
) -> ft.DatePicker:
    """The calendar. Flet sends moments, in UTC: noon by this device's clock stays on its day."""

    def change(event: ft.Event[ft.DatePicker]) -> None:
        picked = event.control.value
        if isinstance(picked, date):
            on_day(day_of(picked))

    return ft.DatePicker(
        value=_noon(value),
        first_date=_noon(min(first, value)),
        last_date=_noon(first.replace(month=12, day=31, year=first.year + YEARS_AHEAD)),
        on_change=change,
        on_dismiss=lambda _event: on_close(),
    )


def day_of(picked: date) -> date:
    """The day that was tapped, from the moment Flet makes of it: midnight there, told in UTC.

    Where Python's zone is not the screen's, the nearest midnight is taken: right from UTC-11 to
    UTC+12.
    """
    if not isinstance(picked, datetime):
        return picked
    here = picked.astimezone()
    if (here.hour, here.minute) == (0, 0):
        return here.date()
    return (picked.astimezone(UTC) + timedelta(hours=NOON)).date()


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, NOON).astimezone()
