"""A new task: a title, then the tap on a day saves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client import fieldwork
from client.errors import Invalid
from client.replica import DraftKey
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.fields import TextInput
from client.ui.components.page import reading, scroll
from client.ui.components.when import TASK_DAYS, DayChooser
from client.ui.hooks import use_app, use_box, use_stable
from client.ui.views import acts
from client.ui.views.kept_text import use_kept_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

FOLLOW_UP = "Follow up"
WHEN = "Tap the day it is due: that saves the task."


@component
def NewTaskView() -> Any:
    """`/new/task`: about nobody in particular."""
    return NewTask(fieldwork.About(), "")


@component
def NewTask(customer: fieldwork.About, name: str) -> ft.Control:
    app = use_app()
    return reading(
        "New task",
        scroll(
            [
                *([ft.Text(name, style=theme.HEADING)] if name else []),
                TaskForm(
                    "task", "", customer, on_done=lambda: app.go(acts.page_of(customer) or "/")
                ),
            ]
        ),
        on_back=lambda: app.go(acts.page_of(customer) or "/"),
    )


@component
def TaskForm(
    name: str,
    title: str,
    customer: fieldwork.About,
    on_done: Callable[[], None],
    activity_id: str = "",
) -> ft.Control:
    """The title and the days; `on_done` is called once the task is there.

    What is typed outlives the form: see `kept_text`.
    """
    app = use_app()
    about = (customer.account_id, customer.contact_id, activity_id)
    kept = use_kept_text(DraftKey("task", "", " ".join(filter(None, about))), title)
    typed = use_box(kept.first)
    error, set_error = ft.use_state("")

    def hear(text: str) -> None:
        typed.current = text
        kept.hear(text)

    on_text = use_stable(hear)

    def add(due: date) -> None:
        try:
            done = app.act(
                f"Task added for {wording.midway(wording.day_name(due, today))}",
                lambda: fieldwork.follow_up(
                    app.replica, typed.current.strip(), due, customer, activity_id
                ),
                once=f"task {due} {typed.current}",
            )
        except Invalid as problem:
            set_error(problem.message)
            return
        if done:
            set_error("")
            kept.used()
            on_done()

    today = wording.today(app.replica.now(), app.replica.settings.time_zone)
    return ft.Column(
        spacing=theme.GAP,
        controls=[
            TextInput(
                "What is to be done", on_text, initial=kept.first, error=error, autofocus=not title
            ),
            ft.Text(WHEN, style=theme.SMALL, color=theme.MUTED),
            DayChooser(name, TASK_DAYS, today, add),
        ],
    )
