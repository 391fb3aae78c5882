"""A saved segment taken over where a filter is asked for: who has named a group need not build it.

The filter is copied: what it is used for stays as it is when the segment is changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft
import msgspec

from client.ui import theme
from client.ui.component import component
from client.ui.components.choices import Choice, choice_row
from client.ui.hooks import use_live
from sync_protocol.records import Filter, Segment

if TYPE_CHECKING:
    from collections.abc import Callable


@component
def FromSegment(of: str, wanted: Filter, on_take: Callable[[Filter], None]) -> ft.Control:
    """The segments of a record type, targets `segment-<id>`; nothing where there is none."""
    segments = use_live(
        lambda replica: replica.find(Segment, of=of, order_by="name"), Segment, deps=[of]
    )
    filters = {one.id: without_text(one.filter) for one in segments}
    if not filters:
        return ft.Container(visible=False)
    chosen = next((i for i, held in filters.items() if held == wanted), "")
    choices = [Choice(one.id, one.name) for one in segments]
    return ft.Column(
        spacing=theme.GAP,
        controls=[
            ft.Text("Or as in a segment", style=theme.SMALL, color=theme.MUTED),
            choice_row("segment", choices, chosen, lambda i: on_take(filters[i])),
        ],
    )


def without_text(filter_: Filter) -> Filter:
    """What was typed into the search of a list is no condition of a record."""
    return msgspec.structs.replace(filter_, text="")
