"""The composition root of the app: page, device and replica are put together here, once a page.

Flet may call the entry point again within a living process (Android after Back, a new tab of a
served app), so nothing is kept between two calls.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import flet as ft

from client.replica import Replica
from client.ui import errors, metering, theme
from client.ui.root import Root

if TYPE_CHECKING:
    from client.runtime.protocol import Device

TITLE = "Fieldbook"


def start(page: ft.Page, device: Device, path: str, server: str) -> None:
    """Fill `page` with the app over the replica at `path` and the server at that address."""
    errors.install(page)
    page.title = TITLE
    page.theme = theme.theme(ft.Brightness.LIGHT)
    page.dark_theme = theme.theme(ft.Brightness.DARK)
    page.theme_mode = ft.ThemeMode.SYSTEM

    device.ask_line_by(partial(metering.ask, page))

    async def open_replica() -> Replica:
        transport = device.transport(server)
        return await Replica.open(path, runtime=device, transport=transport)

    page.render_views(lambda: Root(page, open_replica, device))
