"""Where a customer's address is: set by standing there and tapping."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import flet as ft

from client import presence
from client.ui import links, locating
from client.ui.component import component
from client.ui.components.page import target
from client.ui.components.rows import row
from client.ui.hooks import use_app
from sync_protocol.records import Account, Contact

if TYPE_CHECKING:
    from client.ui.context import App


@component
def PlaceHere(record: Account | Contact, anew: bool = False) -> ft.Control:
    """A row per address without a position; for `anew`, per address.

    An account without any address can begin with where it is.
    """
    app = use_app()
    busy, set_busy = ft.use_state("")

    async def set_place(entry: str) -> None:
        set_busy(entry or "new")
        await place_here(app, record, entry)
        set_busy("")

    def begin(entry: str) -> None:
        app.page.run_task(set_place, entry)

    asked = [
        (entry, links.one_line(address))
        for entry, address in record.addresses.items()
        if anew or address.position is None
    ]
    if isinstance(record, Account) and not record.addresses:
        asked.append(("", "as the address"))
    if not asked:
        return ft.Container()
    return ft.Column(
        tight=True,
        spacing=0,
        controls=[
            target(
                f"place-{entry or 'new'}",
                row(
                    ft.Icon(ft.Icons.MY_LOCATION, color=ft.Colors.PRIMARY),
                    "Asking the device" if busy == (entry or "new") else "Use where I am now",
                    words,
                    on_click=None if busy else partial(begin, entry),
                ),
                button=True,
            )
            for entry, words in asked
        ],
    )


async def place_here(app: App, record: Account | Contact, entry: str) -> None:
    """Ask for a fix, then write it; or say why there is none."""
    fix = await locating.take(app)
    here = fix.position
    if here is None:
        app.say(f"Not set: {presence.REASONS[fix.why]}.")
        return
    known = app.replica.get(type(record), record.id) or record
    accuracy = presence.distance(here.accuracy_m) if here.accuracy_m else "an unknown distance"
    app.act(
        f"Position of the address set, accurate to {accuracy}",
        lambda: presence.set_place(app.replica, known, entry, here),
    )
