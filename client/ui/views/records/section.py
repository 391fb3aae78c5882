"""Contacts and accounts as places: the list, and beside it or instead of it the opened record."""

from __future__ import annotations

import flet as ft

from client.ui import theme
from client.ui.component import component
from client.ui.components import states
from client.ui.hooks import use_layout
from client.ui.layout import Layout, Size
from client.ui.views.records.book import ACCOUNTS, CONTACTS, Book
from client.ui.views.records.list_pane import ListPane


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


def _section(book: Book) -> ft.Control:
    """List and record stand at the same places in the tree in every layout (see the shell)."""
    layout, outlet = use_layout(), ft.use_route_outlet()
    _route, _slash, opened = ft.use_route_location().strip("/").partition("/")
    selected = opened.partition("/")[0] if layout.two_panes else ""
    listed, shown = layout.two_panes or not opened, layout.two_panes or bool(opened)
    pane = ListPane(book, selected, key=book.kind) if listed else None
    return ft.Row(
        expand=True,
        spacing=0,
        controls=[
            ft.Container(
                pane,
                visible=listed,
                width=_width(layout) if layout.two_panes else None,
                expand=not layout.two_panes,
            ),
            ft.VerticalDivider(width=1, visible=layout.two_panes),
            ft.Container(outlet, visible=shown, expand=True),
        ],
    )


def _width(layout: Layout) -> int:
    return theme.LIST_PANE_WIDTH + (60 if layout.size is Size.OFFICE else 0)
