"""Opening the phone's navigation for a customer, from any row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui import links, theme
from client.ui.components.page import target

if TYPE_CHECKING:
    from client.ui.context import App
    from sync_protocol.records import Account


def navigate_button(app: App, account: Account | None) -> list[ft.Control]:
    """Nothing where no address says where to go."""
    addresses = account.addresses.values() if account else ()
    address = next((x for x in addresses if x.position or links.one_line(x)), None)
    if account is None or address is None:
        return []
    url = links.navigate(address, app.page.platform, in_browser=bool(app.page.web))
    button = ft.Container(
        width=theme.TOUCH,
        height=theme.TOUCH,
        border_radius=theme.TOUCH / 2,
        ink=True,
        action=ft.OpenUrl(url, ft.UrlTarget.BLANK),
        on_click=lambda _event: None,
        tooltip="Navigate",
        alignment=ft.Alignment.CENTER,
        content=ft.Icon(ft.Icons.DIRECTIONS_OUTLINED, color=ft.Colors.PRIMARY),
    )
    return [target(f"navigate-{account.id}", button, button=True)]
