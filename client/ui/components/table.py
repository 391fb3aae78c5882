"""A table of any length: a header that sorts, rows that can be chosen, no row alive out of sight.

It takes plain values and callbacks. Rows are not focused one by one (tabbing through fifty thousand
would lead nowhere): the table's owner moves the cursor by keys and tells which row it is on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client.ui import theme
from client.ui.component import memo_component
from client.ui.components.buttons import icon_button
from client.ui.components.labels import label_chip
from client.ui.components.line import line as one_line
from client.ui.components.page import target

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.replica.labels import Worn
    from sync_protocol.records import Label

ROW_HEIGHT = 48
TICK_WIDTH = 48
NUMBER = "number"
"""The kind whose cells end in one line, so that sums can be compared at a glance."""
SHOWN_LABELS = 2


class Column(NamedTuple):
    """`width` is a share of the table's; `kind` tells how its cells are drawn."""

    key: str
    title: str
    width: int
    kind: str = "text"


class RowLine(NamedTuple):
    """The words of one row, column by column, and the labels where a column shows them."""

    id: str
    texts: tuple[str, ...]
    labels: tuple[Label | Worn, ...] = ()


def header(
    columns: Sequence[Column],
    sort: str,
    *,
    chosen: bool | None,
    on_sort: Callable[[str], None],
    on_all: Callable[[], None],
) -> ft.Control:
    """The titles: a tap sorts by one, again the other way. `chosen` is None for some rows."""
    icon = {
        True: ft.Icons.CHECK_BOX,
        False: ft.Icons.CHECK_BOX_OUTLINE_BLANK,
        None: ft.Icons.INDETERMINATE_CHECK_BOX,
    }[chosen]
    tick = target(
        "choose-all",
        icon_button(
            icon,
            "Choose none" if chosen else "Choose all (Ctrl+A)",
            icon_color=theme.MUTED if chosen is False else ft.Colors.PRIMARY,
            on_click=lambda _event: on_all(),
        ),
    )
    titles = [_title(column, sort, on_sort) for column in columns]
    return ft.Container(
        height=ROW_HEIGHT,
        padding=ft.Padding.only(left=theme.GAP, right=theme.GAP_L),
        border=ft.Border.only(bottom=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT)),
        content=ft.Row(spacing=theme.GAP, controls=[ft.Container(tick, width=TICK_WIDTH), *titles]),
    )


@memo_component
def TableRow(
    line: RowLine,
    columns: tuple[Column, ...],
    *,
    chosen: bool,
    current: bool,
    on_tick: Callable[[str], None],
    on_open: Callable[[str], None],
) -> ft.Control:
    """`on_tick` and `on_open` must be stable."""
    colour = ft.Colors.SECONDARY_CONTAINER if chosen else None
    edge = ft.Colors.PRIMARY if current else ft.Colors.TRANSPARENT
    return target(
        f"row-{line.id}",
        ft.Container(
            height=ROW_HEIGHT,
            padding=ft.Padding.only(left=theme.GAP - 3, right=theme.GAP_L),
            bgcolor=colour or (ft.Colors.SURFACE_CONTAINER if current else None),
            border=ft.Border.only(left=ft.BorderSide(3, edge)),
            on_click=lambda _event: on_open(line.id),
            content=ft.Row(
                spacing=theme.GAP,
                controls=[
                    _tick(line, chosen, on_tick),
                    *[_cell(line, column, place, chosen) for place, column in enumerate(columns)],
                ],
            ),
        ),
        button=True,
        selected=chosen,
    )


def _title(column: Column, sort: str, on_sort: Callable[[str], None]) -> ft.Control:
    sorted_by, down = sort.removeprefix("-") == column.key, sort.startswith("-")
    arrow = ft.Icons.ARROW_DOWNWARD if down else ft.Icons.ARROW_UPWARD
    text = ft.Text(
        column.title,
        size=13,
        weight=ft.FontWeight.W_600,
        color=ft.Colors.PRIMARY if sorted_by else theme.MUTED,
        max_lines=1,
        overflow=ft.TextOverflow.ELLIPSIS,
    )
    mark = [ft.Icon(arrow, size=14, color=ft.Colors.PRIMARY)] if sorted_by else []
    sortable = column.kind != "labels"
    shown = ft.Container(
        height=ROW_HEIGHT,
        alignment=_side(column),
        border_radius=theme.RADIUS_S,
        ink=sortable,
        tooltip=f"Sort by {column.title}" if sortable else None,
        padding=_air(column),
        on_click=(lambda _event: on_sort(column.key)) if sortable else None,
        content=ft.Row(spacing=2, tight=True, controls=[text, *mark]),
    )
    return ft.Container(target(f"sort-{column.key}", shown), expand=column.width)


def _tick(line: RowLine, chosen: bool, on_tick: Callable[[str], None]) -> ft.Control:
    return ft.Container(
        width=TICK_WIDTH,
        height=ROW_HEIGHT,
        alignment=ft.Alignment.CENTER,
        on_click=lambda _event: on_tick(line.id),
        content=target(
            f"tick-{line.id}",
            ft.Icon(
                ft.Icons.CHECK_BOX if chosen else ft.Icons.CHECK_BOX_OUTLINE_BLANK,
                size=20,
                color=ft.Colors.PRIMARY if chosen else theme.MUTED,
                semantics_label=f"Choose {line.texts[0]}",
            ),
            checked=chosen,
        ),
    )


def _cell(line: RowLine, column: Column, place: int, chosen: bool) -> ft.Control:
    if column.kind == "labels":
        shown = [
            ft.Container(label_chip(label), expand=True, expand_loose=True)
            for label in line.labels[:SHOWN_LABELS]
        ]
        rest = len(line.labels) - len(shown)
        more = [ft.Text(f"+{rest}", style=theme.SMALL, color=theme.MUTED)] if rest > 0 else []
        content: ft.Control = ft.Row(spacing=6, controls=[*shown, *more])
    else:
        first = place == 0
        content = one_line(
            line.texts[place],
            ft.TextStyle(size=14, weight=ft.FontWeight.W_600 if first else None),
            color=None if first else ft.Colors.ON_SECONDARY_CONTAINER if chosen else theme.MUTED,
        )
    return ft.Container(content, expand=column.width, alignment=_side(column), padding=_air(column))


def _side(column: Column) -> ft.Alignment:
    return ft.Alignment.CENTER_RIGHT if column.kind == NUMBER else ft.Alignment.CENTER_LEFT


def _air(column: Column) -> ft.Padding | None:
    """Keeps what ends at the right clear of the column that begins there."""
    return ft.Padding.only(right=theme.GAP_L) if column.kind == NUMBER else None
