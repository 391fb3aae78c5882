"""Putting visits on days, by drag or by tap: what both ways do, and the sheet for the second."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client import fieldwork, planner
from client.ui import wording
from client.ui.components.rows import menu_row
from client.ui.components.sheet import sheet
from client.ui.hooks import use_app, use_stable
from sync_protocol.records import Activity

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from client.ui.context import App
    from sync_protocol.records import User

GROUP = "planner"
ACCOUNT, VISIT = "account ", "visit "
"""What is dragged: which of the two, and its id."""
AHEAD = 14


class Mover(NamedTuple):
    """`drop` takes (what is dragged, day); `ask` opens the sheet for a visit. Both are stable."""

    add: Callable[[str, date], None]
    drop: Callable[[str, date], None]
    ask: Callable[[str], None]


def use_mover(today: date, whose: User | None = None) -> Mover:
    """For this user's days, or for those of another."""
    app = use_app()
    asking, set_asking = ft.use_state("")
    close = lambda: set_asking("")  # noqa: E731
    ft.use_dialog(_days(app, asking, today, close) if asking else None)

    add = partial(_add, app, whose)

    def drop(what: str, day: date) -> None:
        if what.startswith(ACCOUNT):
            add(what.removeprefix(ACCOUNT), day)
        else:
            _move(app, what.removeprefix(VISIT), day)

    return Mover(use_stable(add), use_stable(drop), use_stable(set_asking))


def _add(app: App, whose: User | None, account_id: str, day: date) -> None:
    said = f"Planned for {_named(app, day)}" + (f", for {whose.name}" if whose else "")
    owner = whose.id if whose else ""
    write = partial(planner.add, app.replica, account_id, day, owner)
    app.act(said, write, once=f"visit {day} {account_id}")


def _move(app: App, visit_id: str, day: date) -> None:
    visit = app.replica.get(Activity, visit_id)
    if visit is None or planner.day_of(app.replica, visit.at) == day:
        return
    app.act(f"Moved to {_named(app, day)}", lambda: planner.move(app.replica, visit, day))


def _named(app: App, day: date) -> str:
    today = wording.today(app.replica.now(), app.replica.settings.time_zone)
    return wording.midway(wording.day_name(day, today))


def _days(app: App, visit_id: str, today: date, on_close: Callable[[], None]) -> ft.BottomSheet:
    """The next two weeks, and not at all."""
    visit = app.replica.get(Activity, visit_id)

    def take(day: date) -> None:
        on_close()
        _move(app, visit_id, day)

    def cancel() -> None:
        on_close()
        if visit is not None:
            app.act("Visit cancelled", lambda: fieldwork.cancel(app.replica, visit))

    days = [today + timedelta(i) for i in range(AHEAD)]
    rows = [
        menu_row(f"move-{day}", ft.Icons.EVENT_OUTLINED, wording.day_name(day, today), "",
                 partial(take, day))
        for day in days
    ]  # fmt: skip
    icon = ft.Icons.EVENT_BUSY_OUTLINED
    rows.append(menu_row("move-never", icon, "It does not take place", "", cancel))
    return sheet("Move to\u2026", rows, on_close, tall=True)
