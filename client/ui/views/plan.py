"""Planning a visit: a day and a time."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

import flet as ft

from client import crew, fieldwork
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.when import HOURS, PLAN_DAYS, DayChooser, working_hour
from client.ui.hooks import use_app, use_live, use_optional
from client.ui.views.about import unknown
from client.ui.views.planner.whose import whose_days
from client.zones import local
from sync_protocol.records import Account, Territory, User

if TYPE_CHECKING:
    from collections.abc import Callable

OTHER = "other"


@component
def PlanView() -> ft.Control:
    """`/plan/<account id>`."""
    app = use_app()
    account_id = ft.use_route_params()["id"]
    account = use_live(lambda replica: replica.get(Account, account_id), Account, deps=[account_id])
    back = f"/accounts/{account_id}"
    if account is None:
        return reading("Plan a visit", unknown(), on_back=lambda: app.go("/"))
    return reading(
        "Plan a visit",
        scroll([ft.Text(account.name, style=theme.HEADING), PlanForm(account, back)]),
        on_back=lambda: app.go(back),
    )


@component
def PlanForm(account: Account, back: str) -> ft.Control:
    """Tomorrow at nine unless the day is young; one button plans it."""
    app = use_app()
    time_zone = app.replica.settings.time_zone
    now = local(app.replica.now(), time_zone)
    today = now.date()
    late = now.hour >= HOURS[-1]
    day, set_day = ft.use_state(today + timedelta(days=1) if late else today)
    at, set_at = ft.use_state(time(9 if late else working_hour(now.hour + 1)))

    people = use_live(
        lambda replica: crew.led_at(replica, account), Territory, User, deps=[account]
    )
    chosen, set_whose = ft.use_state("")
    whose = next((x for x in people if x.id == chosen), None)
    other = whose.id if whose else ""

    def plan() -> None:
        moment = wording.moment(day, at.hour, at.minute, time_zone)
        customer = fieldwork.About(account.id)
        said = f"Visit planned: {wording.day_name(day, today)}, {at:%H:%M}"
        said += f", for {whose.name}" if whose else ""
        if app.act(said, lambda: fieldwork.plan(app.replica, customer, moment, other)):
            app.go(back)

    return ft.Column(
        spacing=theme.GAP,
        controls=[
            section("Day", [DayChooser("plan-day", PLAN_DAYS, today, set_day, chosen=day)]),
            section("Time", [TimeChooser("plan-time", at, set_at)]),
            *([section("For", whose_days("plan-for", people, other, set_whose))] if people else []),
            ft.Container(height=theme.GAP),
            target(
                "plan-save",
                ft.FilledButton(
                    f"Plan for {wording.midway(wording.day_name(day, today))}, {at:%H:%M}",
                    icon=ft.Icons.EVENT_AVAILABLE_OUTLINED,
                    height=theme.TOUCH,
                    on_click=plan,
                ),
            ),
        ],
    )


@component
def TimeChooser(name: str, at: time, on_time: Callable[[time], None]) -> ft.Control:
    """The full hours of a working day, and any other time from the clock."""
    picking, set_picking = use_optional(bool)

    def take(value: time) -> None:
        set_picking(None)
        on_time(value)

    def change(event: ft.Event[ft.TimePicker]) -> None:
        if event.control.value is not None:
            take(event.control.value)

    picker = ft.TimePicker(
        value=at,
        hour_format=ft.TimePickerHourFormat.H24,
        on_change=change,
        on_dismiss=lambda _event: set_picking(None),
    )
    ft.use_dialog(picker if picking else None)
    full = at.minute == 0 and at.hour in HOURS
    hours = [Choice(str(hour), f"{hour:02}:00") for hour in HOURS]
    other = Choice(OTHER, "Other time" if full else f"{at:%H:%M}", ft.Icons.SCHEDULE)
    return choice_row(
        name,
        [*hours, other],
        str(at.hour) if full else OTHER,
        lambda value: set_picking(True) if value == OTHER else take(time(int(value))),
    )
