"""Beginning a visit, and going back to the one that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import fieldwork, visiting
from client.ui import locating, theme
from client.ui.component import component
from client.ui.components.buttons import icon_button
from client.ui.components.page import target
from client.ui.hooks import use_app, use_live
from client.ui.views import acts
from sync_protocol.records import Activity

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.context import App


@component
def CheckInButton(customer: fieldwork.About) -> ft.Control:
    """Check in; Resume while the visit with this customer runs."""
    app = use_app()
    visit = use_live(
        lambda replica: visiting.running_with(replica, customer), Activity, deps=[customer]
    )
    words, icon = ("Check in", ft.Icons.LOGIN) if visit is None else ("Resume", ft.Icons.TIMER)
    return target(
        "check-in",
        ft.FilledButton(
            words, icon=icon, height=theme.TOUCH, on_click=lambda: check_in(app, customer)
        ),
    )


def arrive_button(visit_id: str, on_arrive: Callable[[str], None]) -> ft.Control:
    """Check in from a card of the day, which itself leads to the outcomes."""
    return target(
        f"arrive-{visit_id}",
        icon_button(
            ft.Icons.LOGIN,
            "Check in",
            icon_color=ft.Colors.PRIMARY,
            on_click=lambda _event: on_arrive(visit_id),
        ),
        button=True,
        label="Check in",
    )


def check_in(app: App, customer: fieldwork.About) -> None:
    """Begin a visit, or go back to the one with this customer."""
    ongoing = visiting.running(app.replica)
    if ongoing is not None:
        _go_on(app, ongoing, here=visiting.running_with(app.replica, customer) is not None)
        return
    _begin(app, lambda: visiting.check_in(app.replica, customer))


def begin(app: App, visit_id: str) -> None:
    """Begin a visit that was planned."""
    visit, ongoing = app.replica.get(Activity, visit_id), visiting.running(app.replica)
    if ongoing is not None:
        _go_on(app, ongoing, here=ongoing.id == visit_id)
    elif visit is not None:
        _begin(app, lambda: visiting.begin(app.replica, visit))


def undo_button(app: App, visit_id: str) -> list[ft.Control]:
    """Takes the checking in back, on the line that says that the visit runs.

    No bar says so: it would lie over the outcomes, which are wanted next. It is there until the app
    is closed; afterwards the visit can be cancelled.
    """
    act = app.kept(_act_of(visit_id))
    if act is None:
        return []
    undo = ft.TextButton("Undo", height=theme.TOUCH, on_click=lambda: app.undo(act))
    return [target("undo-check-in", undo)]


def _begin(app: App, write: Callable[[], Activity]) -> None:
    begun: list[Activity] = []
    if app.act("", lambda: begun.append(write())):
        visit = begun[0].id
        app.forget(_act_of(visit))
        app.keep(_act_of(visit), app.replica.last_act)
        locating.note(app, visit)
        app.go(f"/visit/{visit}")


def _act_of(visit_id: str) -> str:
    return f"check-in {visit_id}"


def _go_on(app: App, visit: Activity, *, here: bool) -> None:
    """One visit at a time: go back to it, or say where it is."""

    def resume() -> None:
        app.go(f"/visit/{visit.id}")

    if here:
        resume()
        return
    where = acts.name_of(app.replica, acts.about(visit)) or "another customer"
    app.say(f"You are still at {where}", "Resume", resume)
