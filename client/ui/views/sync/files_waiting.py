"""Photos and files on their way, and the switch by which they wait for Wi-Fi."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.store.uploads import Upload
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.page import section, target
from client.ui.components.rows import row
from client.ui.components.ticks import switch
from client.ui.hooks import use_app, use_live, use_optional, use_sync

if TYPE_CHECKING:
    from collections.abc import Sequence

MEGABYTE = 1_000_000
ABOUT = {
    True: "This device is on mobile data now.",
    False: "This device is not on mobile data now.",
    None: "This device does not say which network it is on, so nothing waits here.",
}


@component
def FilesWaiting() -> ft.Control:
    """How many files have not arrived yet, and why; the switch is this device's alone."""
    app, loop = use_app(), use_sync()
    waiting = use_live(lambda replica: replica.uploads(), Upload, deps=[loop.phase, loop.last])
    only, set_only = ft.use_state(app.replica.wifi_only)
    line, set_line = use_optional(_Line)

    async def look() -> None:
        set_line(_Line(await app.replica.is_metered()))

    def turn(wanted: bool) -> None:
        app.replica.wifi_only = wanted
        set_only(wanted)
        loop.ask()

    ft.use_effect(look, [app, only, loop.phase])
    metered = line.metered if line else None
    about = f" {ABOUT[metered]}" if only and line else ""
    control = switch("Send photos and files on Wi-Fi only", turn, on=only)
    text = f"Everything else is sent at once, on any network.{about}"
    return section(
        "Photos and files",
        [
            *([_waiting(waiting, held=only and metered is True)] if waiting else []),
            target("wifi-only", control),
            ft.Text(text, style=theme.SMALL, color=theme.MUTED),
        ],
        len(waiting) or None,
    )


class _Line:
    """Which network the device was on when it was last asked."""

    def __init__(self, metered: bool | None) -> None:
        self.metered = metered


def _waiting(waiting: Sequence[Upload], *, held: bool) -> ft.Control:
    size = sum(upload.size - upload.sent for upload in waiting) / MEGABYTE
    files = wording.plural(len(waiting), "file")
    verb = "waits" if len(waiting) == 1 else "wait"
    title = f"{files} {verb} for Wi-Fi" if held else f"{files} {verb} to be sent"
    trouble = next((upload.trouble for upload in waiting if upload.trouble), "")
    icon = ft.Icons.WIFI if held else ft.Icons.CLOUD_UPLOAD_OUTLINED
    return target("files-waiting", row(icon, title, wording.listed((f"{size:,.1f} MB", trouble))))
