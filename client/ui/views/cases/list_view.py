"""All cases by where they stand: one's own, or everybody's; what waits longest comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import cases
from client.ui import theme
from client.ui.component import component
from client.ui.components import states
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import reading, scroll, section, target
from client.ui.hooks import use_app, use_live, use_stable
from client.ui.views.cases.parts import ICON, NAMES, ROUTE, CaseRow, line_of
from sync_protocol.records import Account, Case, Contact
from sync_protocol.rules.cases import UNRESOLVED

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.cases import Groups
    from client.ui.context import App
    from sync_protocol.records.cases import CaseStatus

MINE, ALL, RESOLVED = "mine", "all", "resolved"
WHOSE = (Choice(MINE, "Mine"), Choice(ALL, "All"), Choice(RESOLVED, "Resolved"))


@component
def CasesView() -> ft.Control:
    app = use_app()
    shown, set_shown = ft.use_state(MINE)
    whose = app.replica.user_id if shown == MINE else ""
    found = use_live(
        lambda replica: cases.groups(replica, whose), Case, Account, Contact, deps=[whose]
    )
    go = use_stable(lambda case_id: app.go(f"{ROUTE}/{case_id}"))
    wanted: tuple[CaseStatus, ...] = ("resolved",) if shown == RESOLVED else UNRESOLVED
    groups = [part for status in wanted for part in _group(app, found, status, go)]
    new = ft.FilledTonalButton(
        "New", icon=ft.Icons.ADD, height=theme.TOUCH, on_click=lambda: app.go(f"{ROUTE}/new")
    )
    chooser = choice_row("whose", WHOSE, shown, set_shown)
    return reading(
        "Cases",
        scroll([chooser, *(groups or [_none(shown, lambda: app.go(f"{ROUTE}/new"))])]),
        on_back=lambda: app.go("/more"),
        actions=[target("new-case", new)],
    )


def _group(
    app: App, found: Groups, status: CaseStatus, go: Callable[[str], None]
) -> list[ft.Control]:
    count = found.counts[status]
    if not count:
        return []
    some = getattr(found, status)
    rows = [CaseRow(line_of(app.replica, case), go, key=case.id) for case in some]
    rest = count - len(rows)
    told = f"and {rest} more, which the search finds"
    more = [ft.Text(told, color=theme.MUTED)] if rest else []
    return [section(NAMES[status], [ft.Column(spacing=0, controls=rows), *more], count)]


def _none(shown: str, on_new: Callable[[], None]) -> ft.Control:
    if shown == RESOLVED:
        return states.none_yet(
            ft.Icons.TASK_ALT, "Nothing resolved yet", "What you solve stays here."
        )
    return states.none_yet(
        ICON,
        "No open cases",
        "What is wrong at a customer's: open a case on the visit, and it is not forgotten.",
        "Open a case",
        on_new,
    )
