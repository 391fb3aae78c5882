"""What happened to a record, the newest first, under its day; fifty entries are alive at a time.

`Timeline(kind, record_id)` reads for itself, so any page can hold it.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import flet as ft

from client import timeline
from client.timeline import Entry
from client.ui import naming, theme, wording
from client.ui.component import component, memo_component
from client.ui.components.buttons import chip
from client.ui.components.page import section, target
from client.ui.hooks import use_app, use_live, use_stable
from client.ui.signs import SIGNS
from client.ui.views import acts
from client.ui.views.files.thumbnail import PictureOf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PART = 50
EVERYTHING = ""
_ICONS = acts.ICONS | {
    "task": SIGNS["task"],
    "case": SIGNS["case"],
    "comment": ft.Icons.FORUM_OUTLINED,
    "file": ft.Icons.ATTACH_FILE,
    "deal": SIGNS["deal"],
    "quote": SIGNS["quote"],
    "order": SIGNS["salesorder"],
    "record": ft.Icons.ADD_CIRCLE_OUTLINE,
}
_HERE = frozenset({"account", "contact", "lead", "comment", "attachment"})
"""What is told here in full, or what the page itself is about."""


@component
def Timeline(kind: str, record_id: str) -> ft.Control:
    """Filter chips for the types there are; earlier entries come by tapping at the end."""
    app = use_app()
    type_, set_type = ft.use_state(EVERYTHING)
    first, set_first = ft.use_state(0)
    told = use_live(
        lambda replica: timeline.read(replica, kind, record_id, type_, limit=PART, offset=first),
        *timeline.SOURCES, deps=[kind, record_id, type_, first],
    )  # fmt: skip
    settings, now_ms = app.replica.settings, app.replica.now()
    go = use_stable(lambda entry: app.go(route_of(entry)))

    def choose(chosen: str) -> None:
        set_first(0)
        set_type(chosen)

    if not told.total():
        return section("Timeline", [ft.Text("Nothing has happened here yet.", color=theme.MUTED)])
    rest = told.total(type_) - first - PART
    rows = _days(told.entries, now_ms, settings.time_zone, go)
    return section(
        "Timeline",
        [
            ft.Column(
                tight=True,
                spacing=theme.GAP_S,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                controls=[
                    _filter(told.counts, type_, choose),
                    *([_turn("later", first, lambda: set_first(first - PART))] if first else []),
                    *rows,
                    *(
                        [_turn("earlier", rest, lambda: set_first(first + PART))]
                        if rest > 0
                        else []
                    ),
                ],
            )
        ],
        told.total(),
    )


def route_of(entry: Entry) -> str:
    """Where more is told of an entry; empty if there is no more."""
    return "" if entry.kind in _HERE else naming.page_of_its_own(entry.kind, entry.id)


def _days(
    entries: Sequence[Entry], now_ms: int, time_zone: str, on_open: Callable[[Entry], None]
) -> list[ft.Control]:
    rows: list[ft.Control] = []
    for name, of_day in groupby(entries, key=lambda x: wording.day(x.at_ms, now_ms, time_zone)):
        rows.append(_day(name))
        rows += [EntryRow(entry, time_zone, on_open, key=entry.key) for entry in of_day]
    return rows


@memo_component
def EntryRow(entry: Entry, time_zone: str, on_open: Callable[[Entry], None]) -> ft.Control:
    """One entry; a tap opens the record that tells more, if there is one."""
    opens = bool(route_of(entry))
    return target(
        f"entry-{entry.key}",
        ft.Container(
            ink=opens,
            on_click=(lambda _event: on_open(entry)) if opens else None,
            border_radius=theme.RADIUS,
            bgcolor=ft.Colors.SURFACE_CONTAINER_LOW,
            padding=12,
            content=ft.Row(
                spacing=12,
                vertical_alignment=ft.CrossAxisAlignment.START,
                controls=[
                    ft.Icon(
                        _ICONS.get(entry.type, ft.Icons.CIRCLE_OUTLINED), color=theme.MUTED, size=20
                    ),
                    _words(entry, time_zone),
                    *([PictureOf(entry.id, key=entry.id)] if entry.picture else []),
                ],
            ),
        ),
        button=opens,
    )


def _words(entry: Entry, time_zone: str) -> ft.Control:
    head: list[ft.Control] = [ft.Text(entry.title, style=theme.BODY, weight=ft.FontWeight.W_600)]
    if entry.outcome:
        dot = ft.Container(width=10, height=10, border_radius=5, bgcolor=entry.colour)
        head += [dot, ft.Text(entry.outcome, style=theme.SMALL)]
    about = wording.listed((wording.clock(entry.at_ms, time_zone), entry.who, entry.whom))
    return ft.Column(
        expand=True,
        tight=True,
        spacing=2,
        controls=[
            ft.Row(wrap=True, spacing=theme.GAP, run_spacing=0, controls=head,
                vertical_alignment=ft.CrossAxisAlignment.CENTER),
            ft.Text(about, style=theme.SMALL, color=theme.MUTED),
            *([ft.Text(entry.presence, style=theme.SMALL, color=theme.MUTED)]
              if entry.presence else []),
            *([ft.Text(entry.note, style=theme.BODY)] if entry.note else []),
        ],
    )  # fmt: skip


def _filter(counts: dict[str, int], type_: str, on_type: Callable[[str], None]) -> ft.Control:
    there = [name for name in timeline.TYPES if counts.get(name)]
    if len(there) < 2 and not type_:
        return ft.Container()
    chips = [_chip(name, timeline.TYPES[name], name == type_, on_type) for name in there]
    return ft.Row(
        wrap=True,
        spacing=theme.GAP,
        run_spacing=0,
        controls=[_chip(EVERYTHING, "All", type_ == EVERYTHING, on_type), *chips],
    )


def _chip(name: str, text: str, chosen: bool, on_type: Callable[[str], None]) -> ft.Control:
    return target(
        f"timeline-{name or 'all'}",
        chip(text, selected=chosen, show_checkmark=False, on_select=lambda _event: on_type(name)),
    )


def _day(name: str) -> ft.Control:
    return ft.Container(
        padding=ft.Padding.only(top=theme.GAP),
        key=f"day {name}",
        content=ft.Text(name, style=theme.SMALL, color=theme.MUTED, weight=ft.FontWeight.W_600),
    )


def _turn(way: str, rest: int, on_turn: Callable[[], None]) -> ft.Control:
    return target(
        way,
        ft.TextButton(
            f"Show {way} ({wording.plural(rest, 'entry', 'entries')})",
            height=theme.TOUCH,
            on_click=lambda _event: on_turn(),
        ),
    )
