"""The search field of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme
from client.ui.component import component
from client.ui.components.buttons import icon_button
from client.ui.components.fields import SearchInput
from client.ui.components.page import target
from client.ui.hooks import use_app, use_box, use_paused, use_stable
from client.ui.views.lists.listing import state_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.views.lists.listing import Listing


@component
def Search(listing: Listing, on_text: Callable[[str], None]) -> ft.Control:
    """The search field with its way to be emptied; tells what is looked for once typing rests."""
    app = use_app()
    text = use_box(state_of(app, listing.of).asked.filter.text)
    filled, set_filled = ft.use_state(bool(text.current))
    generation, set_generation = ft.use_state(0)

    later = use_paused(on_text)

    def hear(typed: str) -> None:
        text.current = typed
        set_filled(bool(typed))
        later(typed)

    def empty() -> None:
        hear("")
        set_generation(lambda old: old + 1)

    shown = SearchInput(
        listing.hint,
        use_stable(hear),
        "" if generation else text.current,
        autofocus=bool(generation),
        key=f"search-{generation}",
    )
    return ft.Container(
        padding=ft.Padding.symmetric(horizontal=theme.GAP_L),
        content=ft.Stack(
            height=theme.TOUCH,
            controls=[
                ft.Container(target("search", shown), left=0, right=0),
                *([_clear(empty)] if filled else []),
            ],
        ),
    )


def _clear(on_click: Callable[[], None]) -> ft.Control:
    return icon_button(
        ft.Icons.CLOSE, "Empty the search", right=0, top=0, on_click=lambda _event: on_click()
    )
