"""A visit that is planned or runs: the tap on an outcome finishes it.

One that is over shows as an activity (`views/activity.py`), where the same parts can be changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client import fieldwork
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.choices import outcome_row
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.rows import menu_row
from client.ui.hooks import use_app, use_live
from client.ui.views import acts
from client.ui.views.about import unknown
from client.ui.views.activity import ActivityPage, NoteField, WhenRow, read_activity, whats_next
from client.ui.views.before import SOURCES, Before, before_card, read_before
from client.ui.views.custom.facts import CustomFacts
from client.ui.views.files.section import FilesSection
from client.ui.views.visits import check_in
from client.ui.views.visits.mending import Mending
from client.ui.views.visits.parts import visit_parts
from sync_protocol.records import Activity, Outcome, Task

if TYPE_CHECKING:
    from client.ui.context import App


@component
def VisitView() -> Any:
    """`/visit/<id>`."""
    app = use_app()
    visit_id = ft.use_route_params()["id"]
    visit = use_live(lambda replica: replica.get(Activity, visit_id), Activity, deps=[visit_id])
    if visit is None:
        return reading("Visit", unknown("visit"), on_back=lambda: app.go("/"))
    if visit.deleted or visit.status in ("done", "cancelled"):
        return ActivityPage(visit_id, just_logged=False)
    return OpenVisit(visit, key=f"{visit_id} {visit.status}")


@component
def OpenVisit(visit: Activity) -> ft.Control:
    """What to know first; then what is done in a visit of this status."""
    app = use_app()
    customer = acts.about(visit)
    before = use_live(lambda replica: read_before(replica, customer), *SOURCES, deps=[visit])
    if before is None:
        return reading("Visit", unknown(), on_back=lambda: app.go("/"))
    runs = visit.status == "running"
    body = Ongoing(visit, before) if runs else Ahead(visit, before)
    return reading(before.name, body, on_back=lambda: app.go("/"))


@component
def Ahead(visit: Activity, before: Before) -> ft.Control:
    """Outcomes first, for a visit that was short; or check in; what else can be done beneath."""
    app = use_app()
    settings, now = app.replica.settings, app.replica.now()
    return scroll(
        [
            *([_noted(visit.note)] if visit.note else []),
            before_card(before),
            Outcomes(visit, "How was the visit?"),
            section("Going in now?", [_check_in(app, visit)]),
            Mending(visit.account_id, key="mending"),
            *visit_parts(visit),
            section("Planned for", [WhenRow(visit, now, settings.time_zone)]),
            _others(app, visit, "It does not take place"),
        ]
    )


@component
def Ongoing(visit: Activity, before: Before) -> ft.Control:
    """What the visit is for and what is said; how it went; then all that may come of it."""
    app = use_app()
    told = use_live(lambda replica: read_activity(replica, visit.id), Activity, Task, deps=[visit])
    if told is None:
        return unknown("visit")
    purpose, *parts = visit_parts(visit)
    return scroll(
        [
            _since(app, visit),
            before_card(before),
            purpose,
            section("Note", [NoteField(visit.id, just_logged=False, key=visit.id)]),
            Outcomes(visit, "Finish: how was the visit?"),
            Mending(visit.account_id, key="mending"),
            *parts,
            *whats_next(told),
            CustomFacts("activity", visit.id, fill=True),
            FilesSection(Activity, visit.id, key=f"files {visit.id}"),
            _others(app, visit, "Cancel this visit"),
        ]
    )


@component
def Outcomes(visit: Activity, question: str) -> ft.Control:
    """A tap on one is all it takes."""
    app = use_app()
    outcomes = use_live(fieldwork.outcomes, Outcome)
    finish = outcome_row("visit-outcome", outcomes, "", lambda x: acts.finish(app, visit, x))
    return section(question, [finish])


def _since(app: App, visit: Activity) -> ft.Control:
    zone, now = app.replica.settings.time_zone, app.replica.now()
    day = wording.midway(wording.day(visit.at, now, zone))
    text = f"Running since {'' if day == 'today' else f'{day}, '}{wording.clock(visit.at, zone)}"
    undo = check_in.undo_button(app, visit.id)
    return target("since", states.notice(ft.Icons.TIMER_OUTLINED, text, actions=undo))


def _check_in(app: App, visit: Activity) -> ft.Control:
    return target(
        "check-in",
        ft.FilledTonalButton(
            "Check in",
            icon=ft.Icons.LOGIN,
            height=theme.TOUCH,
            on_click=lambda: check_in.begin(app, visit.id),
        ),
    )


def _noted(note: str) -> ft.Control:
    """What the visit is for, as it was noted when it was planned."""
    return target("purpose", states.notice(ft.Icons.FLAG_OUTLINED, note))


def _others(app: App, visit: Activity, cancel_words: str) -> ft.Control:
    page = acts.page_of(acts.about(visit))

    def cancel() -> None:
        if app.act("Visit cancelled", lambda: fieldwork.cancel(app.replica, visit)):
            app.go("/")

    rows = [
        menu_row("open-customer", ft.Icons.STOREFRONT_OUTLINED, "Open the customer", "",
                 lambda: app.go(page or "/")),
        target(
            "cancel-visit",
            ft.TextButton(
                cancel_words,
                icon=ft.Icons.EVENT_BUSY_OUTLINED,
                height=theme.TOUCH,
                on_click=cancel,
            ),
        ),
    ]  # fmt: skip
    return section("Something else", rows)
