"""Conflicts, for those who look after the data: what was taken twice, and who overwrote whom.

What was taken twice is known here; who overwrote whom is asked of the server.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft
import msgspec

from client import clashes
from client.ui import naming, theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.page import card, reading, scroll, section, target
from client.ui.hooks import use_app, use_layout, use_live, use_optional
from client.ui.layout import Size
from client.ui.views.more.page import read_me
from client.ui.views.sync.twice import read_twice, twice_section
from sync_protocol import clock
from sync_protocol.records import User

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.replica import Replica
    from client.ui.context import App
    from client.ui.views.sync.twice import Twice
    from sync_protocol.messages import Conflict, Write

OFFLINE = "Conflicts are kept by the server. Try again when you have a connection."
OVERSEERS = "Conflicts are shown to managers, the office and administrators."


class Found(NamedTuple):
    """What the server has told so far; `before` asks for more, 0 at the end."""

    conflicts: tuple[Conflict, ...] = ()
    before: int = 0
    reason: str = ""


class Side(NamedTuple):
    """A value, who wrote it and when."""

    value: str
    who: str
    when: str


class Row(NamedTuple):
    """`again` if the lost value is what the record says now."""

    key: str
    title: str
    field: str
    lost: Side
    stands: Side | None
    again: bool
    page: str


@component
def ConflictsView() -> ft.Control:
    app = use_app()
    me = use_live(read_me, User)
    twice = use_live(read_twice, User, *[kind.struct for kind in clashes.of_kinds()])
    found, set_found = use_optional(Found)

    async def load(so_far: Found | None = None) -> None:
        set_found(await more(app, so_far or Found()))

    async def first() -> None:
        if me.oversees:
            await load()

    ft.use_effect(first, [me.oversees])
    if not me.oversees:
        body = states.empty(ft.Icons.ADMIN_PANEL_SETTINGS_OUTLINED, "Not for reps", OVERSEERS)
    elif found is None:
        body = _beneath(app, twice, states.loading("Asking the server"))
    else:
        body = _found(app, twice, found, lambda: app.page.run_task(load, found))
    return reading("Conflicts", body, on_back=lambda: app.go("/more"))


async def more(app: App, so_far: Found) -> Found:
    """One page more; `reason` says why there is none."""
    pages: list[Found] = []

    async def ask() -> None:
        page = await app.replica.conflicts(so_far.before)
        pages.append(Found((*so_far.conflicts, *page.conflicts), page.before))

    reason = await app.reach(ask())
    return so_far._replace(reason=reason and OFFLINE) if reason else pages[0]


def read_row(replica: Replica, conflict: Conflict) -> Row:
    """A conflict in words; a record that is not here keeps the title the server gave."""
    kind, record_id, lost = conflict.kind, conflict.id, conflict.lost
    return Row(
        key=f"{kind}-{record_id}-{lost.cell}-{lost.time}-{lost.device}",
        title=naming.name_of(replica, kind, record_id) or conflict.title or "A record",
        field=naming.title_of_cell(replica, lost.cell),
        lost=_side(replica, lost),
        stands=_side(replica, conflict.won) if conflict.won else None,
        again=conflict.won is None or bytes(conflict.won.value) == bytes(lost.value),
        page=naming.history_of(kind, record_id, lost.cell),
    )


def _side(replica: Replica, write: Write) -> Side:
    zone, at_ms = replica.settings.time_zone, clock.millis(write.time)
    value = msgspec.msgpack.decode(write.value)
    return Side(
        naming.words_of_cell(replica, write.cell, value),
        naming.person(replica, write.user),
        f"{wording.day(at_ms, replica.now(), zone)}, {wording.clock(at_ms, zone)}",
    )


def _beneath(app: App, twice: Sequence[Twice], state: ft.Control) -> ft.Control:
    """What was taken twice, and a state beneath it, which else has the page for itself."""
    return scroll([*twice_section(app, twice), state]) if twice else state


def _found(
    app: App, twice: Sequence[Twice], found: Found, on_more: Callable[[], Any]
) -> ft.Control:
    if not found.conflicts and found.reason:
        nothing = states.empty(
            ft.Icons.CLOUD_OFF_OUTLINED, "No connection", found.reason, "Try again", on_more
        )
        return _beneath(app, twice, nothing)
    if not found.conflicts and not found.before:
        return scroll(twice_section(app, twice)) if twice else _none()
    rows: list[ft.Control] = [
        ConflictCard(read_row(app.replica, conflict)) for conflict in found.conflicts
    ]
    if found.reason:
        rows.append(states.notice(ft.Icons.CLOUD_OFF_OUTLINED, found.reason))
    if found.before:
        earlier = ft.OutlinedButton("Show earlier", height=theme.TOUCH, on_click=on_more)
        rows.append(target("earlier", earlier))
    return scroll([*twice_section(app, twice), section("Overwritten", rows)] if twice else rows)


def _none() -> ft.Control:
    return states.empty(
        ft.Icons.DONE_ALL,
        "No conflicts",
        "Nobody has written over what somebody else wrote unseen, and no name is taken twice.",
    )


@component
def ConflictCard(row: Row) -> ft.Control:
    """The record and the field; what was lost beside what stands."""
    app, layout = use_app(), use_layout()
    head = ft.Row(
        controls=[
            ft.Text(f"{row.title} - {row.field}", style=theme.HEADING, expand=True),
            ft.Icon(ft.Icons.CHEVRON_RIGHT, color=theme.MUTED),
        ]
    )
    lost = _told("Lost, and used again" if row.again else "Lost", row.lost, ft.Colors.TERTIARY)
    stands = _told("Stands", row.stands or row.lost, ft.Colors.PRIMARY)
    sides: ft.Control = (
        ft.Column(tight=True, spacing=theme.GAP, controls=[lost, stands])
        if layout.size is Size.PHONE
        else ft.Row(
            spacing=theme.GAP_L,
            vertical_alignment=ft.CrossAxisAlignment.START,
            controls=[ft.Container(side, expand=True) for side in (lost, stands)],
        )
    )
    body = ft.Column(tight=True, spacing=theme.GAP, controls=[head, sides])
    shown = card(body, on_click=partial(app.go, row.page), width=theme.READABLE_WIDTH)
    return target(f"conflict-{row.key}", shown, button=True)


def _told(word: str, side: Side, colour: ft.Colors) -> ft.Control:
    return ft.Column(
        tight=True,
        spacing=2,
        controls=[
            ft.Text(word, style=theme.SMALL, color=colour, weight=ft.FontWeight.W_600),
            ft.Text(side.value, style=theme.BODY, max_lines=4),
            ft.Text(f"{side.who}, {side.when}", style=theme.SMALL, color=theme.MUTED),
        ],
    )
