"""One search over everything on this device: results while one types, grouped, better ones first.

The arrows go through the results and Enter opens one; that works while the field has the focus,
for nothing else is there to be typed into. What a list can show further is one tap away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft
import msgspec

from client.ui import naming, theme
from client.ui.component import component
from client.ui.components import states
from client.ui.components.fields import SearchInput
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.rows import row
from client.ui.hooks import use_app, use_box, use_keys, use_live, use_paused, use_stable
from client.ui.plain import PLAIN
from client.ui.signs import SIGNS
from client.ui.views.lists.listing import state_of
from sync_protocol.records import Account, Contact, Lead, Task, kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.replica import Replica
    from client.store.lookup import Hit
    from client.ui.context import App

ORDER = (
    "account", "contact", "lead", "deal", "task", "case", "activity", "quote", "salesorder",
    "product", "customobject", *(plain.kind for plain in PLAIN),
)  # fmt: skip
ICONS = SIGNS | {plain.kind: plain.icon for plain in PLAIN}
LISTS = {"account": "/accounts", "contact": "/contacts"}
"""Record types whose list takes the words over."""
EACH = 5
MOST_LETTERS = 200


class Line(NamedTuple):
    """One result as it is shown."""

    kind: str
    id: str
    title: str
    detail: str
    route: str


@component
def SearchView() -> ft.Control:
    app = use_app()
    kept = app.keep("search everything", lambda: {"text": ""})
    text, set_text = ft.use_state(kept["text"])
    cursor, set_cursor = ft.use_state(0)
    lines = use_live(
        lambda replica: read_lines(replica, text), *(kinds()[name].struct for name in ORDER),
        deps=[text],
    )  # fmt: skip

    def look(typed: str) -> None:
        kept["text"] = typed[:MOST_LETTERS]
        set_text(kept["text"])
        set_cursor(0)

    later = use_paused(look)
    _use_keys(app, lines, cursor, set_cursor)
    field = SearchInput(
        "Name, phone, town, label, note", use_stable(later), text, autofocus=True,
        holder=use_box(None), key="everything",
    )  # fmt: skip
    return reading(
        "Search",
        ft.Column(
            expand=True,
            spacing=0,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            controls=[
                ft.Container(
                    target("search-everything", field),
                    width=theme.READABLE_WIDTH,
                    padding=ft.Padding.symmetric(horizontal=theme.GAP_L),
                ),
                scroll(_results(app, text, lines, cursor)),
            ],
        ),
        on_back=lambda: app.go("/"),
    )


def read_lines(replica: Replica, text: str) -> tuple[Line, ...]:
    """The results, those that lead somewhere; a group's are together."""
    found = []
    for hit in replica.look_up(text, ORDER, EACH):
        route = naming.page_of(replica, hit.kind, hit.id)
        if route:
            title = naming.name_of(replica, hit.kind, hit.id) or hit.title
            found.append(Line(hit.kind, hit.id, title, _detail(replica, hit), route))
    return tuple(found)


def _detail(replica: Replica, hit: Hit) -> str:
    """What tells it from others of the same name."""
    record: Any = replica.get(kinds()[hit.kind].struct, hit.id)
    if isinstance(record, Account):
        return next((x.town for x in record.addresses.values() if x.town), "")
    if isinstance(record, Contact):
        account = naming.name_of(replica, "account", record.account_id)
        return ", ".join(filter(None, (record.title, account)))
    if isinstance(record, Lead):
        return ", ".join(filter(None, (record.title, record.company)))
    if isinstance(record, Task) or not hasattr(record, "account_id"):
        return ""
    account = naming.name_of(replica, "account", record.account_id)
    note = str(getattr(record, "note", ""))[:80]
    return ", ".join(filter(None, (account if account != hit.title else "", note)))


def _results(app: App, text: str, lines: Sequence[Line], cursor: int) -> list[ft.Control]:
    if not text.strip():
        return [
            states.empty(
                ft.Icons.SEARCH,
                "Search everything on this device",
                "A name, a town, a label, words of a note, a phone number in any form.",
            )
        ]
    if not lines:
        hint = "Fewer or other letters may find it."
        return [states.no_match(f'Nothing found for "{text.strip()}"', hint)]
    shown: list[ft.Control] = []
    for kind in dict.fromkeys(line.kind for line in lines):
        here = [(place, line) for place, line in enumerate(lines) if line.kind == kind]
        rows = [_line(app, line, chosen=place == cursor) for place, line in here]
        more = [_more(app, kind, text)] if len(here) == EACH and kind in LISTS else []
        shown.append(section(naming.PLURALS.get(kind, kind), [*rows, *more]))
    return shown


def _line(app: App, line: Line, *, chosen: bool) -> ft.Control:
    shown = row(
        ICONS.get(line.kind, ft.Icons.CIRCLE_OUTLINED),
        line.title or "(no name)",
        line.detail,
        on_click=lambda: app.go(line.route),
    )
    colour = ft.Colors.SECONDARY_CONTAINER if chosen else None
    framed = ft.Container(shown, bgcolor=colour, border_radius=theme.RADIUS)
    return target(f"hit-{line.id}", framed, button=True, selected=chosen, key=line.id)


def _more(app: App, kind: str, text: str) -> ft.Control:
    def show() -> None:
        state = state_of(app, kind)
        state.ask("", filter=msgspec.structs.replace(state.asked.filter, text=text.strip()))
        app.go(LISTS[kind])

    button = ft.TextButton(
        f"All in {naming.PLURALS[kind]}", height=theme.TOUCH, on_click=lambda _event: show()
    )
    return target(f"more-{kind}", button)


def _use_keys(
    app: App, lines: Sequence[Line], cursor: int, set_cursor: Callable[[int], None]
) -> None:
    """The arrows, Enter and Escape, while the search is open."""

    def press(event: ft.KeyboardEvent) -> bool:
        if event.ctrl or event.alt or event.meta:
            return False
        if event.key in ("Arrow Down", "Arrow Up"):
            step = 1 if event.key == "Arrow Down" else -1
            set_cursor(max(0, min(len(lines) - 1, cursor + step)))
        elif event.key == "Enter" and cursor < len(lines):
            app.go(lines[cursor].route)
        elif event.key == "Escape":
            app.go("/")
        else:
            return False
        return True

    use_keys(app, press)
