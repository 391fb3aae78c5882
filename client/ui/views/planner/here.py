"""Where this device was when it was last asked, for the screens that go by distance."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client import presence
from client.ui import locating
from client.ui.hooks import use_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.context import App
    from sync_protocol.records import Position

KEPT = "here"


class Here(NamedTuple):
    """The position, or why there is none; `busy` while the device is asked."""

    position: Position | None
    why: str
    busy: bool
    ask: Callable[[], None]


def use_here(*, at_once: bool = False) -> Here:
    """Asked for by a tap, or `at_once` when the screen is opened; never again by itself."""
    app = use_app()
    fix, set_fix = ft.use_state(app.kept(KEPT))
    busy, set_busy = ft.use_state(False)

    async def find() -> None:
        set_busy(True)
        found = await locating.take(app)
        app.forget(KEPT)
        app.keep(KEPT, lambda: found)
        set_fix(found)
        set_busy(False)

    def ask() -> None:
        app.page.run_task(find)

    ft.use_effect(lambda: ask() if at_once and fix is None else None, [])
    why = f"{presence.REASONS[fix.why].capitalize()}." if fix and fix.position is None else ""
    return Here(fix.position if fix else None, why, busy, ask)


def last_known(app: App) -> Position | None:
    """What was last found, without asking."""
    fix = app.kept(KEPT)
    return fix.position if fix else None
