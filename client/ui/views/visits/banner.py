"""The thin line on every screen while a visit runs: where, since when, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client import visiting
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.page import target
from client.ui.hooks import use_app, use_live
from client.ui.views import acts
from sync_protocol.records import Account, Activity, Contact, Lead, Settings

if TYPE_CHECKING:
    from client.replica import Replica


class Running(NamedTuple):
    visit_id: str
    customer: str
    since: str


@component
def RunningBanner() -> ft.Control:
    """Read from the replica, so it is there again after a reload; not on the visit's own page."""
    app = use_app()
    running = use_live(read_running, Account, Activity, Contact, Lead, Settings)
    location = ft.use_route_location()
    if running is None or location == f"/visit/{running.visit_id}":
        return ft.Container(height=0)
    text = f"At {running.customer} since {running.since}"
    return target(
        "running",
        ft.Container(
            ink=True,
            on_click=lambda _event: app.go(f"/visit/{running.visit_id}"),
            height=theme.TOUCH,
            bgcolor=ft.Colors.PRIMARY_CONTAINER,
            padding=ft.Padding.symmetric(horizontal=theme.GAP_L),
            content=_line(text),
        ),
        button=True,
        label=f"{text}. Resume",
    )


def read_running(replica: Replica) -> Running | None:
    visit = visiting.running(replica)
    if visit is None:
        return None
    settings, now = replica.settings, replica.now()
    day = wording.day(visit.at, now, settings.time_zone)
    clock = wording.clock(visit.at, settings.time_zone)
    return Running(
        visit.id,
        acts.name_of(replica, acts.about(visit)) or "a customer",
        clock if day == "Today" else f"{wording.midway(day)}, {clock}",
    )


def _line(text: str) -> ft.Control:
    colour = ft.Colors.ON_PRIMARY_CONTAINER
    return ft.Row(
        controls=[
            ft.Icon(ft.Icons.TIMER_OUTLINED, size=18, color=colour),
            ft.Text(
                text, expand=True, style=theme.SMALL, color=colour, max_lines=1,
                overflow=ft.TextOverflow.ELLIPSIS,
            ),
            ft.Text("Resume", style=theme.SMALL, color=colour, weight=ft.FontWeight.W_600),
        ]
    )  # fmt: skip
