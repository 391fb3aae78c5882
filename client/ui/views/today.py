"""Today: what is planned, who is overdue, what is due; sorted by urgency."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client.replica import Range
from client.ui import theme, wording
from client.ui.component import component, memo_component
from client.ui.components import states
from client.ui.components.labels import label_row
from client.ui.components.page import card, screen, scroll, section, target
from client.ui.hooks import use_app, use_live, use_stable
from sync_protocol.records import Account, Activity, Contact, Label, Labelling, Settings, Task, User

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from client.replica import Replica
    from client.ui.context import App

OVERDUE_DAYS = 42
SHOWN = 20


class Customer(NamedTuple):
    """An account as a card of the day shows it. `last_ms` is the last visit."""

    id: str
    name: str
    town: str
    labels: tuple[Label, ...]
    last_ms: int | None


class Planned(NamedTuple):
    visit_id: str
    at_ms: int
    customer: Customer


class Day(NamedTuple):
    """All that the screen shows, read at once."""

    now_ms: int
    time_zone: str
    user: str
    planned: tuple[Planned, ...]
    overdue: tuple[Customer, ...]
    overdue_count: int
    tasks: tuple[Task, ...]


@component
def TodayView() -> ft.Control:
    app = use_app()
    day = use_live(read_day, Account, Activity, Contact, Label, Labelling, Settings, Task, User)
    visit = use_stable(lambda visit_id: app.go(f"/visit/{visit_id}"))
    open_account = use_stable(lambda account_id: app.go(f"/accounts/{account_id}"))
    tick = use_stable(lambda task_id: _tick(app, task_id))
    groups = [
        _planned(day, visit),
        _tasks(day, tick),
        _overdue(day, open_account),
    ]
    shown = [group for group in groups if group is not None]
    return screen("Today", scroll(shown) if shown else _nothing(app))


def read_day(replica: Replica) -> Day:
    """This user's day from the replica."""
    settings, now = replica.settings, replica.now()
    start, end = wording.day_bounds(now, settings.time_zone)
    mine = replica.user_id
    visits = replica.find(
        Activity, kind="visit", status=("planned", "running"), at=Range(None, end),
        owner_id=mine, order_by="at",
    )  # fmt: skip
    last = replica.latest(Activity, "at", kind="visit", status="done")
    overdue = _overdue_ids(replica, last, now)
    today = f"{wording.local(now, settings.time_zone).date()}"
    user = replica.user
    return Day(
        now_ms=now,
        time_zone=settings.time_zone,
        user=user.name if user else "",
        planned=tuple(
            Planned(visit.id, visit.at, _customer(replica, visit.account_id, last))
            for visit in visits
            if visit.at >= start - wording.DAY_MS
        ),
        overdue=tuple(_customer(replica, account_id, last) for account_id in overdue[:SHOWN]),
        overdue_count=len(overdue),
        tasks=tuple(
            replica.find(
                Task, assignee_id=mine, done_at=None, due=Range(None, today + "~"), order_by="due"
            )
        ),
    )


def _overdue_ids(replica: Replica, last: dict[str, int], now: int) -> list[str]:
    """Customers not visited for `OVERDUE_DAYS`, the longest first, then those never visited."""
    limit = now - OVERDUE_DAYS * wording.DAY_MS
    held = replica.ids(Account)
    late = sorted((i for i in held if last.get(i, now) < limit), key=lambda i: last[i])
    return late + [i for i in held if i not in last]


def _customer(replica: Replica, account_id: str, last: dict[str, int]) -> Customer:
    account = replica.get(Account, account_id)
    if account is None:
        return Customer(account_id, "A customer not visible to you", "", (), None)
    town = next((a.town for a in account.addresses.values() if a.town), "")
    labels = tuple(replica.labels_of(account.id))
    return Customer(account.id, account.name, town, labels, last.get(account.id))


def _planned(day: Day, visit: Callable[[str], None]) -> ft.Control | None:
    if not day.planned:
        return None
    cards = [
        PlannedCard(item, day.now_ms, day.time_zone, visit, key=item.visit_id)
        for item in day.planned
    ]
    return section("Planned visits", cards, len(cards))


