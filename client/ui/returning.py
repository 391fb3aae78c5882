"""Coming to the front and leaving it: what is saved before, and what is offered afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import calling

if TYPE_CHECKING:
    from client.ui.context import App

OFFER_MS = 20_000
"""Whoever comes back from a call needs a moment to look at the screen."""
_AWAY = (ft.AppLifecycleState.HIDE, ft.AppLifecycleState.PAUSE)
_BACK = (ft.AppLifecycleState.SHOW, ft.AppLifecycleState.RESUME)


def listen(app: App) -> None:
    """The system may end an app that is out of sight without another word; then it starts anew."""

    def change(event: ft.AppLifecycleStateChangeEvent) -> None:
        if event.state in _AWAY:
            app.save_typed()
            app.replica.flush()
        elif event.state in _BACK:
            offer_to_log(app)

    app.page.on_app_lifecycle_state_change = change
    offer_to_log(app)


def offer_to_log(app: App) -> None:
    """Back from a call: logging it is one tap away."""
    call = calling.take(app.replica)
    if call is not None:
        said = f"Back from calling {call.name}?"
        app.say(said, "Log call", lambda: app.go(call.route), stay_ms=OFFER_MS)
