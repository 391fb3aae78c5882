"""The planner: a week as columns where there is room, a day on a phone; who could be added beside.

A tap adds and moves as well as a drag does.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client import crew
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.buttons import icon_button
from client.ui.components.choices import Choice, choice_row, choice_strip
from client.ui.components.dropping import drop_target
from client.ui.components.fields import SearchInput
from client.ui.components.line import line
from client.ui.components.page import card, screen, scroll, section, target
from client.ui.components.rows import row
from client.ui.hooks import use_app, use_layout, use_live, use_paused
from client.ui.layout import Size
from client.ui.rounding import tell_rounds
from client.ui.views.cadences import telling
from client.ui.views.planner.here import last_known
from client.ui.views.planner.moving import ACCOUNT, GROUP, VISIT, use_mover
from client.ui.views.planner.reading import (
    NEAR,
    OVERDUE,
    SEARCH,
    Wanted,
    read_candidates,
    read_week,
    sources,
)
from client.ui.views.planner.travel import TravelLine
from client.ui.views.planner.whose import whose_days
from sync_protocol.records import (
    Account,
    Activity,
    Cadence,
    Labelling,
    Segment,
    Settings,
    Territory,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.context import App
    from client.ui.views.planner.moving import Mover
    from client.ui.views.planner.reading import Candidate, Card, Column, Week

COLUMN_WIDTH = 168
SIDE_WIDTH = 300
NOBODY = {
    OVERDUE: "Nobody waits for a visit.",
    NEAR: "Near needs a visit on this day whose customer has a position, or Near me opened once.",
    SEARCH: "Type a name, a town or a phone number.",
}


class Days(NamedTuple):
    """The day that is looked at, how to choose another, how visits get there, whose days."""

    chosen: date
    choose: Callable[[date], None]
    mover: Mover
    chooser: list[ft.Control]
    whose: str = ""
    """Empty for this user's own."""


class _Seen:
    """The days last looked at, so that coming back from a visit finds them."""

    first: date | None = None
    day: date | None = None
    whose: str = ""


@component
def PlannerView() -> ft.Control:
    """`/planner`."""
    app, layout = use_app(), use_layout()
    seen = app.keep("planner", _Seen)
    today = wording.today(app.replica.now(), app.replica.settings.time_zone)
    first, set_first = ft.use_state(seen.first or today)
    day, set_day = ft.use_state(seen.day or today)
    ft.use_effect(lambda: tell_rounds(app), [app])
    chosen, set_whose = ft.use_state(seen.whose)
    people = use_live(crew.led, Territory, User)
    whose = next((x for x in people if x.id == chosen), None)
    other = whose.id if whose else ""
    week = use_live(
        lambda replica: read_week(replica, first, other),
        Account, Activity, Settings, deps=[first, other],
    )  # fmt: skip
    mover = use_mover(today, whose)

    def plan_for(user_id: str) -> None:
        seen.whose = user_id
        set_whose(user_id)

    def choose(chosen: date) -> None:
        seen.day = chosen
        set_day(chosen)

    def turn(to: date) -> None:
        seen.first = to
        set_first(to)
        choose(to)

    days = Days(day, choose, mover, whose_days("whose", people, other, plan_for), other)
    beside = Candidates(
        week, day, mover, layout.size is not Size.PHONE, other, key=f"candidates {other}"
    )
    if layout.size is Size.PHONE:
        body = _phone(app, week, days, beside)
    else:
        body = _wide(app, week, days, beside)
    return screen(
        "Plan", body, on_back=lambda: app.go("/more"), actions=_turning(week, first, turn)
    )


def _turning(week: Week, first: date, turn: Callable[[date], None]) -> list[ft.Control]:
    """A week back, from today, a week on."""

    def button(name: str, icon: ft.IconData, words: str, to: date) -> ft.Control:
        return target(
            name,
            icon_button(icon, words, on_click=lambda _event: turn(to)),
        )

    return [
        button("week-back", ft.Icons.CHEVRON_LEFT, "A week back", first - timedelta(7)),
        button("week-now", ft.Icons.TODAY, "Today", week.today),
        button("week-on", ft.Icons.CHEVRON_RIGHT, "A week on", first + timedelta(7)),
    ]


