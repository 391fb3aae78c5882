"""The way of a day: its stops in the order to drive them, drawn plainly, taken over in a tap."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

import flet as ft

from client import nearby, planner, routing
from client.presence import distance
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.buttons import icon_button
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.rows import row
from client.ui.hooks import use_app, use_change, use_layout, use_live
from client.ui.layout import Size
from client.ui.views.new import town_of
from client.ui.views.not_found import NotFoundView
from client.ui.views.planner.here import use_here
from client.ui.views.planner.plot import HERE, Point, plot
from client.ui.views.ways import navigate_button
from sync_protocol.records import Account, Activity, Position, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.planner import Route
    from client.replica import Replica
    from client.ui.context import App

Fixed = frozenset[str]
NOTHING: Fixed = Fixed()
BEST, AS_PLANNED = "best", "planned"
ORDERS = (
    Choice(BEST, "Shortest way", ft.Icons.ROUTE_OUTLINED),
    Choice(AS_PLANNED, "As planned", ft.Icons.SCHEDULE),
)
PLOT = {Size.PHONE: (328, 240), Size.TABLET: (660, 320), Size.OFFICE: (680, 320)}


class Read(NamedTuple):
    """A day's visits with their accounts, and the way through them."""

    visits: dict[str, Activity]
    accounts: dict[str, Account]
    route: Route


@component
def RouteView() -> ft.Control:
    """`/route/<day>`."""
    text = ft.use_route_params()["day"]
    try:
        day = date.fromisoformat(text)
    except ValueError:
        lost: ft.Control = NotFoundView()
        return lost
    page: ft.Control = RoutePage(day, key=text)
    return page


@component
def RoutePage(day: date) -> ft.Control:
    app, here, layout = use_app(), use_here(), use_layout()
    order, set_order = ft.use_state(BEST)
    fixed, set_fixed = cast("tuple[Fixed, Callable[[Fixed], None]]", ft.use_state(NOTHING))
    change_fixed = use_change(fixed, set_fixed)
    read = use_live(
        lambda replica: read_route(replica, day, here.position, fixed, order),
        Account, Activity, Settings, deps=[day, here.position, fixed, order],
    )  # fmt: skip
    today = wording.today(app.replica.now(), app.replica.settings.time_zone)
    title = f"Route: {wording.midway(wording.day_name(day, today))}"
    back = partial(app.go, "/planner")
    if not read.visits:
        told = "Plan visits for this day, then come back for the way."
        nothing = states.none_yet(
            ft.Icons.ROUTE_OUTLINED, "No visits on this day", told, "Plan visits", back
        )
        return reading(title, nothing, on_back=back)

    def use() -> None:
        if app.act("Day put in order", lambda: planner.put_in_order(app.replica, day, read.route)):
            back()

    def lock(visit_id: str) -> None:
        one = {visit_id}
        change_fixed(lambda now: now - one if visit_id in fixed else now | one)

    start = ft.OutlinedButton(
        "Asking" if here.busy else "From where I am" if here.position is None else "Ask again",
        icon=ft.Icons.MY_LOCATION, height=theme.TOUCH, disabled=here.busy, on_click=here.ask,
    )  # fmt: skip
    take = ft.FilledButton("Use this order", icon=ft.Icons.CHECK, height=theme.TOUCH, on_click=use)
    return reading(
        title,
        scroll(
            [
                choice_row("order", ORDERS, order, set_order),
                ft.Row(wrap=True, controls=[
                    target("start-here", start),
                    *([target("use-order", take)] if order == BEST and read.route.legs else []),
                ]),
                *([ft.Text(here.why, color=theme.MUTED)] if here.why else []),
                *_drawn(read, here.position, PLOT[layout.size]),
                *_stops(app, read, fixed, lock),
                *_placeless(app, read),
            ]
        ),
        on_back=back,
    )  # fmt: skip


def read_route(
    replica: Replica, day: date, start: Position | None, fixed: Fixed, order: str
) -> Read:
    visits = planner.visits(replica, day, day)
    accounts = replica.find(Account, id=tuple({x.account_id for x in visits}))
    way = planner.route(replica, visits, start, fixed, ordered=order == BEST)
    return Read({x.id: x for x in visits}, {x.id: x for x in accounts}, way)


def told(metres: float) -> str:
    """An estimate, and how it is made."""
    lasts = wording.span(round(routing.minutes(metres)) * wording.MINUTE_MS)
    return f"about {lasts}, {distance(metres)} in a straight line x {routing.DETOUR}"


def _drawn(read: Read, start: Position | None, size: tuple[float, float]) -> list[ft.Control]:
    if not read.route.legs:
        return []
    points = [Point(HERE, start)] if start else []
    for place, leg in enumerate(read.route.legs, 1):
        at = nearby.place_of(_account(read, leg.id))
        points += [Point(str(place), at)] if at else []
    words = f"Driving: {told(read.route.metres)}. Estimates: roads are not known offline."
    return [
        plot(points, *size),
        target("estimate", ft.Text(words, style=theme.SMALL, color=theme.MUTED)),
    ]


def _account(read: Read, visit_id: str) -> Account | None:
    return read.accounts.get(read.visits[visit_id].account_id)


def _stops(app: App, read: Read, fixed: Fixed, on_lock: Callable[[str], None]) -> list[ft.Control]:
    """Those that have a place; nothing where none has."""
    rows = []
    for place, leg in enumerate(read.route.legs, 1):
        account = _account(read, leg.id)
        number = ft.CircleAvatar(
            content=ft.Text(str(place), color=ft.Colors.ON_PRIMARY), radius=16,
            bgcolor=ft.Colors.PRIMARY,
        )  # fmt: skip
        way = told(leg.metres) if leg.metres else ""
        hour, minute = divmod(round(leg.arrival), 60)
        detail = wording.listed([f"{hour:02}:{minute:02}", town_of(account), way])
        locked = leg.id in fixed
        end = [_lock(locked, partial(on_lock, leg.id)), *navigate_button(app, account)]
        name = account.name if account else "A customer not visible to you"
        to = partial(app.go, f"/visit/{leg.id}")
        shown = row(number, name, detail, on_click=to, end=end)
        rows.append(target(f"stop-{place}", shown, key=leg.id, button=True))
    return [section("Stops", rows, len(rows))] if rows else []


def _lock(locked: bool, on_lock: Callable[[], None]) -> ft.Control:
    return icon_button(
        ft.Icons.LOCK_CLOCK if locked else ft.Icons.LOCK_OPEN,
        "This time is fixed" if locked else "Keep this visit at its time",
        icon_color=ft.Colors.PRIMARY if locked else theme.MUTED,
        on_click=lambda _event: on_lock(),
    )


def _placeless(app: App, read: Read) -> list[ft.Control]:
    rows = []
    for visit_id in read.route.placeless:
        account = _account(read, visit_id)
        name = account.name if account else "A customer not visible to you"
        to = partial(app.go, f"/visit/{visit_id}")
        icon = ft.Icons.LOCATION_OFF_OUTLINED
        rows.append(row(icon, name, "Keeps its time: its address has no position", on_click=to))
    return [section("Not in the order", rows, len(rows))] if rows else []
