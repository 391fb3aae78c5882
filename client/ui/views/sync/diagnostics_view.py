"""Diagnostics: shown before they are shared, so that everybody sees what goes out."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, cast

import flet as ft

from client import diagnostics
from client.runtime.protocol import StorageUse
from client.ui import theme
from client.ui.component import component
from client.ui.components.page import card, reading, scroll, target
from client.ui.components.text import selectable
from client.ui.hooks import use_app, use_box, use_optional, use_sync
from client.ui.views.sync.device import storage_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from client.ui.context import App

FILE = "fieldbook-diagnostics.txt"
ABOUT = (
    "This is all that is shared: versions, counts, times and error codes. No names, numbers,"
    " addresses or notes of your customers are in it."
)


@component
def DiagnosticsView() -> ft.Control:
    app, loop = use_app(), use_sync()
    use, set_use = use_optional(StorageUse)
    saver = _use_saver()

    async def measure() -> None:
        set_use(await storage_of(app.host))

    ft.use_effect(measure, [app])
    around = diagnostics.Surroundings(_platform(app.page), use, loop.phase.value, loop.trouble)
    text = diagnostics.report(app.replica, around)

    async def save() -> None:
        await saver.save_file(file_name=FILE, src_bytes=text.encode())
        app.say(f"{FILE} made")

    return reading(
        "Diagnostics",
        scroll([ft.Text(ABOUT, color=theme.MUTED), _shown(text), _buttons(app, text, save)]),
        on_back=lambda: app.go("/queue"),
    )


def _shown(text: str) -> ft.Control:
    words = selectable(text, style=theme.SMALL)
    return target("diagnostics-text", card(words, width=theme.READABLE_WIDTH))


def _buttons(app: App, text: str, save: Callable[[], Awaitable[None]]) -> ft.Control:
    copy = ft.FilledButton(
        "Copy",
        icon=ft.Icons.COPY_OUTLINED,
        height=theme.TOUCH,
        action=ft.CopyToClipboard(text),
        on_click=lambda: app.say("Copied. Paste it into a mail or a message."),
    )
    file = ft.OutlinedButton(
        "Save as a file", icon=ft.Icons.DOWNLOAD_OUTLINED, height=theme.TOUCH, on_click=save
    )
    return ft.Row(wrap=True, controls=[target("copy", copy), target("save-file", file)])


def _platform(page: ft.Page) -> str:
    where = "browser" if page.web else "app"
    system = page.platform.value if page.platform else platform.system()
    return f"{system}, {where}, Python {platform.python_version()}"


def _use_saver() -> ft.FilePicker:
    """The one file picker of this screen."""
    holder = use_box(cast("ft.FilePicker | None", None))
    if holder.current is None:
        holder.current = ft.FilePicker()
    return holder.current
