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
    layout, outlet = use_layout(), ft.use_route_outlet()
    _route, _slash, opened = ft.use_route_location().strip("/").partition("/")
    selected = opened.partition("/")[0]
    if not layout.two_panes:
        return outlet if opened else ListPane(book, "", key=book.kind)
    return ft.Row(
        expand=True,
        spacing=0,
        controls=[
            ft.Container(ListPane(book, selected, key=book.kind), width=_width(layout)),
            ft.VerticalDivider(width=1),
            ft.Container(outlet, expand=True),
        ],
    )


def _width(layout: Layout) -> int:
    return theme.LIST_PANE_WIDTH + (60 if layout.size is Size.OFFICE else 0)
