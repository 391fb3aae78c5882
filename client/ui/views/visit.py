"""A planned visit: the tap on an outcome logs it. One that has happened shows as an activity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client import fieldwork
from client.ui import theme
from client.ui.component import component
from client.ui.components import states
from client.ui.components.choices import outcome_row
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.rows import menu_row
from client.ui.hooks import use_app, use_live
from client.ui.views import acts
from client.ui.views.about import before_card, read_before, unknown
from client.ui.views.activity import ActivityPage, WhenRow
from sync_protocol.records import Account, Activity, Contact, Label, Labelling, Outcome

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
    return PlannedVisit(visit)


@component
def PlannedVisit(visit: Activity) -> ft.Control:
    """Outcomes first; what to know and what else can be done beneath."""
    app = use_app()
    customer = fieldwork.About(visit.account_id, visit.contact_id)
    before = use_live(
        lambda replica: read_before(replica, customer),
        Account, Activity, Contact, Label, Labelling, deps=[visit],
    )  # fmt: skip
    outcomes = use_live(fieldwork.outcomes, Outcome)
    if before is None:
        return reading("Visit", unknown(), on_back=lambda: app.go("/"))
    settings, now = app.replica.settings, app.replica.now()
    return reading(
        before.name,
        scroll(
            [
                *([_purpose(visit.note)] if visit.note else []),
                before_card(before),
                section(
                    "How was the visit?",
                    [
                        outcome_row(
                            "visit-outcome",
                            outcomes,
                            "",
                            lambda outcome_id: acts.finish(app, visit, outcome_id),
                        )
                    ],
                ),
                section("Planned for", [WhenRow(visit, now, settings.time_zone)]),
                _others(app, visit, acts.page_of(customer)),
            ]
        ),
        on_back=lambda: app.go("/"),
    )


def _purpose(note: str) -> ft.Control:
    """What the visit is for, as it was noted when it was planned."""
    return target("purpose", states.notice(ft.Icons.FLAG_OUTLINED, note))


def _others(app: App, visit: Activity, page: str) -> ft.Control:
    def cancel() -> None:
        if app.act("Visit cancelled", lambda: fieldwork.cancel(app.replica, visit)):
            app.go("/")

    rows = [
        menu_row("open-customer", ft.Icons.STOREFRONT_OUTLINED, "Open the customer", "",
                 lambda: app.go(page or "/")),
        target(
            "cancel-visit",
            ft.TextButton(
                "It does not take place",
                icon=ft.Icons.EVENT_BUSY_OUTLINED,
                height=theme.TOUCH,
                on_click=cancel,
            ),
        ),
    ]  # fmt: skip
    return section("Something else", rows)
