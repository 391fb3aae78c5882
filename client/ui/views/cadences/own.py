"""How often one account is visited: told on its page, changed there for this account alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import cadence
from client.ui import wording
from client.ui.component import component
from client.ui.components.page import target
from client.ui.components.rows import menu_row, row
from client.ui.components.sheet import sheet
from client.ui.hooks import use_app, use_live
from client.ui.views.cadences import telling
from sync_protocol.records import Account, Activity, Cadence, Labelling, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.context import App

OFFERED = (7, 14, 28, 42, 56, 84)


@component
def AccountCadence(account: Account) -> ft.Control:
    """Where it stands; a tap changes how often."""
    app = use_app()
    asking, set_asking = ft.use_state(False)
    standing = use_live(
        lambda replica: cadence.of(replica, account),
        Account, Activity, Cadence, Labelling, Settings, deps=[account],
    )  # fmt: skip
    today = wording.today(app.replica.now(), app.replica.settings.time_zone)
    close = lambda: set_asking(False)  # noqa: E731
    ft.use_dialog(_choices(app, account, close) if asking else None)
    bar = ft.Container(telling.bar(standing), width=24, alignment=ft.Alignment.CENTER)
    shown = row(
        bar,
        telling.told(standing, today),
        "For this account alone" if account.cadence_days is not None else "",
        on_click=lambda: set_asking(True),
        end=[ft.Icon(ft.Icons.TUNE, size=18, tooltip="Change how often")],
    )
    return target("cadence", shown, button=True)


def _choices(app: App, account: Account, on_close: Callable[[], None]) -> ft.BottomSheet:
    """A tap says how often, and the sheet is gone."""

    def choose(days: int | None) -> Callable[[], None]:
        def write() -> None:
            on_close()
            known = app.replica.as_it_is(account)
            app.act("Visit cadence changed", lambda: cadence.set_own(app.replica, known, days))

        return write

    def line(name: str, days: int | None, words: str) -> ft.Control:
        on = account.cadence_days == days
        icon = ft.Icons.RADIO_BUTTON_CHECKED if on else ft.Icons.RADIO_BUTTON_UNCHECKED
        return menu_row(f"cadence-{name}", icon, words, "", choose(days))

    own = account.cadence_days
    also = () if own in (None, 0, *OFFERED) else (own,)
    every = [
        line(str(days), days, cadence.rhythm(days).capitalize())
        for days in (*OFFERED, *(x for x in also if x))
    ]
    return sheet(
        "How often to visit",
        [line("usual", None, "As the cadences say"), *every, line("0", 0, "Not regularly")],
        on_close,
        tall=True,
    )
