"""The office's table of any record type: filter, sort, choose columns, choose rows, change many.

Whoever shows a list gives a `Listing`; which columns there are is in `facets`. Keys work while the
table is on the screen, nothing is being typed and no sheet is up: arrows move, Enter opens, Space
chooses, Shift+arrows choose a range, Ctrl+A all, Escape none, / goes to the search.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft
import msgspec

from client import record_types
from client.ui import theme
from client.ui.component import component
from client.ui.components import states
from client.ui.components.buttons import menu_button
from client.ui.components.choices import Choice, choice_strip
from client.ui.components.fields import SearchInput
from client.ui.components.page import screen, target
from client.ui.components.table import ROW_HEIGHT, Column, RowLine, TableRow, header
from client.ui.components.virtual_list import VirtualList
from client.ui.hooks import (
    Box,
    use_app,
    use_box,
    use_keys,
    use_lacking,
    use_live,
    use_paused,
    use_stable,
)
from client.ui.views.lists import selection as choosing
from client.ui.views.lists.bulk_bar import BulkBar, Chosen
from client.ui.views.lists.chips import FilterChips, filter_button
from client.ui.views.lists.facets import facets_of, referred, shown_columns
from client.ui.views.lists.filter_sheet import FilterSheet
from client.ui.views.lists.keys import Keys
from client.ui.views.lists.listing import everything, how_many, place_button, state_of
from client.ui.views.lists.reading import Asked, read_cells, read_ids
from client.ui.views.lists.segment_menu import SegmentMenu
from sync_protocol.records import (
    Activity,
    CustomField,
    Filter,
    Label,
    Labelling,
    Pipeline,
    SalesOrder,
    Territory,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.ui.context import App
    from client.ui.views.lists.facets import Facet
    from client.ui.views.lists.listing import Listing, ListState
    from client.ui.views.lists.selection import Selection
    from sync_protocol.records import Segment

MOST_COLUMNS = 10
MOST_LETTERS = 200


class View(NamedTuple):
    """What a table shows now."""

    app: App
    listing: Listing
    state: ListState
    segment_id: str
    asked: Asked
    ids: tuple[str, ...]
    facets: dict[str, Facet]
    columns: tuple[Facet, ...]
    selection: Selection
    lacking: str


class Hands(NamedTuple):
    """What can be done to it. `elsewhere` names what has the keys now: a field, a sheet, or both.

    A field may be left after the sheet over it has come up: that does not end the sheet.
    """

    ask: Callable[..., None]
    choose: Callable[[Selection], None]
    elsewhere: set[str]
    field: Box[Any]

    def want(self, wanted: Filter) -> None:
        self.ask(filter=wanted)

    def pick(self, segment: Segment | None) -> None:
        """Show a segment, or everything."""
        if segment is None:
            self.ask("", filter=Filter(), columns=(), sort="name")
            return
        shown = {"filter": segment.filter, "columns": segment.columns}
        self.ask(segment.id, **shown, sort=segment.sort or "name")

    def give_keys(self, what: str, is_there: bool) -> None:
        """Leave the keys to `what` while it is there."""
        if is_there:
            self.elsewhere.add(what)
        else:
            self.elsewhere.discard(what)


@component
def RecordTable(listing: Listing) -> ft.Control:
    """Keeps its filter, its place and what was chosen while a record is open."""
    app = use_app()
    state = state_of(app, listing.of)
    asked, set_asked = ft.use_state(state.asked)
    segment_id, set_segment = ft.use_state(state.segment_id)
    chosen, set_chosen = ft.use_state(state.selection)
    filtering, set_filtering = ft.use_state(False)
    facets, labels = use_live(
        lambda replica: (
            facets_of(replica, listing.of),
            {label.id: label for label in replica.find(Label, order_by="name")},
        ),
        CustomField, Label, User, Territory, Pipeline, deps=[listing.of],
    )  # fmt: skip
    ids = use_live(
        lambda replica: read_ids(replica, asked),
        record_types.named(listing.of).struct, Activity, SalesOrder, Label, Labelling, CustomField,
        *referred(facets), deps=[asked],
    )  # fmt: skip

    def ask(segment_id: str | None = None, **changes: Any) -> None:
        set_asked(state.ask(segment_id, **changes))
        set_segment(state.segment_id)

    def choose(new: Selection) -> None:
        state.selection = new
        set_chosen(new)

    def filter_open(is_open: bool) -> None:
        hands.give_keys("filter", is_open)
        set_filtering(is_open)

    lacking = use_lacking()
    elsewhere: set[str] = use_box(set()).current
    hands = Hands(use_stable(ask), use_stable(choose), elsewhere, use_box(None))
    columns = shown_columns(facets, asked.columns, asked.sort)
    selection = choosing.within(chosen, ids)
    view = View(app, listing, state, segment_id, asked, ids, facets, columns, selection, lacking)
    _use_keys(view, hands)
    return screen(
        listing.title,
        ft.Column(
            expand=True,
            spacing=0,
            controls=[
                _above(view, hands, lambda: filter_open(True)),
                FilterChips(asked.filter, labels, facets, hands.want),
                _head(view, hands),
                _rows(view, hands),
                FilterSheet(
                    listing.of, asked.filter, filtering, hands.want, lambda: filter_open(False)
                ),
            ],
        ),
        on_back=partial(app.go, listing.back) if listing.back else None,
        actions=[*_elsewhere(view), _new(view)],
    )


@component
def TableSearch(text: str, on_text: Callable[[str], None], hands: Hands) -> ft.Control:
    """Never rendered again by its results; an empty `key` change resets it."""
    later = use_paused(on_text)
    shown = SearchInput(
        "Search in this table", use_stable(later), text, holder=hands.field,
        on_focus=use_stable(partial(hands.give_keys, "search")),
    )  # fmt: skip
    return ft.Container(target("search", shown), width=300)


def _above(view: View, hands: Hands, on_filter: Callable[[], None]) -> ft.Control:
    """The tools, and over them what can be done with the chosen rows: no row moves for it."""
    tools = ft.Semantics(
        exclude_semantics=bool(view.selection.chosen), content=_tools(view, hands, on_filter)
    )
    return ft.Stack(
        height=theme.TALL,
        controls=[tools, ft.Container(_bulk(view, hands), left=0, right=0, top=0)],
    )


def _tools(view: View, hands: Hands, on_filter: Callable[[], None]) -> ft.Control:
    state, listing = view.state, view.listing

    def search(text: str) -> None:
        plain = text.strip()[:MOST_LETTERS]
        hands.want(msgspec.structs.replace(state.asked.filter, text=plain))

    count = how_many(len(view.ids), view.asked.filter, view.lacking)
    every = f"All {listing.many}"
    return ft.Container(
        height=theme.TALL,
        padding=ft.Padding.symmetric(horizontal=theme.GAP_L),
        content=ft.Row(
            controls=[
                TableSearch(
                    view.asked.filter.text, search, hands, key=f"{listing.of} {view.segment_id}"
                ),
                filter_button(view.asked.filter, on_filter),
                SegmentMenu(
                    every,
                    view.asked,
                    view.segment_id,
                    hands.pick,
                    partial(hands.give_keys, "segment"),
                ),
                *_quick(view, hands),
                ft.Text(count, style=theme.SMALL, color=theme.MUTED, expand=True),
                _columns_menu(view, hands),
            ]
        ),
    )


def _quick(view: View, hands: Hands) -> list[ft.Control]:
    """What is asked for often, to turn on and off."""
    offered = view.listing.quick
    if not offered:
        return []
    asked = [each.name for each in offered if each.is_asked(view.asked.filter)]
    known = {each.name: each for each in offered}

    def turn(name: str) -> None:
        hands.want(known[name].turned(view.state.asked.filter))

    return [choice_strip("quick", [Choice(each.name, each.text) for each in offered], asked, turn)]


def _bulk(view: View, hands: Hands) -> ft.Control:
    """What can be done with the chosen rows; not there while none is."""
    selection = view.selection
    if not selection.chosen:
        return ft.Container(visible=False)
    chosen = Chosen(
        view.listing,
        tuple(sorted(selection.chosen)),
        len(view.ids),
        on_all=lambda: hands.choose(choosing.with_all(selection, view.ids)),
        on_none=lambda: hands.choose(choosing.emptied(selection)),
        on_busy=partial(hands.give_keys, "bulk"),
    )
    return ft.Container(BulkBar(chosen))


def _columns_menu(view: View, hands: Hands) -> ft.Control:
    on = [facet.path for facet in view.columns]

    def toggle(path: str) -> None:
        rest = [p for p in on if p != path]
        wanted = rest if path in on else [p for p in view.facets if p in (*on, path)]
        hands.ask(columns=tuple(wanted[:MOST_COLUMNS] or on))

    items = [
        ft.PopupMenuItem(
            content=facet.title,
            checked=facet.path in on,
            on_click=partial(_call, toggle, facet.path),
        )
        for facet in view.facets.values()
    ]
    return target(
        "columns",
        menu_button("Columns", items, icon=ft.Icons.VIEW_COLUMN_OUTLINED),
    )


def _call(function: Callable[[str], None], value: str, _event: object) -> None:
    function(value)


def _elsewhere(view: View) -> list[ft.Control]:
    other = view.listing.elsewhere
    if other is None:
        return []
    return [place_button(view.app, other)]


def _new(view: View) -> ft.Control:
    listing = view.listing
    return target(
        "new-record",
        ft.FilledTonalButton(
            f"New {listing.one}",
            icon=ft.Icons.ADD,
            height=theme.TOUCH,
            on_click=lambda _event: view.app.go(listing.at("new")),
        ),
    )


def _head(view: View, hands: Hands) -> ft.Control:
    selection, sort = view.selection, view.asked.sort
    every = len(selection.chosen) == len(view.ids) and bool(view.ids)
    return header(
        [_column(facet) for facet in view.columns],
        sort,
        chosen=True if every else None if selection.chosen else False,
        on_sort=lambda path: hands.ask(sort=f"-{path}" if sort == path else path),
        on_all=lambda: hands.choose(choosing.with_all(selection, view.ids)),
    )


def _column(facet: Facet) -> Column:
    return Column(facet.path, facet.title, facet.width, facet.form)


def _rows(view: View, hands: Hands) -> ft.Control:
    app, listing, selection = view.app, view.listing, view.selection
    tick = use_stable(lambda record_id: hands.choose(choosing.toggled(selection, record_id)))
    go = use_stable(lambda record_id: app.go(listing.at(record_id)))
    columns = tuple(map(_column, view.columns))
    lines = _use_lines(view.ids, columns)

    def rows(wanted: Sequence[str]) -> list[ft.Control]:
        missing = [i for i in wanted if i not in lines]
        if missing:
            found = read_cells(app.replica, listing.of, view.columns, missing)
            lines.update({i: RowLine(i, cell.texts, cell.labels) for i, cell in found.items()})
        return [
            TableRow(
                lines[i],
                columns,
                chosen=i in selection.chosen,
                current=i == selection.cursor,
                on_tick=tick,
                on_open=go,
                key=i,
            )
            for i in wanted
            if i in lines
        ]

    if not view.ids:
        return _nothing(view)
    place = view.state.place
    listed: ft.Control = VirtualList(view.ids, rows, ROW_HEIGHT, place, key=str(id(place)))
    return listed


def _use_lines(ids: tuple[str, ...], columns: tuple[Column, ...]) -> dict[str, RowLine]:
    """The rows read so far; none after a reading of the ids, even where those are the same."""
    held: Box[Any] = use_box(((), (), {}))
    if held.current[0] is not ids or held.current[1] != columns:
        held.current = (ids, columns, {})
    known: dict[str, RowLine] = held.current[2]
    return known


def _nothing(view: View) -> ft.Control:
    listing = view.listing
    if not everything(view.asked.filter):
        return states.no_match("Nothing fits", "Fewer words or fewer conditions find more.")
    return states.none_yet(
        listing.icon,
        f"No {listing.many} yet",
        listing.about,
        f"New {listing.one}",
        lambda: view.app.go(listing.at("new")),
    )


def _use_keys(view: View, hands: Hands) -> None:
    """Let the table have the page's keys while it is shown."""
    app = view.app

    def search() -> None:
        hands.choose(choosing.emptied(view.selection))  # its bar lies over the field
        _focus(app, hands.field)

    keys = Keys(view.ids, view.selection)
    keys.on_choose = hands.choose
    keys.on_show = lambda row: view.state.place.show(row, ROW_HEIGHT)
    keys.on_open = lambda record_id: app.go(view.listing.at(record_id))
    keys.on_search = search
    use_keys(app, lambda event: not hands.elsewhere and keys.press(event))


def _focus(app: App, field: Box[Any]) -> None:
    if field.current is not None:
        app.page.run_task(field.current.focus)
