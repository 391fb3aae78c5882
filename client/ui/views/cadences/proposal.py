"""The next visit after one: the cadence proposes a day, one tap confirms it, one tap changes it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import flet as ft

from client import cadence, fieldwork
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.page import section, target
from client.ui.components.rows import row
from client.ui.components.when import VISIT_DAYS, DayChooser, working_hour
from client.ui.hooks import use_app, use_live
from client.ui.views import acts
from client.zones import local
from sync_protocol.records import Account, Activity, Cadence, Labelling

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from client.replica import Replica


@component
def NextVisit(visit: Activity, planned: Sequence[Activity]) -> ft.Control:
    """What is planned already; or a day from the cadence; and any other day."""
    app = use_app()
    zone, now = app.replica.settings.time_zone, app.replica.now()
    today = wording.today(now, zone)
    proposed = use_live(
        lambda replica: read_proposal(replica, visit),
        Account, Activity, Cadence, Labelling, deps=[visit],
    )  # fmt: skip
    hour = working_hour(local(visit.at, zone).hour)

    def plan(day: date) -> None:
        moment = wording.moment(day, hour, 0, zone)
        said = f"Next visit planned: {wording.day_name(day, today)}, {hour:02}:00"
        write = partial(fieldwork.plan, app.replica, acts.about(visit), moment)
        app.act(said, write, once=f"visit {day} {visit.id}")

    ahead = [
        row(
            ft.Icons.EVENT_AVAILABLE_OUTLINED,
            f"{wording.day(one.at, now, zone)}, {wording.clock(one.at, zone)}",
        )
        for one in planned
    ]
    parts: list[ft.Control] = [*ahead]
    if proposed is not None and not planned:
        day, days = proposed
        button = ft.FilledTonalButton(
            f"{wording.day_name(day, today)}, {hour:02}:00",
            icon=ft.Icons.EVENT_AVAILABLE_OUTLINED,
            height=theme.TOUCH,
            on_click=lambda: plan(day),
        )
        words = ft.Text(cadence.rhythm(days).capitalize(), style=theme.SMALL, color=theme.MUTED)
        parts.append(ft.Row(wrap=True, controls=[target("next-visit-proposed", button), words]))
    return section("Next visit", [*parts, DayChooser("next-visit", VISIT_DAYS, today, plan)])


def read_proposal(replica: Replica, visit: Activity) -> tuple[date, int] | None:
    """The day of the next visit, and the cadence it comes from; None if there is no such day."""
    account = replica.get(Account, visit.account_id)
    if account is None:
        return None
    zone = replica.settings.time_zone
    day = cadence.next_visit(replica, account, local(visit.at, zone).date())
    if day is None or day <= wording.today(replica.now(), zone):
        return None
    return day, cadence.of(replica, account).days