@memo_component
def PlannedCard(
    planned: Planned, now_ms: int, time_zone: str, on_visit: Callable[[str], None]
) -> ft.Control:
    """One planned visit; a tap leads to its outcome chips."""
    late = planned.at_ms < wording.day_bounds(now_ms, time_zone)[0]
    when = (
        wording.day(planned.at_ms, now_ms, time_zone)
        if late
        else wording.clock(planned.at_ms, time_zone)
    )
    return target(
        f"planned-{planned.visit_id}",
        card(
            ft.Row(
                controls=[
                    ft.Container(
                        width=64,
                        content=ft.Text(
                            when,
                            style=theme.HEADING,
                            color=ft.Colors.ERROR if late else ft.Colors.PRIMARY,
                        ),
                    ),
                    _customer_lines(planned.customer, now_ms),
                    ft.Icon(ft.Icons.CHEVRON_RIGHT, color=theme.MUTED),
                ]
            ),
            on_click=lambda: on_visit(planned.visit_id),
        ),
        button=True,
    )


def _overdue(day: Day, open_account: Callable[[str], None]) -> ft.Control | None:
    if not day.overdue:
        return None
    cards = [CustomerCard(item, day.now_ms, open_account, key=item.id) for item in day.overdue]
    return section("Overdue customers", cards, day.overdue_count)


@memo_component
def CustomerCard(customer: Customer, now_ms: int, on_open: Callable[[str], None]) -> ft.Control:
    colour = theme.NEVER if customer.last_ms is None else theme.OVERDUE
    return card(
        ft.Row(
            controls=[
                ft.Container(width=6, height=44, border_radius=3, bgcolor=colour),
                _customer_lines(customer, now_ms),
                ft.Icon(ft.Icons.CHEVRON_RIGHT, color=theme.MUTED),
            ]
        ),
        on_click=lambda: on_open(customer.id),
    )


def _customer_lines(customer: Customer, now_ms: int) -> ft.Control:
    last = "never visited"
    if customer.last_ms is not None:
        last = f"last visit {wording.ago(customer.last_ms, now_ms)}"
    where = ", ".join(filter(None, [customer.town, last]))
    labels = [label_row(customer.labels)] if customer.labels else []
    return ft.Column(
        expand=True,
        spacing=2,
        controls=[
            ft.Text(
                customer.name, style=theme.HEADING, max_lines=1, overflow=ft.TextOverflow.ELLIPSIS
            ),
            ft.Text(where, style=theme.SMALL, color=theme.MUTED, max_lines=1),
            *labels,
        ],
    )


def _tasks(day: Day, on_tick: Callable[[str], None]) -> ft.Control | None:
    if not day.tasks:
        return None
    today = wording.local(day.now_ms, day.time_zone).date()
    rows: Sequence[ft.Control] = [TaskRow(task, today, on_tick, key=task.id) for task in day.tasks]
    return section("Tasks due", rows, len(rows))


@memo_component
def TaskRow(task: Task, today: date, on_tick: Callable[[str], None]) -> ft.Control:
    late = task.due is not None and task.due < today
    due = "" if task.due is None else wording.day_name(task.due, today)
    return card(
        ft.Row(
            controls=[
                ft.Checkbox(
                    label=task.title,
                    value=False,
                    expand=True,
                    on_change=lambda _event: on_tick(task.id),
                ),
                ft.Text(due, style=theme.SMALL, color=ft.Colors.ERROR if late else theme.MUTED),
            ]
        )
    )


def _tick(app: App, task_id: str) -> None:
    replica = app.replica
    task = replica.get(Task, task_id)
    if task is not None:
        app.act("Task done", lambda: replica.update(task, done_at=replica.now()))


def _nothing(app: App) -> ft.Control:
    if not app.replica.loaded:
        return states.loading("Fetching your customers for the first time")
    return states.empty(
        ft.Icons.WB_SUNNY_OUTLINED,
        "Nothing planned for today",
        "Visits you plan, tasks that are due and customers you have not seen for long show here.",
        "Log a visit",
        lambda: app.go("/new"),
    )
