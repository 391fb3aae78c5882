"""All tasks by when they are due: one's own, or everybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import fieldwork, tasks
from client.ui import naming, theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.task_row import TaskRow
from client.ui.hooks import use_app, use_live, use_stable
from client.ui.views import acts
from sync_protocol.records import Account, Contact, Deal, Lead, Task, User

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica

MINE, ALL, DONE = "mine", "all", "done"
WHOSE = (Choice(MINE, "Mine"), Choice(ALL, "All"), Choice(DONE, "Done"))
TITLES = {"overdue": "Overdue", "today": "Today", "coming": "Coming", "someday": "Some day"}
ALIVE = 25
"""Rows of one group that are shown; four groups stay under a hundred."""


@component
def TasksView() -> ft.Control:
    app = use_app()
    shown, set_shown = ft.use_state(MINE)
    whose = "" if shown == ALL else app.replica.user_id
    found = use_live(
        lambda replica: tasks.groups(replica, whose), Task, Account, Contact, User, deps=[whose]
    )
    tick = use_stable(lambda task_id: acts.tick(app, task_id))
    go = use_stable(lambda task_id: app.go(f"/tasks/{task_id}"))
    today = wording.today(app.replica.now(), app.replica.settings.time_zone)

    def rows(group: tuple[Task, ...]) -> list[ft.Control]:
        return [
            TaskRow(task, today, tick, about(app.replica, task, shown), go, key=task.id)
            for task in group[:ALIVE]
        ]

    if shown == DONE:
        groups = _group("Done", rows(found.done), found.counts["done"])
    else:
        groups = [
            part
            for name, title in TITLES.items()
            for part in _group(title, rows(getattr(found, name)), found.counts[name])
        ]
    chooser = choice_row("whose", WHOSE, shown, set_shown)
    body = scroll([chooser, *(groups or [_none(shown, lambda: app.go("/new/task"))])])
    return reading(
        "Tasks",
        body,
        on_back=lambda: app.go("/"),
        actions=[
            target(
                "new-task",
                ft.FilledTonalButton(
                    "New", icon=ft.Icons.ADD, height=theme.TOUCH,
                    on_click=lambda: app.go("/new/task"),
                ),
            )
        ],
    )  # fmt: skip


def about(replica: Replica, task: Task, shown: str) -> str:
    """Whom a task is about, and who is to do it where that is not plain."""
    customer = acts.name_of(replica, fieldwork.About(task.account_id, task.contact_id))
    other = next(
        (found for struct, record_id in ((Deal, task.deal_id), (Lead, task.lead_id))
         if record_id and (found := naming.name_of(replica, struct.__name__.lower(), record_id))),
        "",
    )  # fmt: skip
    whose = naming.person(replica, task.assignee_id) if shown == ALL else ""
    return wording.listed((whose, customer, other))


def _group(title: str, rows: list[ft.Control], count: int) -> list[ft.Control]:
    if not rows:
        return []
    rest = count - len(rows)
    more = [ft.Text(f"and {rest} more", color=theme.MUTED)] if rest > 0 else []
    return [section(title, [*rows, *more], count)]


def _none(shown: str, on_new: Callable[[], None]) -> ft.Control:
    if shown == DONE:
        return states.none_yet(
            ft.Icons.TASK_ALT, "Nothing done yet", "What you tick off stays here."
        )
    return states.none_yet(
        ft.Icons.TASK_ALT,
        "No open tasks",
        "Follow-ups you set after a visit or a call are listed here.",
        "New task",
        on_new,
    )
