"""What the screens of cases share: their words, and a case as a row."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client import cases
from client.ui import theme, wording
from client.ui.component import memo_component
from client.ui.components.page import target
from client.ui.components.rows import row

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from sync_protocol.records import Case
    from sync_protocol.records.cases import CaseStatus

ROUTE = "/cases"
ICON = ft.Icons.REPORT_PROBLEM_OUTLINED
NAMES: dict[CaseStatus, str] = {
    "open": "Open", "in_progress": "In progress", "resolved": "Resolved",
}  # fmt: skip
ICONS: dict[CaseStatus, ft.IconData] = {
    "open": ICON, "in_progress": ft.Icons.BUILD_OUTLINED, "resolved": ft.Icons.TASK_ALT,
}  # fmt: skip
SAID: dict[CaseStatus, str] = {
    "open": "Case is open again", "in_progress": "Case is in progress",
    "resolved": "Case resolved",
}  # fmt: skip


class Line(NamedTuple):
    """A case at a glance."""

    id: str
    title: str
    detail: str
    status: CaseStatus
    urgent: bool


def line_of(replica: Replica, case: Case, *, whose: bool = True) -> Line:
    """`whose` says whom it is about as well, last: what is cut off in large text is that."""
    names = [record.name for record in cases.customer_of(replica, case)] if whose else []
    detail = "\n".join(filter(None, (standing_here(replica, case), wording.listed(names))))
    urgent = case.priority == "high" and case.state.status != "resolved"
    return Line(case.id, case.title, detail, case.state.status, urgent)


def standing_here(replica: Replica, case: Case) -> str:
    """How it stands now, by the company's days."""
    return standing(case, replica.now(), replica.settings.time_zone)


def standing(case: Case, now_ms: int, time_zone: str) -> str:
    """`Open for 5 days`, `In progress, opened today`, `Resolved after 2 days`."""
    days, status = cases.days_waiting(case, now_ms, time_zone), case.state.status
    for_days = wording.plural(days, "day")
    if status == "resolved":
        return f"Resolved after {for_days}" if days else "Resolved on the same day"
    if status == "in_progress":
        return f"In progress, opened {f'{for_days} ago' if days else 'today'}"
    return f"Open for {for_days}" if days else "Open since today"


@memo_component
def CaseRow(line: Line, on_open: Callable[[str], None]) -> ft.Control:
    """`on_open` must be stable."""
    high = ft.Icon(ft.Icons.PRIORITY_HIGH, size=18, color=ft.Colors.ERROR, tooltip="High priority")
    end = [*([high] if line.urgent else []), ft.Icon(ft.Icons.CHEVRON_RIGHT, color=theme.MUTED)]
    shown = row(
        ICONS[line.status], line.title, line.detail, on_click=partial(on_open, line.id), end=end
    )
    return target(f"case-{line.id}", shown, button=True)
