"""Contacts and accounts as places: the list, and beside it or instead of it the opened record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme
from client.ui.component import component
from client.ui.components import states
from client.ui.components.choices import Choice
from client.ui.hooks import use_layout
from client.ui.layout import Layout, Size
from client.ui.views.lists.listing import Listing
from client.ui.views.lists.table_view import RecordTable
from client.ui.views.records.book import ACCOUNTS, CONTACTS, Book
from client.ui.views.records.list_pane import ListPane

if TYPE_CHECKING:
    from collections.abc import Callable

BESIDE = tuple(Choice(each.route, each.title, each.icon) for each in (CONTACTS, ACCOUNTS))
ABOUT = "Add the first one here, or bring them all from a spreadsheet or an address book."


@component
def ContactsSection() -> ft.Control:
    return _section(CONTACTS)


@component
def AccountsSection() -> ft.Control:
    return _section(ACCOUNTS)


@component
def NoneChosen() -> ft.Control:
    """What stands beside the list while no record is open."""
    return states.empty(
        ft.Icons.TOUCH_APP_OUTLINED, "Choose one from the list", "It opens here, beside the list."
    )


def sectioned(listing: Listing, pane: Callable[[str], ft.Control]) -> ft.Control:
    """List and record stand at the same places in the tree in every layout (see the shell).

    In the office the list is a table as wide as the window until a record is opened; elsewhere, and
    beside a record, it is what `pane` makes, which is given the id of the one that is open.
    """
    layout, outlet = use_layout(), ft.use_route_outlet()
    opened = ft.use_route_location().removeprefix(listing.route).strip("/")
    table = layout.size is Size.OFFICE and not opened
    selected = opened.partition("/")[0] if layout.two_panes else ""
    listed, shown = layout.two_panes or not opened, bool(opened) or (layout.two_panes and not table)
    rows: ft.Control | None = None
    if listed:
        rows = RecordTable(listing, key=f"table {listing.of}") if table else pane(selected)
    return ft.Row(
        expand=True,
        spacing=0,
        controls=[
            ft.Container(
                rows,
                visible=listed,
                width=_width(layout) if layout.two_panes and not table else None,
                expand=table or not layout.two_panes,
            ),
            ft.VerticalDivider(width=1, visible=layout.two_panes and not table),
            ft.Container(outlet, visible=shown, expand=True),
        ],
    )


def listed(listing: Listing) -> ft.Control:
    """The same with the list that any record type has."""
    return sectioned(listing, lambda selected: ListPane(listing, selected, key=listing.of))


def _section(book: Book) -> ft.Control:
    return listed(
        Listing(
            book.kind,
            book.route,
            book.one,
            book.title,
            book.icon,
            new_icon=book.new_icon,
            beside=BESIDE,
            about=ABOUT,
        )
    )


def _width(layout: Layout) -> int:
    return theme.LIST_PANE_WIDTH + (60 if layout.size is Size.OFFICE else 0)
