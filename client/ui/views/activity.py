"""One activity: how it went, what was said, what comes next. Everything saves by itself.

The same page serves right after logging (`/activities/<id>/logged`), where it says so and leads
back to the day, and whenever somebody opens the activity from a timeline.
"""

from __future__ import annotations

from datetime import time
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft

from client import fieldwork
from client.ui import naming, theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.choices import outcome_row
from client.ui.components.page import card, reading, scroll, section, target
from client.ui.components.rows import menu_row, row
from client.ui.components.when import day_picker
from client.ui.hooks import use_app, use_live, use_optional
from client.ui.self_saving import use_saving
from client.ui.views import acts
from client.ui.views.cadences.proposal import NextVisit
from client.ui.views.custom.facts import CustomFacts
from client.ui.views.files.section import FilesSection
from client.ui.views.note import SavedNote, saved_line
from client.ui.views.records.labels_section import LabelsSection
from client.ui.views.talk import Comments, FollowButton
from client.ui.views.task import FOLLOW_UP, TaskForm
from client.ui.views.visits.parts import visit_parts
from client.zones import local
from sync_protocol.records import (
    Account,
    Activity,
    Contact,
    Deal,
    Outcome,
    OutcomeGiven,
    Task,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from client.replica import Replica
    from client.ui.context import App


class Told(NamedTuple):
    """An activity with everything its page says about it."""

    activity: Activity
    customer: str
    deal: str
    """Its name, empty if it was about none or that is not here."""
    owner: str
    tasks: tuple[Task, ...]
    planned: tuple[Activity, ...]
    now_ms: int
    time_zone: str

    @property
    def about(self) -> fieldwork.About:
        return acts.about(self.activity)


@component
def ActivityView() -> Any:
    """`/activities/<id>`."""
    return ActivityPage(ft.use_route_params()["id"], just_logged=False)


@component
def LoggedView() -> Any:
    """`/activities/<id>/logged`: where the tap on an outcome leads."""
    return ActivityPage(ft.use_route_params()["id"], just_logged=True)


@component
def ActivityPage(activity_id: str, just_logged: bool) -> ft.Control:
    app = use_app()
    told = use_live(
        lambda replica: read_activity(replica, activity_id),
        Activity, Account, Contact, Deal, Task, User, deps=[activity_id],
    )  # fmt: skip
    outcomes = use_live(fieldwork.outcomes, Outcome)
    if told is None or told.activity.deleted:
        return reading("Activity", _gone(app), on_back=lambda: app.go("/"))
    activity = told.activity
    back = "/" if just_logged else acts.page_of(told.about) or "/"
    given = activity.outcome.outcome_id if activity.outcome else ""
    parts = [
        *([_logged(app, activity)] if just_logged else []),
        _facts(app, told),
        *_how(app, activity, outcomes, given),
        section("Note", [NoteField(activity.id, just_logged, key=activity.id)]),
        *visit_parts(activity),
        *whats_next(told),
        LabelsSection(activity, key=f"labels {activity.id}"),
        CustomFacts("activity", activity.id, fill=True),
        FilesSection(Activity, activity.id, key=f"files {activity.id}"),
        *([] if just_logged else [Comments("activity", activity.id)]),
        _delete(app, activity),
    ]
    name = acts.NAMES[activity.kind]
    return reading(
        f"{name} logged" if just_logged else name,
        scroll(parts),
        on_back=lambda: app.go(back),
        actions=[
            *([] if just_logged else [FollowButton("activity", activity.id)]),
            target(
                "done",
                ft.FilledButton("Done", height=theme.TOUCH, on_click=lambda: app.go(back)),
            ),
        ],
    )


def read_activity(replica: Replica, activity_id: str) -> Told | None:
    activity = replica.get(Activity, activity_id)
    if activity is None:
        return None
    customer = acts.about(activity)
    owner = replica.get(User, activity.owner_id) if activity.owner_id else None
    now = replica.now()
    ahead = replica.query(
        kind="visit", status="planned", order_by="at", account_id=activity.account_id or "-"
    )
    deal = replica.get(Deal, activity.deal_id) if activity.deal_id else None
    return Told(
        activity=activity,
        deal=deal.name if deal and not deal.deleted else "",
        customer=acts.name_of(replica, customer),
        owner=owner.name if owner else "",
        tasks=tuple(replica.find(Task, activity_id=activity_id)),
        planned=tuple(x for x in replica.find(Activity, ahead) if x.at > now),
        now_ms=now,
        time_zone=replica.settings.time_zone,
    )


@component
def NoteField(activity_id: str, just_logged: bool) -> ft.Control:
    """The note, saved as it is typed."""
    app = use_app()

    def read(replica: Replica) -> str:
        activity = replica.get(Activity, activity_id)
        return activity.note if activity else ""

    def write(text: str) -> None:
        current = app.replica.get(Activity, activity_id)
        if current is not None and not current.deleted:
            fieldwork.write_note(app.replica, current, text, just_logged=just_logged)

    saving = use_saving(read, write, Activity, done="Saved")
    return ft.Column(
        spacing=theme.GAP_S, controls=[SavedNote("Note", saving), saved_line(saving.said)]
    )


@component
def WhenRow(activity: Activity, now_ms: int, time_zone: str) -> ft.Control:
    """The day and the time; a tap on either changes it."""
    app = use_app()
    picking, set_picking = use_optional(str)
    at = local(activity.at, time_zone)
    today = wording.today(now_ms, time_zone)

    def move(day: date, hour: int, minute: int) -> None:
        set_picking(None)
        moment = wording.moment(day, hour, minute, time_zone)
        app.change(activity, "Time changed", at=moment)

    def take_time(value: time | None) -> None:
        if value is not None:
            move(at.date(), value.hour, value.minute)

    def close(_event: object = None) -> None:
        set_picking(None)

    dialog: ft.DialogControl | None = None
    if picking == "day":
        first = min(at.date(), today)
        dialog = day_picker(at.date(), first, lambda day: move(day, at.hour, at.minute), close)
    elif picking == "time":
        dialog = ft.TimePicker(
            value=at.time(),
            hour_format=ft.TimePickerHourFormat.H24,
            on_change=lambda event: take_time(event.control.value),
            on_dismiss=close,
        )
    ft.use_dialog(dialog)
    day, clock = wording.day(activity.at, now_ms, time_zone), f"{at:%H:%M}"
    to_day = _quiet(day, ft.Icons.CALENDAR_TODAY_OUTLINED, lambda: set_picking("day"))
    to_time = _quiet(clock, ft.Icons.SCHEDULE, lambda: set_picking("time"))
    controls: list[ft.Control] = [target("when-day", to_day), target("when-time", to_time)]
    return ft.Row(wrap=True, spacing=theme.GAP, controls=controls)


def _facts(app: App, told: Told) -> ft.Control:
    """Who, when, by whom."""
    page = acts.page_of(told.about)
    who = told.customer or "No customer"
    by = f"By {told.owner}" if told.owner else ""
    return card(
        ft.Column(
            spacing=theme.GAP_S,
            controls=[
                target(
                    "customer",
                    row(
                        acts.ICONS[told.activity.kind],
                        who,
                        by,
                        on_click=(lambda: app.go(page)) if page else None,
                    ),
                    button=bool(page),
                ),
                *_deal(app, told),
                WhenRow(told.activity, told.now_ms, told.time_zone),
            ],
        )
    )


def _deal(app: App, told: Told) -> list[ft.Control]:
    """The deal it was about; its page leads back by its timeline."""
    if not told.deal:
        return []
    go = partial(app.go, naming.page_of_its_own("deal", told.activity.deal_id))
    return [menu_row("deal", ft.Icons.VIEW_KANBAN_OUTLINED, told.deal, "Deal", go)]


def _logged(app: App, activity: Activity) -> ft.Control:
    """It is saved already; all below is optional."""
    del app
    name = acts.NAMES[activity.kind]
    return target(
        "logged",
        states.notice(ft.Icons.CHECK_CIRCLE, f"{name} saved on this device. The rest is optional."),
    )


def _how(app: App, activity: Activity, outcomes: Sequence[Outcome], given: str) -> list[ft.Control]:
    if activity.kind == "note" or not outcomes:
        return []

    def choose(outcome_id: str) -> None:
        standing = app.replica.as_it_is(activity).outcome
        reason = standing.reason if standing else ""
        value = None if outcome_id == given else OutcomeGiven(outcome_id, reason)
        app.change(activity, "Outcome changed", outcome=value)

    known = given if any(outcome.id == given for outcome in outcomes) else given and "-"
    return [section("Outcome", [outcome_row("outcome", outcomes, known, choose)])]


def whats_next(told: Told) -> list[ft.Control]:
    """A follow-up and the next visit: each is one tap."""
    today = wording.today(told.now_ms, told.time_zone)
    added = [
        row(ft.Icons.TASK_ALT_OUTLINED, task.title,
            f"due {wording.midway(wording.day_name(task.due, today))}" if task.due else "")
        for task in told.tasks
    ]  # fmt: skip
    parts = [
        section(
            "Follow-up",
            [
                *added,
                TaskForm(
                    "follow-up", FOLLOW_UP, told.about, lambda: None, told.activity.id,
                    key=f"follow-up-{len(added)}",
                ),
            ],
        )
    ]  # fmt: skip
    if told.activity.kind == "visit" and told.activity.account_id:
        parts.append(NextVisit(told.activity, told.planned, key="next-visit"))
    return parts


def _delete(app: App, activity: Activity) -> ft.Control:
    name = acts.NAMES[activity.kind]

    def delete() -> None:
        app.act(f"{name} deleted", lambda: app.replica.delete(activity))

    return ft.Container(
        padding=ft.Padding.only(top=theme.GAP_XL),
        content=target(
            "delete",
            ft.TextButton(
                f"Delete this {name.lower()}",
                icon=ft.Icons.DELETE_OUTLINE,
                height=theme.TOUCH,
                style=ft.ButtonStyle(color=ft.Colors.ERROR, icon_color=ft.Colors.ERROR),
                on_click=delete,
            ),
        ),
    )


def _gone(app: App) -> ft.Control:
    return states.empty(
        ft.Icons.UNDO,
        "This is not here any more",
        "It was deleted or taken back.",
        "To today",
        lambda: app.go("/"),
    )


def _quiet(text: str, icon: ft.IconData, on_click: Callable[[], None]) -> ft.Control:
    return ft.TextButton(text, icon=icon, height=theme.TOUCH, on_click=on_click)
