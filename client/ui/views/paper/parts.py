"""What the pages of quotes and orders share: whose they are, and the ways from there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client.ui import wording
from client.ui.components.rows import menu_row
from sync_protocol.records import Account, Contact

if TYPE_CHECKING:
    from client.replica import Replica
    from client.ui.context import App
    from sync_protocol.records import Quote, SalesOrder


class Customer(NamedTuple):
    """Names and page; all empty where there is none that can be seen here."""

    name: str
    short: str
    route: str


class Link(NamedTuple):
    """A row that leads to `route`; the target `to-<identifier>`."""

    identifier: str
    icon: ft.IconData
    title: str
    detail: str
    route: str


def customer_of(replica: Replica, paper: Quote | SalesOrder) -> Customer:
    """The account, the contact within it, or the contact alone."""
    account = replica.get(Account, paper.account_id) if paper.account_id else None
    contact = replica.get(Contact, paper.contact_id) if paper.contact_id else None
    route = f"/contacts/{contact.id}" if contact else ""
    return Customer(
        wording.listed(record.name for record in (account, contact) if record),
        next((record.name for record in (account, contact) if record), ""),
        f"/accounts/{account.id}" if account else route,
    )


def link_row(app: App, link: Link) -> ft.Control:
    way = (lambda: app.go(link.route)) if link.route else None
    return menu_row(f"to-{link.identifier}", link.icon, link.title, link.detail, way)


def customer_link(customer: Customer) -> list[Link]:
    """The way to the customer, if there is one."""
    if not customer.name:
        return []
    icon = ft.Icons.STOREFRONT_OUTLINED
    return [Link("customer", icon, customer.name, "Customer", customer.route)]
