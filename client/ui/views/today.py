"""Today: what is planned, who is overdue, what is due; sorted by urgency."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client import cadence, calling, fieldwork, tasks
from client.replica import Range
from client.sync.loop import Phase
from client.ui import glimpse, theme, wording
from client.ui.component import component, memo_component
from client.ui.components import states
from client.ui.components.buttons import icon_button
from client.ui.components.labels import label_row
from client.ui.components.line import line
from client.ui.components.page import beside, card, reading, scroll, section, target
from client.ui.components.rows import menu_row
from client.ui.components.task_row import TaskRow
from client.ui.hooks import use_app, use_lacking, use_layout, use_live, use_stable, use_sync
from client.ui.layout import Size
from client.ui.views import acts
from client.ui.views.cadences import telling
from client.ui.views.coverage import Region, coverage, read_coverage
from client.ui.views.first_steps import FirstSteps
from client.ui.views.records.list_pane import show_longest
from client.ui.views.visits import check_in
from client.ui.views.ways import call_button, way_button, way_to
from client.zones import local
from sync_protocol.records import (
    Account,
    Activity,
    Cadence,
    Contact,
    Label,
    Labelling,
    Settings,
    Task,
    Territory,
    User,
)
from sync_protocol.rules.cadence import Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from client.calling import Callee
    from client.replica import Replica
    from client.replica.labels import Worn
    from client.ui.context import App
    from sync_protocol.records import Address

SHOWN = 20
WHEN_WIDTH = 64
"""Of times and late days, so that names begin beneath each other."""
LARGE_TEXT = 1.3
"""Larger, and the time stands above the name, which needs the width."""
ROW_GAP = 10
"""What Flet leaves between the controls of a row."""
HALF = "Your day shows as soon as all of it is here. What has come so far is in your lists."
TITLES = ("Overdue", "Due soon", "Never visited")


class Customer(NamedTuple):
    """An account as a card of the day shows it."""

    id: str
    name: str
    town: str
    labels: tuple[Worn, ...]
    standing: Standing = Standing("off")
    callee: Callee | None = None
    way: Address | None = None


class Planned(NamedTuple):
    """A visit to come; `purpose` is what was noted when it was planned."""

    visit_id: str
    at_ms: int
    customer: Customer
    purpose: str = ""


class Due(NamedTuple):
    """A task with whom it is about."""

    task: Task
    customer: str


class Group(NamedTuple):
    """Customers to see: the first of them, and how many there are."""

    title: str
    customers: tuple[Customer, ...]
    total: int


class Day(NamedTuple):
    """All that the screen shows, read at once."""

    now_ms: int
    time_zone: str
    user: str
    planned: tuple[Planned, ...]
    groups: tuple[Group, ...]
    tasks: tuple[Due, ...]
    regions: tuple[Region, ...] = ()


@component
def TodayView() -> ft.Control:
    """The day, once the first load is through: half a load would tell half a truth."""
    app = use_app()
    if use_lacking() and app.replica.status().synced_ms is None:
        return reading("Today", Fetching())
    day: ft.Control = DayView()
    return day


@memo_component
def DayView() -> ft.Control:
    app, layout = use_app(), use_layout()
    day = use_live(
        read_day,
        Account, Activity, Cadence, Contact, Label, Labelling, Settings, Task, Territory, User,
    )  # fmt: skip
    ft.use_effect(lambda: glimpse.tell(app, day), [day])
    visit = use_stable(lambda visit_id: app.go(f"/visit/{visit_id}"))
    arrive = use_stable(lambda visit_id: check_in.begin(app, visit_id))
    open_account = use_stable(lambda account_id: app.go(f"/accounts/{account_id}"))
    tick = use_stable(lambda task_id: acts.tick(app, task_id))
    open_task = use_stable(lambda task_id: app.go(f"/tasks/{task_id}"))
    all_tasks = use_stable(lambda: app.go("/tasks"))
    more = use_stable(lambda: show_longest(app))
    due = [_planned(day, visit, arrive), _tasks(day, tick, open_task, all_tasks)]
    waiting = [
        coverage(day.regions, more),
        *[_customers(group, day, open_account, more) for group in day.groups],
    ]
    first, second = ([x for x in groups if x is not None] for groups in (due, waiting))
    if not first and not second:
        return reading("Today", FirstSteps(otherwise=partial(_nothing, app)), actions=_ways(app))
    wide = first and second and layout.size is Size.OFFICE
    width = theme.BESIDE_WIDTH if wide else theme.READABLE_WIDTH
    free = [] if day.planned else [_free(app)]
    parts = [states.StillLoading(), FirstSteps(), *free, beside(first, second)]
    body = scroll(parts, width=width)
    return reading("Today", body, actions=_ways(app), width=width)


def _ways(app: App) -> list[ft.Control]:
    """To the days to come, and to who is near."""

    def way(name: str, icon: ft.IconData, words: str, route: str) -> ft.Control:
        return target(
            name,
            icon_button(icon, words, on_click=lambda _event: app.go(route)),
        )

    return [
        way("open-near", ft.Icons.NEAR_ME_OUTLINED, "Near me", "/near"),
        way("open-planner", ft.Icons.CALENDAR_VIEW_WEEK_OUTLINED, "Plan", "/planner"),
    ]


def read_day(replica: Replica) -> Day:
    """This user's day from the replica; the visit that runs has a line of its own above it."""
    settings, now = replica.settings, replica.now()
    start, end = wording.day_bounds(now, settings.time_zone)
    ahead = fieldwork.planned_visits(replica, start - wording.DAY_MS, end)
    visits = [visit for visit in ahead if visit.status == "planned"]
    waiting = cadence.waiting(replica)
    due = read_coverage(replica, waiting)
    groups = (due.overdue, due.soon, due.never)
    shown = [visit.account_id for visit in visits] + [i for ids in groups for i in ids[:SHOWN]]
    accounts = {account.id: account for account in replica.find(Account, id=tuple(shown))}
    callees = calling.callees(replica, accounts.values(), [x.contact_id for x in visits])
    worn = replica.worn_by(shown)

    def customer(account_id: str) -> Customer:
        account = accounts.get(account_id) or replica.get(Account, account_id)
        told = _customer(account, account_id, worn.get(account_id, ()))
        standing = waiting.standings.get(account_id, Standing("off"))
        return told._replace(standing=standing, callee=callees.get(account_id))

    today = f"{wording.today(now, settings.time_zone)}"
    user = replica.user
    due_tasks = replica.find(
        Task, assignee_id=replica.user_id, done_at=None, due=Range(None, today + "~"),
        order_by="due",
    )  # fmt: skip
    return Day(
        now_ms=now,
        time_zone=settings.time_zone,
        user=user.name if user else "",
        planned=tuple(
            Planned(visit.id, visit.at, customer(visit.account_id), visit.note) for visit in visits
        ),
        groups=tuple(
            Group(title, tuple(map(customer, ids[:SHOWN])), len(ids))
            for title, ids in zip(TITLES, groups, strict=True)
        ),
        tasks=tuple(
            Due(task, acts.name_of(replica, fieldwork.About(task.account_id, task.contact_id)))
            for task in due_tasks
        ),
        regions=due.regions,
    )


