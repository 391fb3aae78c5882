"""One file: a picture and the pages of a PDF are shown; anything else is handed to the device.

It is fetched if it is away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client import pdfs
from client.ui import naming, theme
from client.ui.component import component
from client.ui.components import keeping, states
from client.ui.components.page import reading, scroll, target
from client.ui.components.saving import use_saver
from client.ui.hooks import use_app, use_live, use_optional
from client.ui.views.files.pdf_pages import PdfPages
from client.ui.views.files.reading import added_by, is_picture, size, source
from client.ui.views.files.section import remove_file
from client.ui.views.files.showing import outside, picture, viewer
from sync_protocol.records import Attachment

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.context import App

AWAY = "It was added on another device and has not been opened here. Try again with a connection."


@component
def FileView() -> Any:
    """`/files/<id>`."""
    app, file_id = use_app(), ft.use_route_params().get("id", "")
    file = use_live(lambda replica: replica.get(Attachment, file_id), Attachment, deps=[file_id])
    if file is None or file.deleted:
        return keeping.absent("File", lambda: app.go("/"))
    page: ft.Control = FilePage(file, key=file_id)
    return page


@component
def FilePage(file: Attachment) -> ft.Control:
    """Looked for here first, then asked of the server; never waits without saying so."""
    app, save = use_app(), use_saver()
    data, set_data = use_optional(bytes)
    failed, set_failed = ft.use_state(False)
    turn, set_turn = ft.use_state(0)

    async def fetch() -> None:
        found = await app.replica.attachment_data(file)
        set_failed(found is None)
        set_data(found)

    def again() -> None:
        set_failed(False)
        set_turn(turn + 1)

    async def open_it() -> None:
        if data is not None:
            await save(file.name, data)

    def remove() -> None:
        remove_file(app, file.id)
        app.go(back)

    ft.use_effect(fetch, [file.content, turn])
    back = naming.page_of(app.replica, file.record_kind, file.record_id) or "/"
    return reading(
        file.name,
        scroll(
            [
                _shown(file, data, failed, again),
                ft.Text(_about(app, file), color=theme.MUTED),
                _buttons(data is not None, open_it, remove),
            ]
        ),
        on_back=lambda: app.go(back),
    )


def _shown(
    file: Attachment, data: bytes | None, failed: bool, again: Callable[[], None]
) -> ft.Control:
    if failed:
        return target(
            "file-away",
            states.empty(ft.Icons.CLOUD_OFF_OUTLINED, "This file is not on this device", AWAY,
                         "Try again", again),
        )  # fmt: skip
    if data is None:
        return states.loading("Fetching the file")
    if is_picture(file):
        return target("picture", viewer(ft.InteractiveViewer(picture(source(file, data)))))
    if file.media_type == pdfs.MEDIA_TYPE:
        pages: ft.Control = PdfPages(file, data, key=f"pages {file.content}")
        return pages
    return outside(file)


def _about(app: App, file: Attachment) -> str:
    whose = naming.name_of(app.replica, file.record_kind, file.record_id)
    parts = [size(file.size), f"on {whose}" if whose else "", added_by(app.replica, file)]
    return ", ".join(filter(None, parts))


def _buttons(here: bool, open_it: Callable[[], Any], remove: Callable[[], None]) -> ft.Control:
    """What is not here cannot be opened."""
    opens = ft.FilledButton(
        "Open or save", icon=ft.Icons.OPEN_IN_NEW, height=theme.TOUCH, on_click=open_it
    )
    removes = ft.TextButton(
        "Remove", icon=ft.Icons.DELETE_OUTLINE, height=theme.TOUCH, on_click=remove
    )
    shown = [target("open-file", opens)] if here else []
    return ft.Row(wrap=True, spacing=theme.GAP, controls=[*shown, target("remove-file", removes)])
