"""One list of records in the app: what it is called and where its records' pages are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft
import msgspec

from client.ui import theme, wording
from client.ui.components.choices import Choice
from client.ui.components.page import target
from client.ui.components.virtual_list import Place
from client.ui.views.lists.reading import Asked
from client.ui.views.lists.selection import Selection
from sync_protocol.records import Condition, Filter

if TYPE_CHECKING:
    from client.ui.context import App


class Quick(NamedTuple):
    """A filter that is asked for often enough to stand above the table."""

    name: str
    text: str
    conditions: tuple[Condition, ...]

    def is_asked(self, wanted: Filter) -> bool:
        return all(condition in wanted.conditions for condition in self.conditions)

    def turned(self, wanted: Filter) -> Filter:
        """With its conditions, or without them if they are asked."""
        rest = tuple(each for each in wanted.conditions if each not in self.conditions)
        asked = rest if self.is_asked(wanted) else (*rest, *self.conditions)
        return msgspec.structs.replace(wanted, conditions=asked)


class Elsewhere(NamedTuple):
    """The same records shown in another way, and where."""

    name: str
    text: str
    icon: ft.IconData
    route: str


class Listing(NamedTuple):
    """`of` is the record type; `route` where the list is, its records' pages beneath it.

    `back` leads out of a list that has no place of its own in the bar, `beside` are those that
    share one place there on a phone; `about` is said while there is nothing yet.
    """

    of: str
    route: str
    one: str
    title: str
    icon: ft.IconData = ft.Icons.LIST_ALT
    quick: tuple[Quick, ...] = ()
    elsewhere: Elsewhere | None = None
    new_icon: ft.IconData = ft.Icons.ADD
    back: str = ""
    beside: tuple[Choice, ...] = ()
    hint: str = "Name, phone, town, label, note"
    about: str = "Add the first one here, or bring them all from a spreadsheet."

    @property
    def many(self) -> str:
        """The records within a sentence: as their one is written, large or small."""
        return self.title if self.one[:1].isupper() else self.title.lower()

    def counted(self, count: int) -> str:
        return wording.plural(count, self.one, self.many)

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


def how_many(found: int, asked: Filter, lacking: str) -> str:
    """12 in all, 3 found; 12 so far while something is lacking."""
    return f"{found:,} {'so far' if lacking else 'in all' if everything(asked) else 'found'}"


def place_button(app: App, other: Elsewhere) -> ft.Control:
    """Leads to where the same records are shown in another way."""
    button = ft.TextButton(
        other.text, icon=other.icon, height=theme.TOUCH, on_click=lambda: app.go(other.route)
    )
    return target(other.name, button)
