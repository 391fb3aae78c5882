"""All deals as the office's table, open and closed, of every pipeline; elsewhere the board."""

from __future__ import annotations

import flet as ft

from client.ui.component import component
from client.ui.hooks import use_layout
from client.ui.layout import Size
from client.ui.views.deals.board import BoardView
from client.ui.views.deals.moving import ROUTE, TABLE, use_seen
from client.ui.views.lists.listing import Elsewhere, Listing, Quick
from client.ui.views.lists.table_view import RecordTable
from sync_protocol.records import Condition

OPEN = Condition("closing.at", "empty")
LISTING = Listing(
    "deal", ROUTE, "deal", "Deals", ft.Icons.VIEW_KANBAN_OUTLINED,
    quick=(
        Quick("open", "Open", (OPEN,)),
        Quick("stuck", "No next step", (OPEN, Condition("next_step", "empty"))),
    ),
    elsewhere=Elsewhere("as-board", "As a board", ft.Icons.VIEW_KANBAN_OUTLINED, ROUTE),
)  # fmt: skip


@component
def DealsView() -> ft.Control:
    """`/deals`: the board."""
    use_seen(ROUTE)
    shown: ft.Control = BoardView()
    return shown


@component
def DealsTable() -> ft.Control:
    """`/deals/table`."""
    layout = use_layout()
    use_seen(TABLE)
    shown: ft.Control
    if layout.size is Size.OFFICE:
        shown = RecordTable(LISTING, key="table deal")
    else:
        shown = BoardView(key="board")
    return shown
