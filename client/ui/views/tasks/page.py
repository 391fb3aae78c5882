"""One task: everything about it can be changed, each change saves by itself and can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft

from client import fieldwork, tasks
from client.ui import naming, theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.choices import Choice, choice_row, dropdown
from client.ui.components.fields import TextInput, one_line
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.rows import menu_row
from client.ui.components.when import TASK_DAYS, DayChooser
from client.ui.hooks import use_app, use_autosave, use_live
from client.ui.reminding import ask_leave
from client.ui.self_saving import use_saving
from client.ui.views import acts
from client.ui.views.custom.facts import CustomFacts
from client.ui.views.files.section import FilesSection
from client.ui.views.note import SavedNote, saved_title
from client.ui.views.records.labels_section import LabelsSection
from client.ui.views.talk import Comments, FollowButton
from sync_protocol.records import Account, Contact, Task, User

if TYPE_CHECKING:
    from datetime import time

    from client.replica import Replica
    from client.ui.context import App

CUSTOM = "custom"
PRIORITIES = (Choice("low", "Low"), Choice("normal", "Normal"), Choice("high", "High"))
NO_REMINDER = "none"
NEEDED = "A task needs a few words, so that you know what to do."


class Told(NamedTuple):
    """A task with what its page says about it."""

    task: Task
    customer: str
    page: str
    users: tuple[User, ...]
    now_ms: int
    time_zone: str


@component
def TaskView() -> Any:
    """`/tasks/<id>`."""
    task_id = ft.use_route_params()["id"]
    return TaskPage(task_id, key=task_id)


@component
def TaskPage(task_id: str) -> ft.Control:
    app = use_app()
    told = use_live(
        lambda replica: read_task(replica, task_id), Task, Account, Contact, User, deps=[task_id]
    )
    if told is None:
        return reading("Task", _gone(app), on_back=lambda: app.go("/tasks"))
    task = told.task
    return reading(
        "Task",
        scroll(
            [
                TextField(task.id, "title", key=f"title {task.id}"),
                _done(app, task),
                *_about(app, told),
                *_when(app, told),
                *_how(app, told),
                section("Note", [TextField(task.id, "about", key=f"about {task.id}")]),
                CustomFacts("task", task.id, fill=True),
                LabelsSection(task, key=f"labels {task.id}"),
                FilesSection(Task, task.id, key=f"files {task.id}"),
                Comments("task", task.id),
                _delete(app, task),
            ]
        ),
        on_back=lambda: app.go("/tasks"),
        actions=[FollowButton("task", task.id)],
    )


def read_task(replica: Replica, task_id: str) -> Told | None:
    task = replica.get(Task, task_id)
    if task is None or task.deleted:
        return None
    customer = fieldwork.About(task.account_id, task.contact_id)
    page, name = acts.page_of(customer), acts.name_of(replica, customer)
    for kind, record_id in (("deal", task.deal_id), ("lead", task.lead_id)):
        if not name and record_id:
            name = naming.name_of(replica, kind, record_id)
            page = naming.page_of(replica, kind, record_id)
    users = tuple(tasks.assignees(replica, task.assignee_id))
    return Told(task, name, page, users, replica.now(), replica.settings.time_zone)


@component
def TextField(task_id: str, field: str) -> ft.Control:
    """The title or the note, saved as it is typed."""
    app = use_app()

    def read(replica: Replica) -> str:
        return str(getattr(replica.get(Task, task_id), field, ""))

    def write(text: str) -> None:
        current = app.replica.get(Task, task_id)
        if current is not None and not current.deleted:
            with app.replica.changeset("Edit task"):
                said = one_line(text) if field == "title" else text
                app.replica.update(current, **{field: said})

    saving = use_saving(read, write, Task, needed=NEEDED)
    if field == "about":
        return SavedNote("Note", saving)
    return target("task-title", saved_title("What is to be done", saving))


def _done(app: App, task: Task) -> ft.Control:
    open_ = task.done_at is None
    button = ft.FilledButton if open_ else ft.OutlinedButton
    return target(
        "task-done",
        button(
            "Done" if open_ else "Open again",
            icon=ft.Icons.CHECK if open_ else ft.Icons.UNDO,
            height=theme.TOUCH,
            on_click=lambda: acts.tick(app, task.id),
        ),
    )


def _about(app: App, told: Told) -> list[ft.Control]:
    if not told.customer:
        return []
    go = (lambda: app.go(told.page)) if told.page else None
    return [menu_row("customer", ft.Icons.STOREFRONT_OUTLINED, told.customer, "", go)]


def _when(app: App, told: Told) -> list[ft.Control]:
    task, today = told.task, wording.today(told.now_ms, told.time_zone)

    def move(day: Any) -> None:
        said = f"Due {wording.midway(wording.day_name(day, today))}"
        app.act(said, lambda: tasks.postpone(app.replica, task, day))

    days = DayChooser("due", TASK_DAYS, today, move, task.due, key=f"due {task.due}")
    if task.due is None:
        return [section("Due", [days])]
    remind = NO_REMINDER if task.remind_min is None else str(task.remind_min)
    reminders = [Choice(NO_REMINDER, "None"), *(Choice(f"{m}", t) for m, t in tasks.REMINDERS)]

    def remind_at(value: str) -> None:
        minutes = None if value == NO_REMINDER else int(value)
        app.change(task, "Reminder changed", remind_min=minutes)
        if minutes is not None:
            app.page.run_task(ask_leave, app)

    return [
        section("Due", [days, TimeRow(task, key=f"time {task.time}")]),
        section("Reminder", [choice_row("remind", reminders, remind, remind_at)]),
        section("Repeats", [RepeatRow(task, key=f"repeat {task.due} {task.repeat}")]),
    ]


@component
def TimeRow(task: Task) -> ft.Control:
    """The time of day, or the whole day."""
    app = use_app()
    picking, set_picking = ft.use_state(False)

    def take(value: time | None) -> None:
        set_picking(False)
        if value is not None:
            app.change(task, f"Due at {value:%H:%M}", time=f"{value:%H:%M}")

    def choose(value: str) -> None:
        if value:
            set_picking(True)
        elif task.time:
            app.change(task, "Due any time that day", time="")

    picker = ft.TimePicker(
        value=tasks.clock_of(task),
        hour_format=ft.TimePickerHourFormat.H24,
        on_change=lambda event: take(event.control.value),
        on_dismiss=lambda _event: set_picking(False),
    )
    ft.use_dialog(picker if picking else None)
    label = f"At {task.time}" if task.time else "At a time"
    choices = (Choice("", "Any time"), Choice("at", label, ft.Icons.SCHEDULE))
    return choice_row("time", choices, "at" if task.time else "", choose)


@component
def RepeatRow(task: Task) -> ft.Control:
    """The usual repeats as buttons, any other rule as text that is checked."""
    app = use_app()
    assert task.due is not None  # noqa: S101 - the page shows it only beneath a day
    offered = dict(tasks.repeats(task.due))
    own = task.repeat not in offered
    writing, set_writing = ft.use_state(own)
    error, set_error = ft.use_state("")

    def choose(rule: str) -> None:
        set_writing(rule == CUSTOM)
        if rule != CUSTOM:
            app.change(task, offered[rule] if rule else "Does not repeat", repeat=rule)

    def save(text: str) -> None:
        current = app.replica.get(Task, task.id)
        if current is None or current.due is None:
            return
        problem = tasks.check_rule(text, current.due)
        set_error(problem)
        if not problem and text.strip() != current.repeat:
            app.change(current, "Repeat changed", repeat=text.strip())

    hear = use_autosave(save)
    choices = [*(Choice(rule, words) for rule, words in offered.items()), Choice(CUSTOM, "Other")]
    row = choice_row("repeat", choices, CUSTOM if writing else task.repeat, choose)
    field = TextInput("Rule (RFC 5545)", hear, task.repeat if own else "", error)
    return ft.Column(spacing=theme.GAP, controls=[row, *([field] if writing else [])])


def _how(app: App, told: Told) -> list[ft.Control]:
    """How much it matters, and who does it."""
    task = told.task

    def prefer(value: str) -> None:
        app.change(task, "Priority changed", priority=value)

    def give(chosen: str) -> None:
        name = naming.person(app.replica, chosen)
        app.change(task, f"Given to {name}", assignee_id=chosen)

    people = dropdown(
        "Who does it",
        [Choice(user.id, user.name) for user in told.users],
        task.assignee_id,
        give,
        label="Who does it",
        width=theme.READABLE_WIDTH,
    )
    return [
        section("Priority", [choice_row("priority", PRIORITIES, task.priority, prefer)]),
        section("Assigned to", [target("assignee", people)]),
    ]


def _delete(app: App, task: Task) -> ft.Control:
    def delete() -> None:
        if app.act("Task deleted", lambda: app.replica.delete(task)):
            app.go("/tasks")

    return target(
        "delete",
        ft.TextButton(
            "Delete this task",
            icon=ft.Icons.DELETE_OUTLINE,
            height=theme.TOUCH,
            style=ft.ButtonStyle(color=ft.Colors.ERROR, icon_color=ft.Colors.ERROR),
            on_click=delete,
        ),
    )


def _gone(app: App) -> ft.Control:
    return states.empty(
        ft.Icons.TASK_ALT, "This task is not here", "It was deleted, or is not yours to see.",
        "To the tasks", lambda: app.go("/tasks"),
    )  # fmt: skip
