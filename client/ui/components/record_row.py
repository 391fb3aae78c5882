"""A record in a list: who, where, when last seen, which labels, and whether sync is through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import flet as ft

from client.ui import theme, wording
from client.ui.component import memo_component
from client.ui.components.labels import label_chip
from client.ui.components.line import line as one_line
from client.ui.components.page import target
from client.ui.hooks import use_layout
from client.ui.taps import ONLY_OPENS

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.calling import Callee
    from client.replica.labels import Worn
    from sync_protocol.records import Label

Mark = Literal["", "waiting", "problem"]
ROW_HEIGHT = 72
LARGE_TEXT = 1.3
CHIPS = 2
CHIP_LETTERS = 18
"""Labels side by side are no longer than this together; the place needs its room too."""
MARKS = {
    "waiting": (ft.Icons.CIRCLE, 10, ft.Colors.TERTIARY, "Waiting to be sent"),
    "problem": (
        ft.Icons.PRIORITY_HIGH,
        18,
        ft.Colors.ERROR,
        "Needs you: the server refused an edit",
    ),
}


class Line(NamedTuple):
    """One row; `last` says in words when they were last visited, `callee` whom one can call."""

    id: str
    name: str
    where: str
    last: str
    labels: tuple[Label | Worn, ...]
    mark: Mark
    callee: Callee | None = None


@memo_component
def RecordRow(
    line: Line,
    round_avatar: bool,
    selected: bool,
    on_open: Callable[[str], None],
    call: Callable[[Callee], ft.Control] | None = None,
) -> ft.Control:
    """`on_open` and `call`, which makes the button at the end of the row, must be stable."""
    button = _end(line, call)
    return target(
        f"row-{line.id}",
        ft.Container(
            height=ROW_HEIGHT,
            padding=ft.Padding.only(left=theme.GAP_L, right=theme.GAP_S if button else theme.GAP_L),
            bgcolor=ft.Colors.SECONDARY_CONTAINER if selected else None,
            ink=True,
            on_click=lambda _event: on_open(line.id),
            data=ONLY_OPENS,
            content=ft.Row(
                spacing=12,
                controls=[avatar(line.name, round_avatar), _lines(line, selected), *button],
            ),
        ),
        button=True,
        selected=selected,
    )


def _end(line: Line, call: Callable[[Callee], ft.Control] | None) -> list[ft.Control]:
    """The call button, or its room, so that all rows end in one line."""
    if call is None:
        return []
    return [call(line.callee) if line.callee else ft.Container(width=theme.TOUCH)]


def avatar(name: str, round_avatar: bool, size: int = 40) -> ft.Control:
    """The initials; a circle for a person, a square for an organisation."""
    return ft.Container(
        width=size,
        height=size,
        border_radius=size / 2 if round_avatar else theme.RADIUS_S,
        bgcolor=ft.Colors.PRIMARY_CONTAINER,
        content=ft.CircleAvatar(  # its letters keep their size, whatever the text's
            radius=size / 2,
            bgcolor=ft.Colors.TRANSPARENT,
            content=ft.Text(
                wording.initials(name),
                size=size * 0.36,
                weight=ft.FontWeight.W_600,
                color=ft.Colors.ON_PRIMARY_CONTAINER,
                no_wrap=True,
            ),
        ),
    )


def sync_mark(mark: str) -> list[ft.Control]:
    """Nothing for a synced record, a dot while an edit waits, a ! when it needs its author."""
    if not mark:
        return []
    icon, size, colour, words = MARKS[mark]
    return [ft.Icon(icon, size=size, color=colour, tooltip=words)]


def _lines(line: Line, selected: bool) -> ft.Control:
    """Two lines; in large text three, so that a name has one to itself."""
    muted = ft.Colors.ON_SECONDARY_CONTAINER if selected else theme.MUTED
    name = [one_line(line.name, theme.HEADING, expand=True), *sync_mark(line.mark)]
    where = one_line(line.where, theme.SMALL, color=muted, expand=True)
    last = [ft.Text(line.last, style=theme.SMALL, color=muted)] if line.last else []
    labels = _labels(line, muted)
    if use_layout().text > LARGE_TEXT:
        kept = [ft.Container(label, expand=True, expand_loose=True) for label in labels]
        return _beneath([*name], [where] if line.where else [], [*last, *kept])
    return _beneath([*name, *last], [where, *labels] if line.where or labels else [])


def _beneath(*rows: list[ft.Control]) -> ft.Control:
    return ft.Column(
        expand=True,
        tight=True,
        spacing=theme.GAP_S,
        controls=[ft.Row(spacing=theme.GAP, controls=row) for row in rows if row],
    )


def _labels(line: Line, muted: ft.Colors) -> list[ft.Control]:
    shown = _fitting(line.labels)
    rest = len(line.labels) - len(shown)
    more = [ft.Text(f"+{rest}", style=theme.SMALL, color=muted)] if rest > 0 else []
    return [*(label_chip(label, short=True) for label in shown), *more]


def _fitting(labels: tuple[Label | Worn, ...]) -> tuple[Label | Worn, ...]:
    """The first, and the second if both are short."""
    pair = labels[:CHIPS]
    return pair if sum(len(x.name) for x in pair) <= CHIP_LETTERS else labels[:1]