def _customer(account: Account | None, account_id: str, worn: Iterable[Worn]) -> Customer:
    if account is None:
        return Customer(account_id, "A customer not visible to you", "", ())
    town = next((a.town for a in account.addresses.values() if a.town), "")
    return Customer(account.id, account.name, town, tuple(worn), way=way_to(account))


def _planned(
    day: Day, visit: Callable[[str], None], arrive: Callable[[str], None]
) -> ft.Control | None:
    if not day.planned:
        return None
    cards = [
        PlannedCard(item, day.now_ms, day.time_zone, visit, arrive, key=item.visit_id)
        for item in day.planned
    ]
    return section("Planned visits", cards, len(cards))


@memo_component
def PlannedCard(
    planned: Planned,
    now_ms: int,
    time_zone: str,
    on_visit: Callable[[str], None],
    on_arrive: Callable[[str], None],
) -> ft.Control:
    """One planned visit; a tap leads to its outcome chips, one at its end checks in."""
    late = planned.at_ms < wording.day_bounds(now_ms, time_zone)[0]
    when = (
        wording.day(planned.at_ms, now_ms, time_zone)
        if late
        else wording.clock(planned.at_ms, time_zone)
    )
    customer, app, large = planned.customer, use_app(), use_layout().text > LARGE_TEXT
    ways, told = _ways_to(app, customer), _when(when, late=late)
    lines = _customer_lines(customer, now_ms, planned.purpose, labels=not ways)
    words = [ft.Column(expand=True, spacing=2, controls=[told, lines])] if large else [told, lines]
    above = ft.Row(controls=[*words, check_in.arrive_button(planned.visit_id, on_arrive)])
    beneath = ft.Row(
        spacing=0,
        controls=[
            ft.Container(width=0 if large else WHEN_WIDTH + ROW_GAP),
            ft.Container(
                label_row(customer.labels), expand=True, padding=ft.Padding.only(top=theme.GAP_S)
            ),
            *ways,
        ],
    )
    return target(
        f"planned-{planned.visit_id}",
        card(
            ft.Column(tight=True, spacing=0, controls=[above, *([beneath] if ways else [])]),
            on_click=lambda: on_visit(planned.visit_id),
        ),
        button=True,
    )


