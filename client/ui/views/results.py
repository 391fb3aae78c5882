"""How activities went: `/results`, by kind and by person; behind each number is its list."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client import results
from client.results import PERIODS, Part
from client.ui import naming, theme, wording
from client.ui.component import component, memo_component
from client.ui.components import states
from client.ui.components.choices import Choice, choice_strip
from client.ui.components.page import card, reading, scroll, section, target
from client.ui.components.rows import row
from client.ui.components.virtual_list import VirtualList
from client.ui.hooks import use_app, use_live, use_stable
from client.ui.views.acts import ICONS, NAMES
from sync_protocol.records import Account, Activity, Contact, Lead, Outcome, Settings, User

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.replica import Replica
    from client.results import Group, Results, Share
    from client.ui.context import App

ABOUT = "How many activities there were, and how they went. Only those on this device count."
MANY = {"visit": "Visits", "call": "Calls", "note": "Notes", "email": "E-mails",
        "meeting": "Meetings", "demo": "Demos", "chat": "Chats"}  # fmt: skip
UNSEEN = "An outcome not visible to you"
NONE_SET = "No outcome"
ANY, NONE = "any", "none"
ROUTE = "/results"
HEIGHT = 80
USUAL = "30"


@dataclass
class Asked:
    """What was looked at last, kept for the way back from a list."""

    period: str = USUAL


@component
def ResultsView() -> ft.Control:
    app = use_app()
    kept = app.keep("results", Asked)
    period, set_period = ft.use_state(kept.period)

    def choose(value: str) -> None:
        kept.period = value
        set_period(value)

    found = use_live(
        lambda replica: results.read(replica, Part(results.since(replica, period))),
        Activity, Outcome, User, Settings, Account, Contact, Lead, deps=[period],
    )  # fmt: skip
    periods = [Choice(value, words) for value, words in PERIODS.items()]
    shown = [
        ft.Text(ABOUT, color=theme.MUTED),
        choice_strip("period", periods, (period,), choose),
        *(_told(app, found, period) if found.kinds else [_none(app)]),
    ]
    return reading("How it went", scroll(shown), on_back=lambda: app.go("/more"))


def _told(app: App, found: Results, period: str) -> list[ft.Control]:
    def of_kind(kind: str, outcome: str) -> None:
        _go(app, period, kind=kind, outcome=outcome)

    def of_person(owner_id: str) -> None:
        _go(app, period, who=owner_id or NONE)

    kinds = [
        section(MANY[group.key], [_group(group, partial(of_kind, group.key))], group.many)
        for group in found.kinds
    ]
    people = [_person(app, group, partial(of_person, group.key)) for group in found.people]
    stack = ft.Column(tight=True, spacing=0, controls=people)
    return [*kinds, section("By person", [card(stack, padding=0)])]


def _go(app: App, period: str, kind: str = ANY, outcome: str = ANY, who: str = ANY) -> None:
    app.go(f"{ROUTE}/{period}/{kind}/{outcome}/{who}")


def _group(group: Group, on_open: Callable[[str], None]) -> ft.Control:
    rows = [_share(group, share, on_open) for share in group.shares]
    return card(ft.Column(tight=True, spacing=0, controls=rows), padding=0)


def _share(group: Group, share: Share, on_open: Callable[[str], None]) -> ft.Control:
    """Its name, how many and their share, and a bar as long as that; a tap shows which."""
    part = share.many / group.many
    name = _named(share)
    head = ft.Row(
        spacing=theme.GAP,
        controls=[
            ft.Text(name, style=theme.BODY, expand=True, max_lines=2),
            ft.Text(f"{share.many:,}", style=theme.HEADING),
            ft.Text(f"{round(100 * part)} %", style=theme.BODY, color=theme.MUTED, width=48,
                    text_align=ft.TextAlign.END),
        ],
    )  # fmt: skip
    bar = ft.ProgressBar(
        value=part, color=share.colour or theme.MUTED, bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST,
        border_radius=theme.RADIUS_S, bar_height=6, semantics_label=f"{name}: share",
    )  # fmt: skip
    shown = ft.Container(
        ft.Column(tight=True, spacing=theme.GAP_S, controls=[head, bar]),
        padding=12, border_radius=theme.RADIUS, ink=True,
        on_click=lambda _event: on_open(share.outcome_id or NONE),
    )  # fmt: skip
    return target(f"went-{group.key}-{share.outcome_id or NONE}", shown, button=True)


def _person(app: App, group: Group, on_open: Callable[[], None]) -> ft.Control:
    """How many, and beside it how they went."""
    went = wording.listed(f"{_named(share)} {share.many:,}" for share in group.shares)
    count = ft.Text(f"{group.many:,}", style=theme.HEADING)
    more = ft.Icon(ft.Icons.CHEVRON_RIGHT, color=theme.MUTED)
    shown = row(
        ft.Icons.PERSON_OUTLINE, naming.person(app.replica, group.key), went,
        on_click=on_open, end=[count, more],
    )  # fmt: skip
    return target(f"person-{group.key}", shown, button=True)


def _named(share: Share) -> str:
    return share.name or (UNSEEN if share.outcome_id else NONE_SET)


def _none(app: App) -> ft.Control:
    return states.none_yet(
        ft.Icons.QUERY_STATS,
        "Nothing was done in this time",
        "Log a visit or a call and say how it went; here you see what comes of it.",
        "New",
        lambda: app.go("/new"),
    )


def _gone(app: App) -> ft.Control:
    return states.empty(
        ft.Icons.QUERY_STATS,
        "Nothing is behind this number",
        "What was counted here is not on this device any more.",
        "How it went",
        lambda: app.go(ROUTE),
    )


# --- what is behind a number ---


class Line(NamedTuple):
    """An activity as it is shown in the list behind a number."""

    id: str
    kind: str
    title: str
    detail: str


@component
def BehindView() -> ft.Control:
    app, asked = use_app(), ft.use_route_params()
    part = Part(
        results.since(app.replica, asked["period"]),
        *(_meant(asked[name]) for name in ("kind", "outcome", "who")),
    )
    ids = use_live(
        lambda replica: results.behind(replica, part),
        Activity, Outcome, User, Account, Contact, Lead, deps=[part],
    )  # fmt: skip
    open_ = use_stable(lambda activity_id: app.go(f"/activities/{activity_id}"))

    def rows(some: Sequence[str]) -> list[ft.Control]:
        return [BehindRow(line, open_, key=line.id) for line in _lines(app.replica, some)]

    body = VirtualList(tuple(ids), rows, HEIGHT) if ids else _gone(app)
    return reading(
        f"{_title(app.replica, part)} ({len(ids):,})",
        ft.Container(ft.Container(body, width=theme.READABLE_WIDTH), alignment=ft.Alignment(0, -1)),
        on_back=lambda: app.go(ROUTE),
    )


@memo_component
def BehindRow(line: Line, on_open: Callable[[str], None]) -> ft.Control:
    """`on_open` must be stable."""
    shown = row(ICONS.get(line.kind, ft.Icons.CIRCLE_OUTLINED), line.title, line.detail,
                on_click=lambda: on_open(line.id), most=1)  # fmt: skip
    return ft.Container(target(f"behind-{line.id}", shown, button=True), height=HEIGHT)


def _meant(word: str) -> str | None:
    return None if word == ANY else "" if word == NONE else word


def _title(replica: Replica, part: Part) -> str:
    kind = MANY.get(part.kind or "", "Activities")
    if part.owner_id is not None:
        return f"{kind}, {naming.person(replica, part.owner_id)}"
    if part.outcome_id is None:
        return kind
    held = replica.get(Outcome, part.outcome_id) if part.outcome_id else None
    name = held.name if held else UNSEEN if part.outcome_id else NONE_SET
    return f"{kind}: {name}"


def _lines(replica: Replica, ids: Sequence[str]) -> list[Line]:
    settings, now, lines = replica.settings, replica.now(), []
    outcomes = {outcome.id: outcome.name for outcome in replica.find(Outcome)}
    for activity in (found for i in ids if (found := replica.get(Activity, i))):
        went = outcomes.get(activity.outcome.outcome_id, UNSEEN) if activity.outcome else ""
        when = wording.day(activity.at, now, settings.time_zone)
        who = naming.person(replica, activity.owner_id)
        detail = wording.listed((NAMES[activity.kind], when, who, went))
        lines.append(Line(activity.id, activity.kind, _customer(replica, activity), detail))
    return lines


def _customer(replica: Replica, activity: Activity) -> str:
    held = (
        replica.get(Account, activity.account_id)
        or replica.get(Contact, activity.contact_id)
        or replica.get(Lead, activity.lead_id)
    )
    return held.name if held else "A customer not visible to you"
