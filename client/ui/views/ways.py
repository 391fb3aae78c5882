"""One tap from any row: a call, with the offer to log it on the return, and the way there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import calling
from client.ui import links
from client.ui.components.buttons import icon_button
from client.ui.components.page import target
from sync_protocol.records import Contact

if TYPE_CHECKING:
    from client.calling import Callee
    from client.ui.context import App
    from sync_protocol.records import Account, Address


def way_to(account: Account | None) -> Address | None:
    """The address that says where to go."""
    addresses = account.addresses.values() if account else ()
    return next((x for x in addresses if x.position or links.one_line(x)), None)


def navigate_button(app: App, account: Account | None) -> list[ft.Control]:
    """Nothing where no address says where to go."""
    address = way_to(account)
    if account is None or address is None:
        return []
    return [way_button(app, account.id, account.name, address)]


def way_button(app: App, record_id: str, name: str, address: Address) -> ft.Control:
    """Opens the phone's navigation."""
    url = links.navigate(address, app.page.platform, in_browser=bool(app.page.web))
    button = icon_button(
        ft.Icons.DIRECTIONS_OUTLINED,
        f"Navigate to {name}",
        icon_color=ft.Colors.PRIMARY,
        action=ft.OpenUrl(url, ft.UrlTarget.BLANK),
    )
    return target(f"navigate-{record_id}", button)


def call_button(app: App, callee: Callee) -> ft.Control:
    """Opens the phone's dialler; on the return the call is offered to be logged."""
    dial = links.call(callee.number, app.replica.settings.region)
    button = icon_button(
        ft.Icons.CALL_OUTLINED,
        f"Call {callee.name}",
        icon_color=ft.Colors.PRIMARY,
        action=ft.OpenUrl(dial, ft.UrlTarget.SELF),
        on_click=lambda _event: offer_call(app, callee.place, callee.id, callee.name),
    )
    return target(f"call-{callee.id}", button)


def offer_call_to(app: App, record: Account | Contact) -> None:
    """Logging the call is one tap away, at once and on the return from it."""
    place = "contacts" if isinstance(record, Contact) else "accounts"
    offer_call(app, place, record.id, record.name)


def offer_call(app: App, place: str, record_id: str, name: str) -> None:
    """The same, of whom is not at hand as a record."""
    route = f"/new/{place}/{record_id}/call"
    calling.begin(app.replica, name, route)
    app.say(f"Calling {name}", "Log call", lambda: app.go(route))
