"""This device: how much room the data takes, whether it is safe, and whether it is all right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.runtime.protocol import StorageUse
from client.sync.loop import Phase
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.page import section, target
from client.ui.components.rows import menu_row, row
from client.ui.hooks import use_app, use_optional

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from client.runtime.protocol import Host
    from client.ui.context import App

MEGABYTE = 1_000_000
LATER = "The server cannot be reached just now. It is checked with the next sync."


@component
def DeviceSection(check: bool = False) -> ft.Control:
    """How much room the data takes, and whether the system promised to keep it."""
    app = use_app()
    use, set_use = use_optional(StorageUse)

    async def measure() -> None:
        set_use(await storage_of(app.host))

    async def ask() -> None:
        kept = await app.host.persist()
        app.say(
            "Your data is safe from the browser's cleaning now."
            if kept
            else "The browser does not promise it yet. Installing the app usually helps."
        )
        await measure()

    ft.use_effect(measure, [app])
    rows = [*(_storage(use, ask) if use else []), *([CheckRow()] if check else [])]
    return section("This device", rows) if rows else ft.Container()


@component
def CheckRow() -> ft.Control:
    """Count everything anew and have the server compare."""
    app = use_app()
    busy, set_busy = ft.use_state(False)

    async def check() -> None:
        if not busy:
            set_busy(True)
            app.say(await check_device(app))
            set_busy(False)

    about = "Compares what is here with the server, and fetches again what differs."
    icon = ft.Icons.FACT_CHECK_OUTLINED
    title = "Checking" if busy else "Check this device"

    def begin() -> None:
        app.page.run_task(check)

    return menu_row("check-device", icon, title, about, begin)


async def check_device(app: App) -> str:
    """Recount, sync, and say what came of it."""
    app.replica.recount()
    if await app.round() is not Phase.IDLE or app.loop.last is None:
        return LATER
    repaired = app.loop.last.repaired
    if not repaired:
        return "Checked: this device holds what the server holds."
    return f"Checked: {wording.plural(repaired, 'record')} differed and came again."


async def storage_of(host: Host) -> StorageUse | None:
    """None where the host does not know."""
    try:
        return await host.storage()
    except (AttributeError, NotImplementedError, OSError):
        return None


def _storage(use: StorageUse, on_persist: Callable[[], Awaitable[None]]) -> list[ft.Control]:
    kept = (
        "The system keeps it until you sign out."
        if use.persistent
        else "The browser may delete it when the device runs short of room."
    )
    line = row(ft.Icons.SD_STORAGE_OUTLINED, f"{use.used / MEGABYTE:,.1f} MB used", kept)
    button = ft.FilledTonalButton("Keep it for good", height=theme.TOUCH, on_click=on_persist)
    return [target("storage", line), *([] if use.persistent else [target("persist", button)])]
