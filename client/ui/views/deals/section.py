"""The deals of an account or a contact, on its page."""

from __future__ import annotations

import flet as ft

from client.ui import theme
from client.ui.component import component
from client.ui.components.page import section, target
from client.ui.hooks import use_app, use_live, use_stable
from client.ui.views.deals.cards import DealCard
from client.ui.views.deals.moving import ROUTE
from client.ui.views.deals.reading import read_deals_of
from sync_protocol.records import Account, Contact, Deal, Pipeline, Settings

SHOWN = 5


@component
def DealsSection(by: str, record_id: str) -> ft.Control:
    """`by` is the field that names the record: `account_id`, say."""
    app = use_app()
    every, set_every = ft.use_state(False)
    cards = use_live(
        lambda replica: read_deals_of(replica, by, record_id),
        Account, Contact, Deal, Pipeline, Settings, deps=[by, record_id],
    )  # fmt: skip
    on_open = use_stable(lambda deal_id: app.go(f"{ROUTE}/{deal_id}"))
    shown = cards if every else cards[:SHOWN]
    rows: list[ft.Control] = [DealCard(each, on_open, key=each.id) for each in shown]
    more = ft.TextButton(f"Show all {len(cards)}", height=theme.TOUCH,
                         on_click=lambda: set_every(True))  # fmt: skip
    new = ft.OutlinedButton(
        "New deal",
        icon=ft.Icons.ADD,
        height=theme.TOUCH,
        on_click=lambda: app.go(f"{ROUTE}/new?{by.removesuffix('_id')}={record_id}"),
    )
    rest = [target("all-deals", more)] if len(shown) < len(cards) else []
    buttons = ft.Row(spacing=theme.GAP, controls=[target("new-deal", new), *rest])
    return section("Deals", [*rows, buttons], len(cards) or None)
