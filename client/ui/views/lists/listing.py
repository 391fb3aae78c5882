"""One list of records in the app: what it is called and where its records' pages are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft

from client.ui.components.virtual_list import Place
from client.ui.views.lists.reading import Asked
from client.ui.views.lists.selection import Selection
from sync_protocol.records import Filter

if TYPE_CHECKING:
    from client.ui.context import App


class Listing(NamedTuple):
    """`of` is the record type; `route` where the list is, its records' pages beneath it."""

    of: str
    route: str
    one: str
    title: str
    icon: ft.IconData = ft.Icons.LIST_ALT

    def at(self, record_id: str) -> str:
        return f"{self.route}/{record_id}"


class ListState:
    """How a list was left: what was asked, which segment it came from, what was chosen."""

    def __init__(self, of: str) -> None:
        self.asked = Asked(of)
        self.segment_id = ""
        self.selection = Selection()
        self.place = Place()

    def ask(self, segment_id: str | None = None, **changes: Any) -> Asked:
        """Ask for something else, from the top; `segment_id` None keeps the segment's name."""
        self.asked = self.asked._replace(**changes)
        self.place = Place()
        if segment_id is not None:
            self.segment_id = segment_id
        return self.asked


def state_of(app: App, of: str) -> ListState:
    """The one state of a list, shared by the table and the list beside a record."""
    return app.keep(f"asked {of}", lambda: ListState(of))


def narrowed(asked: Filter) -> bool:
    """Whether a filter leaves anything out, its text aside."""
    return bool(asked.conditions or asked.labels_any or asked.labels_all or asked.labels_none)


def everything(asked: Filter) -> bool:
    """Whether a filter leaves nothing out."""
    return not narrowed(asked) and not asked.text
