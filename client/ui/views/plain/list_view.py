"""The list of a record type as it is declared: search as you type, every record there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft

from client import plain_fields
from client.ui import naming, theme
from client.ui.component import component, memo_component
from client.ui.components import states
from client.ui.components.fields import SearchInput
from client.ui.components.page import reading, target
from client.ui.components.rows import row
from client.ui.components.virtual_list import VirtualList
from client.ui.hooks import use_app, use_live, use_paused, use_stable
from sync_protocol.records import Account, Contact, kind_of, kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.replica import Replica
    from client.ui.plain import Plain
    from sync_protocol.records import Record

ROW_HEIGHT = 72
FACTS = 3
SHOWN = (Account, Contact)
"""What a list or page names beside its own records."""
NAMES = ("name", "title", "number")


class Line(NamedTuple):
    id: str
    name: str
    detail: str


@component
def PlainList(plain: Plain) -> ft.Control:
    app = use_app()
    text, set_text = ft.use_state("")
    struct = kinds()[plain.kind].struct
    ids = use_live(lambda replica: find(replica, plain, text), struct, *SHOWN, deps=[plain, text])
    open_one = use_stable(lambda record_id: app.go(plain.at(record_id)))
    add = target(
        "add",
        ft.FilledTonalButton(
            f"New {plain.one}", icon=ft.Icons.ADD, height=theme.TOUCH,
            on_click=lambda: app.go(plain.at("new")),
        ),
    )  # fmt: skip
    search = ft.Container(
        target("search", SearchInput("Search", use_paused(set_text))),
        width=theme.READABLE_WIDTH,
        padding=ft.Padding.symmetric(horizontal=theme.GAP_L),
    )
    return reading(
        plain.many,
        ft.Column(
            expand=True,
            spacing=theme.GAP,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            controls=[search, _body(plain, ids, text, open_one)],
        ),
        on_back=lambda: app.go("/more"),
        actions=[add],
    )


def find(replica: Replica, plain: Plain, text: str) -> tuple[str, ...]:
    """The records that hold these words, by name."""
    kind = kinds()[plain.kind]
    where = {"type_id": plain.type_id} if plain.type_id else {}
    order = next((name for name in NAMES if name in kind.fields), "")
    return tuple(replica.ids(kind.struct, text=text, order_by=order, where=where))


def read_lines(replica: Replica, plain: Plain, ids: Sequence[str]) -> list[Line]:
    """Each with the first facts that it has."""
    kind = kinds()[plain.kind]
    found = {record.id: record for record in replica.find(kind.struct, id=tuple(ids))}
    return [
        Line(i, naming.name_of(replica, plain.kind, i), _detail(replica, found[i]))
        for i in ids
        if i in found
    ]


def told(replica: Replica, record: Record) -> list[tuple[str, str]]:
    """What a record's declared fields say: (what, words), those that say something."""
    kind = kind_of(record)
    locale = replica.settings.locale
    pairs = []
    for field in plain_fields.asked(kind):
        value: Any = getattr(record, field.name)
        if value in (None, "") or field.name in NAMES[:1]:
            continue
        refers = plain_fields.form_of(field) == "reference"
        words = (
            naming.words(replica, field.name, value)
            if refers
            else plain_fields.words(field, value, locale)
        )
        pairs.append((naming.title_of(field.name), words))
    return pairs


def _detail(replica: Replica, record: Record) -> str:
    return " \u00b7 ".join(words for _what, words in told(replica, record)[:FACTS])


def _body(
    plain: Plain, ids: tuple[str, ...], text: str, on_open: Callable[[str], None]
) -> ft.Control:
    app = use_app()
    if not ids and text.strip():
        nothing = f'Nothing found for "{text.strip()}"'
        return states.empty(ft.Icons.SEARCH_OFF, nothing, "Fewer letters find more.")
    if not ids:
        return states.empty(
            plain.icon, f"No {plain.many.lower()} yet", plain.about or "The first one is yours.",
            f"New {plain.one}", lambda: app.go(plain.at("new")),
        )  # fmt: skip

    def rows(shown: Sequence[str]) -> list[ft.Control]:
        lines = read_lines(app.replica, plain, shown)
        return [PlainRow(line, plain.icon, on_open, key=line.id) for line in lines]

    listed: ft.Control = VirtualList(ids, rows, ROW_HEIGHT, key=text)
    return ft.Container(listed, expand=True, width=theme.READABLE_WIDTH)


@memo_component
def PlainRow(line: Line, icon: ft.IconData, on_open: Callable[[str], None]) -> ft.Control:
    detail = line.detail.replace("\n", " ")
    shown = row(icon, line.name, detail, on_click=lambda: on_open(line.id))
    return target(f"row-{line.id}", ft.Container(shown, height=ROW_HEIGHT), button=True)