# --- a phone: one day ---


def _phone(app: App, week: Week, days: Days, beside: ft.Control) -> ft.Control:
    day, choose, mover = days.chosen, days.choose, days.mover
    chips = [
        Choice(str(place), _short(column) + (f" ({len(column.cards)})" if column.cards else ""))
        for place, column in enumerate(week.columns)
    ]
    column = week.at(day)
    chosen = str(week.columns.index(column))
    cards = [_card(app, one, mover) for one in column.cards]
    nothing = ft.Text("No visits on this day yet. Add some below.", color=theme.MUTED)
    return scroll(
        [
            *days.chooser,
            *([ft.Divider(height=theme.GAP)] if days.chooser else []),
            choice_row("day", chips, chosen, lambda x: choose(week.columns[int(x)].day)),
            section(
                wording.day_name(day, week.today),
                [*(cards or [nothing]), *_route(app, column, days)],
                len(cards) or None,
            ),
            *_travelled(days),
            beside,
        ]
    )


def _short(column: Column) -> str:
    return f"{column.day:%a} {column.day.day}"


def _travelled(days: Days) -> list[ft.Control]:
    """Nobody sees another's."""
    return [] if days.whose else [TravelLine(days.chosen, key=f"travel {days.chosen}")]


def _route(app: App, column: Column, days: Days) -> list[ft.Control]:
    """The order is for whoever drives it."""
    if not column.cards or days.whose:
        return []
    button = ft.OutlinedButton(
        "Route", icon=ft.Icons.ROUTE_OUTLINED, height=theme.TOUCH,
        on_click=lambda: app.go(f"/route/{column.day}"),
    )  # fmt: skip
    return [target(f"route-{column.day}", button)]


# --- wider: the week ---


def _wide(app: App, week: Week, days: Days, beside: ft.Control) -> ft.Control:
    columns = [
        DayColumn(app, column, week.today, days, key=f"{column.day}") for column in week.columns
    ]
    side = ft.Container(
        width=SIDE_WIDTH,
        content=ft.Column(
            expand=True,
            scroll=ft.ScrollMode.AUTO,
            controls=[*days.chooser, *_travelled(days), beside],
        ),
    )
    row_of_days = ft.Row(
        expand=True,
        spacing=theme.GAP,
        scroll=ft.ScrollMode.AUTO,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=columns,
    )
    return ft.Container(
        expand=True,
        padding=ft.Padding.only(left=theme.GAP_L, right=theme.GAP_L, bottom=theme.GAP),
        content=ft.Row(
            expand=True,
            spacing=theme.GAP_L,
            vertical_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[side, row_of_days],
        ),
    )


@component
def DayColumn(app: App, column: Column, today: date, days: Days) -> ft.Control:
    """A day that takes what is dropped on it; the chosen one is where a tap adds."""
    chosen, on_choose, mover = days.chosen == column.day, days.choose, days.mover
    above, set_above = ft.use_state(False)

    heading = ft.TextButton(
        f"{wording.day_name(column.day, today)} ({len(column.cards)})",
        height=theme.TOUCH,
        style=ft.ButtonStyle(
            color=ft.Colors.PRIMARY if chosen or column.day == today else theme.MUTED
        ),
        on_click=lambda: on_choose(column.day),
    )
    cards = [_draggable(_card(app, one, mover, narrow=True), VISIT + one.visit_id, one.name)
             for one in column.cards]  # fmt: skip
    body = ft.Container(
        width=COLUMN_WIDTH,
        padding=theme.GAP,
        border_radius=theme.RADIUS,
        border=ft.Border.all(2, ft.Colors.PRIMARY if chosen else ft.Colors.TRANSPARENT),
        bgcolor=ft.Colors.SECONDARY_CONTAINER if above else ft.Colors.SURFACE_CONTAINER,
        content=ft.Column(
            expand=True,
            spacing=theme.GAP,
            controls=[
                target(f"choose-{column.day}", heading, selected=chosen),
                ft.ListView(expand=True, spacing=theme.GAP, controls=cards),
                *_route(app, column, days),
            ],
        ),
    )
    return drop_target(
        f"column-{column.day}",
        GROUP,
        body,
        set_above,
        lambda dragged: mover.drop(dragged, column.day),
    )


