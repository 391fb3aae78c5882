"""Merge with whom: the likely ones first, or anybody found by name, phone or town."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client.ui import theme
from client.ui.component import component
from client.ui.components import states
from client.ui.components.fields import SearchInput
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.rows import ChoiceRow, Line
from client.ui.hooks import use_app, use_live, use_paused, use_stable
from client.ui.signs import SIGNS
from client.ui.views.twins.words import STRUCTS, detail, route_of

if TYPE_CHECKING:
    from client.replica import Replica

FOUND = 20


@component
def MergeWithView() -> ft.Control:
    params = ft.use_route_params()
    kind, record_id = params.get("kind", ""), params.get("id", "")
    view: ft.Control = MergeWith(kind, record_id, key=f"{kind} {record_id}")
    return view


@component
def MergeWith(kind: str, record_id: str) -> ft.Control:
    app = use_app()
    text, set_text = ft.use_state("")
    struct = STRUCTS.get(kind)
    record = app.replica.get(struct, record_id) if struct else None
    rows = use_live(
        lambda replica: _rows(replica, kind, record, text), *STRUCTS.values(), deps=[record, text]
    )
    choose = use_stable(lambda other: app.go(f"/merge/{kind}/{record_id}/{other}"))
    if record is None:
        nothing = states.empty(ft.Icons.SEARCH_OFF, "It is not here", "It may have been removed.")
        return reading("Merge", nothing, on_back=lambda: app.go("/duplicates"))
    title = "Found" if text.strip() else "Perhaps the same"
    listed = [ChoiceRow(line, choose, key=line.value) for line in rows]
    search = SearchInput("Name, phone, town", use_paused(set_text))
    return reading(
        f"Merge {record.name} with",
        scroll(
            [
                target("search", search),
                section(title, [ft.Column(spacing=0, controls=listed)] if rows else [_none(text)]),
            ]
        ),
        on_back=lambda: app.go(route_of(record)),
    )


def _rows(replica: Replica, kind: str, record: Any, text: str) -> list[Line]:
    if record is None:
        return []
    if text.strip():
        found = replica.find(STRUCTS[kind], text=text, order_by="name", limit=FOUND)
        return [_line(replica, kind, each, "") for each in found if each.id != record.id]
    matches = replica.similar(record, among=(kind,), limit=FOUND)
    return [_line(replica, kind, match.record, match.why) for match in matches]


def _line(replica: Replica, kind: str, record: Any, why: str) -> Line:
    about = ", ".join(filter(None, (detail(replica, record), f"({why})" if why else "")))
    return Line(f"with-{record.id}", record.id, record.name, about, SIGNS[kind])


def _none(text: str) -> ft.Control:
    words = (
        f'Nothing found for "{text.strip()}".'
        if text.strip()
        else "Nobody is much like it. Search for the one you mean."
    )
    return ft.Text(words, color=theme.MUTED)
