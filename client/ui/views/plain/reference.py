"""Naming another record in a form: search as you type, then the one that was found."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme
from client.ui.component import component
from client.ui.components.buttons import icon_button
from client.ui.components.fields import TextInput
from client.ui.components.page import target
from client.ui.components.rows import row
from client.ui.components.typed import stretched
from client.ui.hooks import use_app, use_live, use_paused, use_stable
from client.ui.naming import name_of, title_of
from sync_protocol.records import kinds

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica

OFFERED = 5
UNSEEN = "A record not visible to you"


@component
def ReferenceInput(
    field: str, kind: str, initial: str, on_id: Callable[[str], None], error: str
) -> ft.Control:
    """`on_id` hears the id of the record that is named, or an empty text; it must be stable."""
    app, label = use_app(), title_of(field)
    chosen, set_chosen = ft.use_state(initial)

    def pick(record_id: str) -> None:
        on_id(record_id)
        set_chosen(record_id)

    if chosen:
        name = name_of(app.replica, kind, chosen) or UNSEEN
        return _chosen(field, label, name, lambda: pick(""))
    search: ft.Control = ReferenceSearch(field, kind, use_stable(pick), error)
    return search


@component
def ReferenceSearch(
    field: str, kind: str, on_pick: Callable[[str], None], error: str
) -> ft.Control:
    """The first few that begin so."""
    text, set_text = ft.use_state("")
    found = use_live(
        lambda replica: _find(replica, kind, text), kinds()[kind].struct, deps=[kind, text]
    )
    rows = [
        target(
            f"pick-{record_id}",
            row(ft.Icons.ADD_LINK, name, on_click=partial(on_pick, record_id)),
            button=True,
        )
        for record_id, name in found
    ]
    search = TextInput(
        title_of(field), use_paused(set_text), "", error, prefix_icon=ft.Icons.SEARCH
    )
    return stretched([target(f"field-{field}", search), *rows], theme.GAP_S)


def _find(replica: Replica, kind: str, text: str) -> list[tuple[str, str]]:
    if not text.strip():
        return []
    struct = kinds()[kind].struct
    found = replica.ids(struct, text=text, limit=OFFERED)
    return [(record_id, name_of(replica, kind, record_id)) for record_id in found]


def _chosen(field: str, label: str, name: str, on_clear: Callable[[], None]) -> ft.Control:
    clear = icon_button(
        ft.Icons.CLOSE, f"Another {label.lower()}", on_click=lambda _event: on_clear()
    )
    return target(
        f"chosen-{field}",
        ft.Container(
            row(ft.Icons.LINK, name, label, end=[clear]),
            border=ft.Border.all(1, ft.Colors.OUTLINE),
            border_radius=theme.RADIUS_S,
        ),
    )