def _draggable(shown: ft.Control, data: str, name: str) -> ft.Control:
    hung = ft.Container(
        width=COLUMN_WIDTH,
        padding=12,
        border_radius=theme.RADIUS,
        bgcolor=ft.Colors.PRIMARY_CONTAINER,
        content=line(name, theme.BODY, color=ft.Colors.ON_PRIMARY_CONTAINER),
    )
    return ft.Draggable(group=GROUP, data=data, content=shown, content_feedback=hung)


def _card(app: App, one: Card, mover: Mover, *, narrow: bool = False) -> ft.Control:
    """A `narrow` one gives the name all of its width."""
    move = icon_button(
        ft.Icons.EVENT_REPEAT,
        "Move to\u2026",
        icon_color=theme.MUTED,
        on_click=lambda _event: mover.ask(one.visit_id),
    )
    colour = ft.Colors.ERROR if one.late else ft.Colors.PRIMARY
    at = ft.Text(one.at, style=theme.SMALL, weight=ft.FontWeight.W_600, color=colour, expand=narrow)
    moving = target(f"move-{one.visit_id}", move)
    lines = ft.Column(
        expand=True,
        tight=True,
        spacing=2,
        controls=[
            ft.Row(spacing=0, controls=[at, moving]) if narrow else at,
            line(one.name, theme.BODY, lines=2),
            *([line(one.town, theme.SMALL, color=theme.MUTED)] if one.town else []),
        ],
    )
    shown = card(
        ft.Row(spacing=0, controls=[lines, *([] if narrow else [moving])]),
        on_click=partial(app.go, f"/visit/{one.visit_id}"),
        padding=theme.GAP,
    )
    return target(f"planned-{one.visit_id}", shown, key=one.visit_id, button=True)


# --- whom to add ---


@component
def Candidates(week: Week, day: date, mover: Mover, draggable: bool, whose: str = "") -> ft.Control:
    """A source is chosen, then a tap on + puts somebody on the chosen day."""
    app = use_app()
    source, set_source = ft.use_state(OVERDUE)
    text, set_text = ft.use_state("")
    hear = use_paused(set_text)
    offered = use_live(sources, Segment)
    wanted = Wanted(source, text, None if whose else last_known(app), whose)
    found = use_live(
        lambda replica: read_candidates(replica, wanted, week, day),
        Account, Activity, Cadence, Labelling, Segment, Territory, deps=[wanted, week, day],
    )  # fmt: skip
    choices = [Choice(value, words) for value, words in offered]
    shown = (
        choice_row("source", choices, source, set_source)  # a mouse does not scroll to the side
        if draggable
        else choice_strip("source", choices, (source,), set_source)
    )
    search = [SearchInput("Search customers", hear)] if source == SEARCH else []
    rows = [_candidate(one, day, mover, draggable) for one in found]
    nobody = ft.Text(NOBODY.get(source, "Nobody is in this segment."), color=theme.MUTED)
    return section(
        f"Add to {wording.midway(wording.day_name(day, week.today))}",
        [shown, *search, *(rows or [nobody])],
    )


def _candidate(one: Candidate, day: date, mover: Mover, draggable: bool) -> ft.Control:
    add = icon_button(
        ft.Icons.ADD_CIRCLE_OUTLINE,
        "Put on this day",
        icon_color=ft.Colors.PRIMARY,
        on_click=lambda _event: mover.add(one.account_id, day),
    )
    planned = f"planned {wording.midway(one.planned)}" if one.planned else ""
    shown = row(
        telling.bar(one.standing),
        one.name,
        wording.listed([one.detail, planned]),
        end=[target(f"add-{one.account_id}", add)],
    )
    key = f"candidate {one.account_id}"
    if not draggable:
        return ft.Container(shown, key=key)
    return ft.Container(_draggable(shown, ACCOUNT + one.account_id, one.name), key=key)
