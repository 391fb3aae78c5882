"""The list of contacts or of accounts: search as you type, filter, sort, and every record there is.

The search field is never rendered again by its results: it reports what is typed, and after a
short rest the list is asked anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

import flet as ft

from client.ui import theme
from client.ui.component import component
from client.ui.components import states
from client.ui.components.page import screen, target
from client.ui.components.record_row import ROW_HEIGHT, RecordRow
from client.ui.components.virtual_list import Place, VirtualList
from client.ui.hooks import use_app, use_box, use_live, use_stable
from client.ui.views.records.book import ACCOUNTS
from client.ui.views.records.filter_sheet import filter_sheet
from client.ui.views.records.finding import SORTS, Found, Wanted, find_list, read_lines
from client.ui.views.records.search import Left, Search
from sync_protocol.records import Account, Activity, Contact, Label, Labelling

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.ui.context import App
    from client.ui.views.records.book import Book
    from client.ui.views.records.finding import Mode


def show_longest(app: App) -> None:
    """Open the accounts with those on top that have waited longest for a visit."""
    left = app.keep(f"list {ACCOUNTS.kind}", Left)
    left.wanted, left.place = Wanted(sort="longest"), Place()
    app.go(ACCOUNTS.route)


@component
def ListPane(book: Book, selected: str) -> ft.Control:
    """Keeps its search and its place when a record is opened beside or above it."""
    app = use_app()
    left = app.keep(f"list {book.kind}", Left)
    wanted, set_wanted = ft.use_state(left.wanted)
    filtering, set_filtering = ft.use_state(False)
    mode, set_mode = cast("tuple[Mode, Callable[[Mode], None]]", ft.use_state("any"))
    found = use_live(
        lambda replica: find_list(replica, book, wanted),
        Account, Activity, Contact, Label, Labelling, deps=[book, wanted],
    )  # fmt: skip

    def want(**changes: Any) -> None:
        left.wanted = left.wanted._replace(**changes)
        left.place = Place()
        set_wanted(left.wanted)

    close = use_stable(lambda: set_filtering(False))
    sheet = filter_sheet(
        found.labels.values(),
        wanted.labels,
        mode,
        on_mode=set_mode,
        on_asked=lambda asked: want(labels=asked),
        on_close=close,
    )
    ft.use_dialog(sheet if filtering else None)
    return screen(
        book.title,
        ft.Column(
            expand=True,
            spacing=0,
            controls=[
                Search(book, use_stable(lambda text: want(text=text))),
                _tools(found, wanted, want, lambda: set_filtering(True)),
                _body(app, book, found, left, selected),
            ],
        ),
        actions=[_new(app, book)],
    )


def _tools(
    found: Found, wanted: Wanted, want: Callable[..., None], on_filter: Callable[[], None]
) -> ft.Control:
    """Labels, order, and how many there are."""
    names = [found.labels[i].name for i, _mode in wanted.labels if i in found.labels]
    words = "Labels" if not names else names[0] + (f" +{len(names) - 1}" if names[1:] else "")
    chip = ft.Chip(
        label=words,
        leading=ft.Icon(ft.Icons.FILTER_LIST, size=18),
        selected=bool(names),
        show_checkmark=False,
        on_select=lambda _event: on_filter(),
    )
    count = f"{len(found.ids)} {'found' if not wanted.everything else 'in all'}"
    return ft.Container(
        padding=ft.Padding.only(left=theme.GAP_L, right=theme.GAP),
        height=56,
        content=ft.Row(
            controls=[
                target("filter", chip),
                ft.Text(count, style=theme.SMALL, color=theme.MUTED, expand=True),
                target("sort", _sorting(wanted, want)),
            ]
        ),
    )


def _sorting(wanted: Wanted, want: Callable[..., None]) -> ft.Control:
    def item(name: str, text: str) -> ft.PopupMenuItem:
        return ft.PopupMenuItem(
            content=text, checked=wanted.sort == name, on_click=lambda _event: want(sort=name)
        )

    return ft.PopupMenuButton(
        icon=ft.Icons.SORT,
        tooltip=f"Sorted by: {SORTS[wanted.sort]}",
        items=[item(name, text) for name, text in SORTS.items()],
    )


def _new(app: App, book: Book) -> ft.Control:
    return target(
        "new-record",
        ft.IconButton(
            book.new_icon, tooltip=f"New {book.one}", on_click=lambda _event: app.go(book.at("new"))
        ),
    )


def _body(app: App, book: Book, found: Found, left: Left, selected: str) -> ft.Control:
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
        return _nothing(app, book, left.wanted)
    place = left.place
    listed: ft.Control = VirtualList(
        found.ids, rows, ROW_HEIGHT, place, key=f"{book.kind} {id(place)}"
    )
    return listed


def _nothing(app: App, book: Book, wanted: Wanted) -> ft.Control:
    if not wanted.everything:
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


def _no_match(app: App, book: Book, wanted: Wanted) -> ft.Control:
    name = wanted.text.strip()
    title = f'Nothing found for "{name}"' if name else "Nothing has these labels"
    named = f'New {book.one} named "{name}"'
    return states.empty(
        ft.Icons.SEARCH_OFF,
        title,
        "Fewer words or fewer labels find more." if wanted.labels else "Fewer letters find more.",
        named if name else "",
        (lambda: app.go(f"{book.at('new')}?{urlencode({'name': name})}")) if name else None,
    )
