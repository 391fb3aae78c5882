"""What happened, the newest first, under its day; some dozens at a time."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme, wording
from client.ui.component import component, memo_component
from client.ui.components.page import target
from client.ui.views import acts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.ui.views.records.reading import Entry

PART = 30
TASK = "task"
EVERYTHING = ""
WORDS = {kind: f"{name}s" for kind, name in acts.NAMES.items()} | {TASK: "Tasks"}
_ICONS = acts.ICONS | {TASK: ft.Icons.TASK_ALT}


@component
def Timeline(
    entries: Sequence[Entry], now_ms: int, time_zone: str, on_open: Callable[[Entry], None]
) -> ft.Control:
    """Filter chips for the types there are; earlier entries come by tapping at the end."""
    kind, set_kind = ft.use_state(EVERYTHING)
    shown, set_shown = ft.use_state(PART)
    wanted = [entry for entry in entries if kind in (EVERYTHING, entry.kind)]
    if not entries:
        return ft.Text("Nothing has happened here yet.", color=theme.MUTED)

    def day(entry: Entry) -> str:
        return wording.day(entry.at_ms, now_ms, time_zone)

    rows: list[ft.Control] = []
    for name, of_day in groupby(wanted[:shown], key=day):
        rows.append(_day(name))
        rows += [EntryRow(entry, time_zone, on_open, key=entry.id) for entry in of_day]
    rest = len(wanted) - shown
    earlier = [_earlier(rest, lambda: set_shown(lambda old: old + PART))] if rest > 0 else []
    return ft.Column(
        tight=True,
        spacing=theme.GAP_S,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[_filter(entries, kind, set_kind), *rows, *earlier],
    )


@memo_component
def EntryRow(entry: Entry, time_zone: str, on_open: Callable[[Entry], None]) -> ft.Control:
    """One entry; all but a task open their own page."""
    opens = entry.kind != TASK
    return target(
        f"entry-{entry.id}",
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
                    ft.Icon(_ICONS[entry.kind], color=theme.MUTED, size=20),
                    _words(entry, time_zone),
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
    about = ", ".join(filter(None, (wording.clock(entry.at_ms, time_zone), entry.who, entry.whom)))
    return ft.Column(
        expand=True,
        tight=True,
        spacing=2,
        controls=[
            ft.Row(wrap=True, spacing=theme.GAP, run_spacing=0, controls=head,
                vertical_alignment=ft.CrossAxisAlignment.CENTER),
            ft.Text(about, style=theme.SMALL, color=theme.MUTED),
            *([ft.Text(entry.note, style=theme.BODY)] if entry.note else []),
        ],
    )  # fmt: skip


def _filter(entries: Sequence[Entry], kind: str, on_kind: Callable[[str], None]) -> ft.Control:
    there = {entry.kind for entry in entries}
    kinds = [name for name in WORDS if name in there]
    if len(kinds) < 2:
        return ft.Container()
    chips = [_chip(name, WORDS[name], name == kind, on_kind) for name in kinds]
    return ft.Row(
        wrap=True,
        spacing=theme.GAP,
        run_spacing=0,
        controls=[_chip(EVERYTHING, "All", kind == EVERYTHING, on_kind), *chips],
    )


def _chip(name: str, text: str, chosen: bool, on_kind: Callable[[str], None]) -> ft.Control:
    return target(
        f"timeline-{name or 'all'}",
        ft.Chip(
            label=text,
            selected=chosen,
            show_checkmark=False,
            on_select=lambda _event: on_kind(name),
        ),
    )


def _day(name: str) -> ft.Control:
    return ft.Container(
        padding=ft.Padding.only(top=theme.GAP),
        key=f"day {name}",
        content=ft.Text(name, style=theme.SMALL, color=theme.MUTED, weight=ft.FontWeight.W_600),
    )


def _earlier(rest: int, on_more: Callable[[], None]) -> ft.Control:
    return target(
        "earlier",
        ft.TextButton(
            f"Show earlier ({wording.plural(rest, 'entry', 'entries')})",
            height=theme.TOUCH,
            on_click=lambda _event: on_more(),
        ),
    )
