"""Orders taken on a visit: one tap to the quick form, which leads back here."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

import flet as ft

from client import money, purchases, visiting
from client.ui import theme
from client.ui.component import component
from client.ui.components.page import section, target
from client.ui.components.rows import menu_row
from client.ui.hooks import use_app, use_live
from client.ui.views.paper.orders import ICONS, ROUTE
from sync_protocol.records import Activity, SalesOrder


@component
def OrderSection(visit: Activity) -> ft.Control:
    """Nothing where there is no account to order for."""
    app = use_app()
    orders = use_live(lambda replica: visiting.orders(replica, visit), SalesOrder, deps=[visit])
    if not visit.account_id:
        return ft.Container()
    about = {"account": visit.account_id, "contact": visit.contact_id, "visit": visit.id}
    query = urlencode({name: value for name, value in about.items() if value})
    button = ft.OutlinedButton(
        "Take an order", icon=ft.Icons.ADD_SHOPPING_CART, height=theme.TOUCH,
        on_click=lambda: app.go(f"{ROUTE}/new?{query}"),
    )  # fmt: skip
    rows = [
        menu_row(
            f"order-{order.id}", ICONS[order.status], order.number or "Order",
            worth(order, app.replica.settings.locale), partial(app.go, f"{ROUTE}/{order.id}"),
        )
        for order in orders
    ]  # fmt: skip
    return section("Order", [*rows, target("take-order", button)], len(orders) or None)


def worth(order: SalesOrder, locale: str) -> str:
    currency, total = purchases.total_of(order)
    return money.shown(total, currency, locale)
