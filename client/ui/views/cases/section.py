"""The cases of a customer, on their page and on a visit to them; a new one is a tap away."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import flet as ft

from client import cases
from client.ui import theme
from client.ui.component import component
from client.ui.components.page import section, target
from client.ui.hooks import use_app, use_live, use_stable
from client.ui.views.cases.parts import ICON, ROUTE, CaseRow, line_of
from sync_protocol.records import Activity, Case

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.replica import Replica

SHOWN = 5


@component
def CasesSection(by: str, record_id: str) -> ft.Control:
    """On the page of an account or a contact; `by` is the field that names it."""
    listed: ft.Control = _Listed(
        by, record_id, urlencode({by.removesuffix("_id"): record_id}), resolved=True
    )
    return listed


@component
def VisitCases(visit: Activity) -> ft.Control:
    """On a visit: what waits at this customer's, and what comes up now."""
    about = {"account": visit.account_id, "contact": visit.contact_id}
    named = {name: value for name, value in about.items() if value}
    if not named:
        return ft.Container()
    first = next(iter(named))
    listed: ft.Control = _Listed(
        f"{first}_id", named[first], urlencode({**named, "visit": visit.id}), resolved=False
    )
    return listed


@component
def _Listed(by: str, record_id: str, new: str, resolved: bool) -> ft.Control:
    app = use_app()
    every, set_every = ft.use_state(False)
    found = use_live(
        lambda replica: read(replica, by, record_id, resolved=resolved), Case, deps=[by, record_id]
    )
    go = use_stable(lambda case_id: app.go(f"{ROUTE}/{case_id}"))
    shown = found if every else found[:SHOWN]
    rows: list[ft.Control] = [
        CaseRow(line_of(app.replica, case, whose=False), go, key=case.id) for case in shown
    ]
    button = ft.OutlinedButton(
        "Open a case", icon=ICON, height=theme.TOUCH, on_click=lambda: app.go(f"{ROUTE}/new?{new}")
    )
    more = ft.TextButton(
        f"Show all {len(found)}", height=theme.TOUCH, on_click=lambda: set_every(True)
    )
    rest = [target("all-cases", more)] if len(shown) < len(found) else []
    buttons = ft.Row(wrap=True, spacing=theme.GAP, controls=[target("new-case", button), *rest])
    return section("Cases", [*rows, buttons], len(found) or None)


def read(replica: Replica, by: str, record_id: str, *, resolved: bool) -> Sequence[Case]:
    """What waits, the longest first; what is `resolved` after it, the last first."""
    if resolved:
        return cases.of_record(replica, by, record_id)
    return cases.unresolved(replica, **{by: record_id})
