"""The list of contacts or of accounts: search as you type, filter, sort, and every record there is.

The search field is never rendered again by its results: it reports what is typed, and after a
short rest the list is asked anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import flet as ft
import msgspec

from client.ui import theme
from client.ui.component import component
from client.ui.components import states
from client.ui.components.buttons import icon_button, menu_button
from client.ui.components.choices import Choice, switch
from client.ui.components.page import screen, target
from client.ui.components.record_row import ROW_HEIGHT, RecordRow
from client.ui.components.virtual_list import VirtualList
from client.ui.hooks import use_app, use_box, use_layout, use_live, use_stable
from client.ui.layout import Size
from client.ui.naming import title_of
from client.ui.views.lists.chips import filter_button, filter_chips
from client.ui.views.lists.facets import facets_of
from client.ui.views.lists.filter_sheet import FilterSheet
from client.ui.views.lists.listing import everything, narrowed, state_of
from client.ui.views.lists.reading import Asked
from client.ui.views.lists.segment_menu import SegmentMenu
from client.ui.views.records.book import ACCOUNTS, CONTACTS
from client.ui.views.records.finding import SORTS, Found, find_list, read_lines
from client.ui.views.records.search import Search
from sync_protocol.records import (
    Account,
    Activity,
    Contact,
    CustomField,
    Filter,
    Label,
    Labelling,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.ui.context import App
    from client.ui.views.lists.listing import ListState
    from client.ui.views.records.book import Book
    from sync_protocol.records import Segment

MOST_LETTERS = 200


def show_longest(app: App) -> None:
    """Open the accounts with those on top that have waited longest for a visit."""
    state = state_of(app, ACCOUNTS.kind)
    state.ask("", filter=Filter(), sort="last_visit")
    app.go(ACCOUNTS.route)


@component
def ListPane(book: Book, selected: str) -> ft.Control:
    """Keeps its search and its place when a record is opened beside or above it."""
    app = use_app()
    state = state_of(app, book.kind)
    asked, set_asked = ft.use_state(state.asked)
    segment_id, set_segment = ft.use_state(state.segment_id)
    filtering, set_filtering = ft.use_state(False)
    found = use_live(
        lambda replica: find_list(replica, asked),
        Account, Activity, Contact, Label, Labelling, deps=[book, asked],
    )  # fmt: skip
    facets = use_live(lambda replica: facets_of(replica, book.kind), CustomField, User, deps=[book])

    def ask(segment_id: str | None = None, **changes: Any) -> None:
        set_asked(state.ask(segment_id, **changes))
        set_segment(state.segment_id)

    def want(wanted: Filter) -> None:
        ask(filter=wanted)

    def search(text: str) -> None:
        want(msgspec.structs.replace(state.asked.filter, text=text.strip()[:MOST_LETTERS]))

    def pick(segment: Segment | None) -> None:
        if segment is None:
            ask("", filter=Filter(text=state.asked.filter.text))
        else:
            ask(segment.id, filter=segment.filter, sort=segment.sort or "name")

    close = use_stable(lambda: set_filtering(False))
    return screen(
        book.title,
        ft.Column(
            expand=True,
            spacing=0,
            controls=[
                *([_books(app, book)] if use_layout().size is Size.PHONE else []),
                Search(book, use_stable(search), key=f"search {segment_id}"),
                _tools(
                    found,
                    ask,
                    filter_button(asked.filter, lambda: set_filtering(True)),
                    SegmentMenu("All", asked, segment_id, use_stable(pick)),
                    asked,
                ),
                filter_chips(asked.filter, found.labels, facets, want),
                _body(app, book, found, state, selected),
                FilterSheet(book.kind, asked.filter, filtering, want, close),
            ],
        ),
        actions=[_new(app, book)],
    )


def _books(app: App, book: Book) -> ft.Control:
    """Contacts or accounts: the phone's bar has room for one place only."""
    choices = [Choice(each.route, each.title, each.icon) for each in (CONTACTS, ACCOUNTS)]
    return ft.Container(
        ft.Row(controls=[switch("book", choices, book.route, app.go)]),
        padding=ft.Padding.only(left=theme.GAP_L, right=theme.GAP_L, bottom=theme.GAP),
    )


def _tools(
    found: Found,
    ask: Callable[..., None],
    filtering: ft.Control,
    segments: ft.Control,
    asked: Asked,
) -> ft.Control:
    """Filter, segment, order, and how many there are."""
    count = f"{len(found.ids):,} {'in all' if everything(asked.filter) else 'found'}"
    return ft.Container(
        padding=ft.Padding.only(left=theme.GAP_L, right=theme.GAP),
        height=56,
        content=ft.Row(
            spacing=theme.GAP_S,
            controls=[
                filtering,
                segments,
                ft.Text(count, style=theme.SMALL, color=theme.MUTED, expand=True, max_lines=1),
                target("sort", _sorting(asked, ask)),
            ],
        ),
    )


def _sorting(asked: Asked, ask: Callable[..., None]) -> ft.Control:
    def item(name: str, text: str) -> ft.PopupMenuItem:
        return ft.PopupMenuItem(
            content=text, checked=asked.sort == name, on_click=lambda _event: ask(sort=name)
        )

    return menu_button(
        f"Sorted by: {SORTS.get(asked.sort, title_of(asked.sort))}",
        [item(name, text) for name, text in SORTS.items()],
        icon=ft.Icons.SORT,
    )


def _new(app: App, book: Book) -> ft.Control:
    return target(
        "new-record",
        icon_button(
            book.new_icon, f"New {book.one}", on_click=lambda _event: app.go(book.at("new"))
        ),
    )


def _body(app: App, book: Book, found: Found, state: ListState, selected: str) -> ft.Control:
    open_record = use_stable(lambda record_id: app.go(book.at(record_id)))
    lines: Any = use_box((None, {}))
    if lines.current[0] is not found:
        lines.current = (found, {})

    def rows(ids: Sequence[str]) -> list[ft.Control]:
        known = lines.current[1]
        missing = [i for i in ids if i not in known]
        if missing:
            known |= read_lines(app.replica, book, found, missing)
        return [
            RecordRow(known[i], book.kind == "contact", i == selected, open_record, key=i)
            for i in ids
            if i in known
        ]

    if not found.ids:
        return _nothing(app, book, state.asked.filter)
    place = state.place
    listed: ft.Control = VirtualList(
        found.ids, rows, ROW_HEIGHT, place, key=f"{book.kind} {id(place)}"
    )
    return listed


def _nothing(app: App, book: Book, wanted: Filter) -> ft.Control:
    if not everything(wanted):
        return _no_match(app, book, wanted)
    if not app.replica.loaded and app.replica.status().signed_in and not app.replica.user:
        return states.loading(f"Fetching your {book.title.lower()} for the first time")
    return states.empty(
        book.icon,
        f"No {book.title.lower()} yet",
        "Add the first one here, or bring them all from a spreadsheet or an address book.",
        f"New {book.one}",
        lambda: app.go(book.at("new")),
    )


def _no_match(app: App, book: Book, wanted: Filter) -> ft.Control:
    name = wanted.text.strip()
    title = f'Nothing found for "{name}"' if name else "Nothing fits this filter"
    named = f'New {book.one} named "{name}"'
    return states.empty(
        ft.Icons.SEARCH_OFF,
        title,
        "Fewer words or fewer conditions find more."
        if narrowed(wanted)
        else "Fewer letters find more.",
        named if name else "",
        (lambda: app.go(f"{book.at('new')}?{urlencode({'name': name})}")) if name else None,
    )
