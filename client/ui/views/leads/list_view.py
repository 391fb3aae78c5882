"""The list of leads, and beside it or instead of it the opened one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft

from client.ui import theme
from client.ui.component import component, memo_component
from client.ui.components import states
from client.ui.components.buttons import icon_button
from client.ui.components.choices import Choice, choice_strip
from client.ui.components.fields import SearchInput
from client.ui.components.page import screen, target
from client.ui.components.record_row import ROW_HEIGHT, avatar
from client.ui.components.virtual_list import VirtualList
from client.ui.hooks import use_app, use_layout, use_live, use_paused, use_stable
from client.ui.taps import ONLY_OPENS
from client.ui.views.leads.words import STATUSES, status_pill, where_of
from client.ui.views.lists.listing import Listing, Quick
from client.ui.views.records.section import sectioned
from sync_protocol.records import Condition, Lead
from sync_protocol.rules import leads
from sync_protocol.rules.leads import OPEN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.replica import Replica
    from client.ui.context import App

ROUTE = "/leads"
KEPT = "list lead"
GROUPS: dict[str, tuple[str, ...]] = {
    "Open": OPEN,
    **{STATUSES[status]: (status,) for status in STATUSES},
}
"""What the list can be narrowed to; the first is what it opens with."""


LISTING = Listing(
    "lead", ROUTE, "lead", "Leads", ft.Icons.PERSON_SEARCH_OUTLINED,
    quick=(Quick("open", "Open", (Condition("status", "is", OPEN),)),),
)  # fmt: skip


class Wanted(NamedTuple):
    text: str = ""
    group: str = "Open"


class Found(NamedTuple):
    ids: tuple[str, ...]
    counts: dict[str, int]
    now_ms: int


class _Left:
    """How the list was left."""

    def __init__(self) -> None:
        self.wanted = Wanted()


@component
def LeadsSection() -> ft.Control:
    return sectioned(LISTING, lambda selected: LeadList(selected, key="leads"))


@component
def LeadList(selected: str) -> ft.Control:
    app, layout = use_app(), use_layout()
    left = app.keep(KEPT, _Left)
    wanted, set_wanted = ft.use_state(left.wanted)
    found = use_live(lambda replica: find(replica, wanted), Lead, deps=[wanted])

    def want(**changes: Any) -> None:
        left.wanted = left.wanted._replace(**changes)
        set_wanted(left.wanted)

    search = SearchInput(
        "Name, company, phone", use_paused(lambda text: want(text=text)), left.wanted.text
    )
    return screen(
        "Leads",
        ft.Column(
            expand=True,
            spacing=0,
            controls=[
                ft.Container(
                    target("search", search), padding=ft.Padding.symmetric(horizontal=theme.GAP_L)
                ),
                _groups(found, wanted, want),
                _body(app, found, wanted, selected),
            ],
        ),
        on_back=None if layout.two_panes else lambda: app.go("/more"),
        actions=[
            target(
                "new-lead",
                icon_button(
                    ft.Icons.PERSON_ADD_ALT_1_OUTLINED,
                    "New lead",
                    on_click=lambda _event: app.go(f"{ROUTE}/new"),
                ),
            )
        ],
    )


def find(replica: Replica, wanted: Wanted) -> Found:
    """The newest first, as ids go by time; the counts are those of all leads."""
    by_status = replica.tally(Lead, "status")
    return Found(
        tuple(replica.ids(Lead, text=wanted.text, status=GROUPS[wanted.group], order_by="-id")),
        {name: sum(by_status.get(s, 0) for s in of) for name, of in GROUPS.items()},
        replica.now(),
    )


def _groups(found: Found, wanted: Wanted, want: Callable[..., None]) -> ft.Control:
    names = {name.lower(): name for name in GROUPS}
    choices = [Choice(key, f"{name} ({found.counts[name]})") for key, name in names.items()]
    chosen = (wanted.group.lower(),)
    return ft.Container(
        padding=ft.Padding.symmetric(horizontal=theme.GAP_L, vertical=theme.GAP),
        content=choice_strip("group", choices, chosen, lambda key: want(group=names[key])),
    )


def _body(app: App, found: Found, wanted: Wanted, selected: str) -> ft.Control:
    go = use_stable(lambda lead_id: app.go(f"{ROUTE}/{lead_id}"))
    if not found.ids:
        return _nothing(app, found, wanted)

    def rows(ids: Sequence[str]) -> list[ft.Control]:
        held = {lead.id: lead for lead in app.replica.find(Lead, id=tuple(ids))}
        return [LeadRow(held[i], i == selected, go, key=i) for i in ids if i in held]

    listed: ft.Control = VirtualList(found.ids, rows, ROW_HEIGHT, key=f"{wanted}")
    return listed


def _nothing(app: App, found: Found, wanted: Wanted) -> ft.Control:
    if wanted.text.strip():
        return states.no_match(
            f'Nothing found for "{wanted.text.strip()}"',
            "Fewer letters, or another group, find more.",
        )
    if sum(found.counts.values()):
        return states.none_yet(
            ft.Icons.PERSON_SEARCH_OUTLINED, "No leads here", "See the other groups above."
        )
    return states.none_yet(
        ft.Icons.PERSON_SEARCH_OUTLINED,
        "No leads yet",
        "A lead is somebody who may become a customer: a card from a fair, a call, a name.",
        "New lead",
        lambda: app.go(f"{ROUTE}/new"),
    )


@memo_component
def LeadRow(lead: Lead, selected: bool, on_open: Callable[[str], None]) -> ft.Control:
    """Who, where, how far."""
    muted = ft.Colors.ON_SECONDARY_CONTAINER if selected else theme.MUTED
    met, known = leads.answered(lead.answers)
    far = f"{met} of 4 met" if known else ""
    one_line: dict[str, Any] = {"max_lines": 1, "overflow": ft.TextOverflow.ELLIPSIS}
    lines = [
        ft.Row(
            spacing=theme.GAP,
            controls=[
                ft.Text(lead.name, style=theme.HEADING, expand=True, **one_line),
                status_pill(lead.status),
            ],
        ),
        ft.Row(
            spacing=theme.GAP,
            controls=[
                ft.Text(
                    where_of(lead) or "No company yet",
                    style=theme.SMALL,
                    color=muted,
                    expand=True,
                    **one_line,
                ),
                ft.Text(far, style=theme.SMALL, color=muted),
            ],
        ),
    ]
    return target(
        f"lead-{lead.id}",
        ft.Container(
            height=ROW_HEIGHT,
            padding=ft.Padding.symmetric(horizontal=theme.GAP_L),
            bgcolor=ft.Colors.SECONDARY_CONTAINER if selected else None,
            ink=True,
            on_click=lambda _event: on_open(lead.id),
            data=ONLY_OPENS,
            content=ft.Row(
                spacing=12,
                controls=[
                    avatar(lead.name, round_avatar=True),
                    ft.Column(expand=True, tight=True, spacing=theme.GAP_S, controls=[*lines]),
                ],
            ),
        ),
        button=True,
        selected=selected,
    )
