"""What fills the page: opening, busy elsewhere, signing in, or the app itself."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import flet as ft

from client.replica import Replica
from client.runtime.protocol import StorageBusy
from client.sync.loop import Phase, SyncLoop
from client.ui import glimpse, keyboard, returning, theme
from client.ui.component import component
from client.ui.components import states
from client.ui.components.ruler import ruler
from client.ui.context import App, app_context, layout_context
from client.ui.hooks import use_optional
from client.ui.layout import Layout
from client.ui.reminding import use_reminders
from client.ui.renewing import renew
from client.ui.rounding import plan_rounds
from client.ui.routes import ROUTES
from client.ui.screens import fetch_all
from client.ui.views.sign_in import SignInView

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from client.runtime.protocol import Host

WIPED = "This device was cleared"
LEAVING_S = 2.0
"""A screen that was not left by then keeps nothing from being deleted."""


@component
def Root(
    page: ft.Page, open_replica: Callable[[], Awaitable[Replica]], host: Host
) -> list[ft.View]:
    """The one view of the page; `open_replica` may raise `StorageBusy`."""
    layout = ft.use_memo(lambda: _fitted(page), [])
    return [
        ft.View(
            route="/",
            padding=0,
            spacing=0,
            controls=[
                ruler(layout.measured),
                layout_context(layout, lambda: Stage(page, open_replica, host)),
            ],
        )
    ]


@component
def Stage(page: ft.Page, open_replica: Callable[[], Awaitable[Replica]], host: Host) -> Any:
    """Opens the replica, then shows the sign-in or the app."""
    replica, set_replica = use_optional(Replica)
    busy, set_busy = ft.use_state(False)
    app, set_app = use_optional(App)
    attempt, set_attempt = ft.use_state(0)

    async def open_it() -> None:
        try:
            opened = await open_replica()
        except StorageBusy:
            set_busy(True)
            return
        set_busy(False)
        theme.apply(page, opened.preference(theme.PREFERENCE))
        if opened.rescued:
            _tell(page, "Your data was repaired", opened.rescued)
        set_replica(opened)
        if opened.session is None:
            glimpse.tell_nothing(host)
        else:
            set_app(_start(page, opened, host, on_signed_out))

    def on_signed_out() -> None:
        set_app(None)
        set_replica(None)
        set_attempt(lambda old: old + 1)

    ft.use_effect(open_it, [attempt])
    is_open = busy or replica is not None
    ft.use_effect(lambda: host.opened() if is_open else None, [is_open])
    if busy:
        return Busy(on_retry=lambda: set_attempt(lambda old: old + 1))
    if replica is None:
        return _waiting("Opening Fieldbook")
    if app is None:
        return SignInView(
            replica, on_done=lambda: set_app(_start(page, replica, host, on_signed_out))
        )
    return app_context(app, lambda: SignedIn(app))


@component
def SignedIn(app: App) -> Any:
    """The app, until the replica is about to be deleted."""
    clearing, set_clearing = ft.use_state(False)

    async def leave() -> None:
        set_clearing(True)
        with suppress(TimeoutError):
            async with asyncio.timeout(LEAVING_S):
                await app.left.wait()

    ft.use_effect(lambda: setattr(app.loop, "leave", leave), [app])
    return _waiting("Clearing this device") if clearing else Running(app)


@component
def Running(app: App) -> Any:
    """The app with its replica open and its sync loop running."""
    ft.use_effect(lambda: app.taps.listen(app.page), [app])
    ft.use_effect(lambda: keyboard.listen(app), [app])
    ft.use_effect(lambda: returning.listen(app), [app])
    ft.use_effect(lambda: _leave_when_wiped(app), [app])
    ft.use_effect(lambda: renew(app), [app])
    ft.use_effect(lambda: glimpse.take_notes(app), [app])
    ft.use_effect(lambda: plan_rounds(app), [app])
    ft.use_effect(partial(fetch_all, ROUTES), [app])
    use_reminders(app)
    ft.use_effect(lambda: None, [app], cleanup=app.left.set)
    return ft.Router(ROUTES)


@component
def Busy(on_retry: Callable[[], None]) -> Any:
    return states.empty(
        ft.Icons.TAB_OUTLINED,
        "Fieldbook is open in another tab",
        "Only one tab at a time can hold your data. Close the other one, then go on here.",
        "Use it here",
        on_retry,
    )


def _waiting(what_for: str) -> ft.Control:
    return ft.Container(states.loading(what_for), expand=True, alignment=ft.Alignment.CENTER)


def _start(page: ft.Page, replica: Replica, host: Host, on_signed_out: Callable[[], None]) -> App:
    loop = SyncLoop(replica)
    loop.start()
    page.run_task(host.persist)
    host.listen(lambda event: loop.ask() if event == "line" and replica.wifi_only else None)
    app = App(page, replica, loop, host)
    app.on_signed_out = on_signed_out
    return app


def _leave_when_wiped(app: App) -> None:
    """The replica is gone: begin again, as on a new device, and say why."""

    async def leave() -> None:
        await app.loop.stop()
        app.on_signed_out()
        _tell(app.page, WIPED, f"{app.loop.trouble} What was here has been removed.")

    def look() -> None:
        if app.loop.phase is Phase.WIPED:
            app.page.run_task(leave)

    app.loop.on_state(look)


def _tell(page: ft.Page, title: str, what_happened: str) -> None:
    """Something a person must have read: it stays until they close it."""
    page.show_dialog(
        ft.AlertDialog(
            modal=True,
            title=ft.Text(title),
            content=ft.Text(what_happened),
            actions=[ft.TextButton("Go on", on_click=lambda _event: page.pop_dialog())],
        )
    )


def _fitted(page: ft.Page) -> Layout:
    layout = Layout()
    layout.fit(page.width or 0)
    page.on_resize = lambda event: layout.fit(event.width)
    return layout
