"""The list of any record type: search as you type, filter, sort, and every record there is.

The search field is never rendered again by its results: it reports what is typed, and after a
short rest the list is asked anew.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import flet as ft
import msgspec

from client import record_types
from client.ui import theme
from client.ui.component import component
from client.ui.components import states
from client.ui.components.buttons import icon_button, menu_button
from client.ui.components.choices import switch
from client.ui.components.page import screen, target
from client.ui.components.record_row import LARGE_TEXT, ROW_HEIGHT, RecordRow
from client.ui.components.virtual_list import VirtualList
from client.ui.hooks import use_app, use_box, use_lacking, use_layout, use_live, use_stable
from client.ui.layout import Size
from client.ui.naming import title_of
from client.ui.views.lists.chips import FilterChips, filter_button
from client.ui.views.lists.facets import facets_of, referred
from client.ui.views.lists.filter_sheet import FilterSheet
from client.ui.views.lists.listing import everything, how_many, narrowed, state_of
from client.ui.views.lists.segment_menu import SegmentMenu
from client.ui.views.records.book import ACCOUNTS
from client.ui.views.records.finding import find_list, read_lines, sorts_of
from client.ui.views.records.search import Search
from client.ui.views.ways import call_button
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
    from client.ui.views.lists.listing import Listing, ListState
    from client.ui.views.lists.reading import Asked
    from client.ui.views.records.finding import Found
    from sync_protocol.records import Segment

MOST_LETTERS = 200


def show_longest(app: App) -> None:
    """Open the accounts with those on top that have waited longest for a visit."""
    state = state_of(app, ACCOUNTS.kind)
    state.ask("", filter=Filter(), sort="last_visit")
    app.go(ACCOUNTS.route)


@component
def ListPane(listing: Listing, selected: str) -> ft.Control:
    """Keeps its search and its place when a record is opened beside or above it."""
    app, layout = use_app(), use_layout()
    state = state_of(app, listing.of)
    asked, set_asked = ft.use_state(state.asked)
    segment_id, set_segment = ft.use_state(state.segment_id)
    filtering, set_filtering = ft.use_state(False)
    facets = use_live(
        lambda replica: facets_of(replica, listing.of), CustomField, User, deps=[listing.of]
    )
    found = use_live(
        lambda replica: find_list(replica, asked),
        record_types.named(listing.of).struct, Account, Activity, Contact, Label, Labelling,
        *referred(facets), deps=[asked],
    )  # fmt: skip

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
    alone = layout.size is Size.PHONE and listing.beside
    return screen(
        listing.title,
        ft.Column(
            expand=True,
            spacing=0,
            controls=[
                *([_beside(app, listing)] if alone else []),
                Search(listing, use_stable(search), key=f"search {segment_id}"),
                _tools(
                    how_many(len(found.ids), asked.filter, use_lacking()),
                    filter_button(asked.filter, lambda: set_filtering(True)),
                    SegmentMenu("All", asked, segment_id, use_stable(pick)),
                    _sorting(asked, sorts_of(listing.of, facets), ask),
                ),
                FilterChips(asked.filter, found.labels, facets, want),
                _body(app, listing, found, state, selected),
                FilterSheet(listing.of, asked.filter, filtering, want, close),
            ],
        ),
        on_back=partial(app.go, listing.route if selected else listing.back)
        if listing.back
        else None,
        actions=[_new(app, listing)],
    )


def _beside(app: App, listing: Listing) -> ft.Control:
    """Contacts or accounts: the phone's bar has room for one place only."""
    return ft.Container(
        ft.Row(controls=[switch("book", listing.beside, listing.route, app.go)]),
        padding=ft.Padding.only(left=theme.GAP_L, right=theme.GAP_L, bottom=theme.GAP),
    )


def _tools(
    found: str, filtering: ft.Control, segments: ft.Control, sorting: ft.Control
) -> ft.Control:
    """Filter, segment, order, and how many there are."""
    return ft.Container(
        padding=ft.Padding.only(left=theme.GAP_L, right=theme.GAP),
        height=56,
        content=ft.Row(
            spacing=theme.GAP_S,
            controls=[
                filtering,
                segments,
                ft.Text(
                    found.partition(" ")[0] if use_layout().text > LARGE_TEXT else found,
                    style=theme.SMALL,
                    color=theme.MUTED,
                    expand=True,
                    max_lines=1,
                ),
                target("sort", sorting),
            ],
        ),
    )


def _sorting(asked: Asked, sorts: dict[str, str], ask: Callable[..., None]) -> ft.Control:
    def item(name: str, text: str) -> ft.PopupMenuItem:
        return ft.PopupMenuItem(
            content=text, checked=asked.sort == name, on_click=lambda _event: ask(sort=name)
        )

    return menu_button(
        f"Sorted by: {sorts.get(asked.sort, title_of(asked.sort))}",
        [item(name, text) for name, text in sorts.items()],
        icon=ft.Icons.SORT,
    )


def _new(app: App, listing: Listing) -> ft.Control:
    return target(
        "new-record",
        icon_button(
            listing.new_icon,
            f"New {listing.one}",
            on_click=lambda _event: app.go(listing.at("new")),
        ),
    )


def _body(app: App, listing: Listing, found: Found, state: ListState, selected: str) -> ft.Control:
    open_record = use_stable(lambda record_id: app.go(listing.at(record_id)))
    calling = use_stable(lambda callee: call_button(app, callee))
    by_phone = calling if use_layout().size is Size.PHONE else None
    lines: Any = use_box((None, {}))
    if lines.current[0] is not found:
        lines.current = (found, {})

    def rows(ids: Sequence[str]) -> list[ft.Control]:
        known = lines.current[1]
        missing = [i for i in ids if i not in known]
        if missing:
            known |= read_lines(app.replica, state.asked, found, missing)
        return [
            RecordRow(
                known[i], listing.of == "contact", i == selected, open_record, by_phone, key=i
            )
            for i in ids
            if i in known
        ]

    if not found.ids:
        return _nothing(app, listing, state.asked.filter)
    place = state.place
    listed: ft.Control = VirtualList(
        found.ids, rows, ROW_HEIGHT, place, key=f"{listing.of} {id(place)}"
    )
    return listed


def _nothing(app: App, listing: Listing, wanted: Filter) -> ft.Control:
    if not everything(wanted):
        return _no_match(app, listing, wanted)
    return states.none_yet(
        listing.icon,
        f"No {listing.many} yet",
        listing.about,
        f"New {listing.one}",
        lambda: app.go(listing.at("new")),
    )


def _no_match(app: App, listing: Listing, wanted: Filter) -> ft.Control:
    name = wanted.text.strip()
    title = f'Nothing found for "{name}"' if name else "Nothing fits this filter"
    named = f'New {listing.one} named "{name}"'
    return states.no_match(
        title,
        "Fewer words or fewer conditions find more."
        if narrowed(wanted)
        else "Fewer letters find more.",
        named if name else "",
        (lambda: app.go(f"{listing.at('new')}?{urlencode({'name': name})}")) if name else None,
    )