def _when(when: str, *, late: bool) -> ft.Control:
    """As wide on every card, and as its own words in large text.

    A late day is smaller than a time: Yesterday would be broken otherwise.
    """
    told = ft.Text(
        when,
        style=theme.SMALL if late else theme.HEADING,
        weight=ft.FontWeight.W_600,
        color=ft.Colors.ERROR if late else ft.Colors.PRIMARY,
    )
    return ft.Column(
        tight=True, spacing=0, controls=[told, ft.Container(width=WHEN_WIDTH, height=0)]
    )


def _customers(
    group: Group, day: Day, on_open: Callable[[str], None], on_more: Callable[[], None]
) -> ft.Control | None:
    title, customers, count = group
    if not customers:
        return None
    cards = [
        CustomerCard(item, day.now_ms, day.time_zone, on_open, key=item.id) for item in customers
    ]
    rest = count - len(customers)
    more = [ft.TextButton(f"And {rest} more", height=theme.TOUCH, on_click=on_more)] if rest else []
    return section(title, [*cards, *more], count)


@memo_component
def CustomerCard(
    customer: Customer, now_ms: int, time_zone: str, on_open: Callable[[str], None]
) -> ft.Control:
    due = telling.due(customer.standing, wording.today(now_ms, time_zone))
    content = card(
        ft.Row(
            controls=[
                telling.bar(customer.standing),
                _customer_lines(customer, now_ms, due=due),
                *_ways_to(use_app(), customer),
            ]
        ),
        on_click=lambda: on_open(customer.id),
    )
    return target(f"overdue-{customer.id}", content, button=True)


def _ways_to(app: App, customer: Customer) -> list[ft.Control]:
    """To call and to go there, where a number or a place is known."""
    call = [call_button(app, customer.callee)] if customer.callee else []
    way = [way_button(app, customer.id, customer.name, customer.way)] if customer.way else []
    return [*call, *way]


def _customer_lines(
    customer: Customer, now_ms: int, purpose: str = "", due: str = "", *, labels: bool = True
) -> ft.Control:
    last, seen = "never visited", customer.standing.last_ms
    if seen is not None:
        last = f"visited {wording.ago(seen, now_ms)}"
    where = wording.listed([customer.town, last, due])
    worn = [label_row(customer.labels)] if customer.labels and labels else []
    return ft.Column(
        expand=True,
        spacing=2,
        controls=[
            line(customer.name, theme.HEADING, lines=2),
            line(where, theme.SMALL, lines=2, color=theme.MUTED),
            *([line(purpose, theme.BODY, lines=2)] if purpose else []),
            *worn,
        ],
    )


def _tasks(
    day: Day,
    on_tick: Callable[[str], None],
    on_open: Callable[[str], None],
    on_all: Callable[[], None],
) -> ft.Control | None:
    """What is due, and how much of it is late."""
    if not day.tasks:
        return None
    today = local(day.now_ms, day.time_zone).date()
    rows = [
        TaskRow(due.task, today, on_tick, due.customer, on_open, key=due.task.id)
        for due in day.tasks[:SHOWN]
    ]
    late = sum(tasks.is_overdue(due.task, day.now_ms, day.time_zone) for due in day.tasks)
    told = f"{late} overdue" if late else "None overdue"
    all_of_them = menu_row("all-tasks", ft.Icons.CHECKLIST, "All tasks", told, on_all)
    return section("Tasks due", [*rows, all_of_them], len(day.tasks))


def _free(app: App) -> ft.Control:
    """Other things are due, but no visit is planned."""
    return card(
        ft.Row(
            controls=[
                ft.Icon(ft.Icons.WB_SUNNY_OUTLINED, color=theme.MUTED),
                ft.Text("No visit is planned for today", expand=True, color=theme.MUTED),
                target(
                    "log",
                    ft.FilledTonalButton(
                        "Log a visit", height=theme.TOUCH, on_click=lambda: app.go("/new")
                    ),
                ),
            ]
        )
    )


def _nothing(app: App) -> ft.Control:
    """An empty day; or a device that is still being filled."""
    nothing: ft.Control = states.none_yet(
        ft.Icons.WB_SUNNY_OUTLINED,
        "Nothing planned for today",
        "Visits you plan, tasks that are due and customers you have not seen for long show here.",
        "Log a visit",
        lambda: app.go("/new"),
    )
    return nothing


@component
def Fetching() -> ft.Control:
    """How far the first load is; or what it waits for."""
    app, loop = use_app(), use_sync()
    progress = app.replica.status().loading
    if loop.phase not in (Phase.IDLE, Phase.SYNCING):
        still: ft.Control = states.StillToCome(HALF)
        return still
    if progress is None:
        return states.loading("Fetching your customers for the first time")
    return states.loading(
        f"Fetching your customers for the first time: {progress.done:,} of {progress.total:,}",
        progress.done / max(1, progress.total),
    )
