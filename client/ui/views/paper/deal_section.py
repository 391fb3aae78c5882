"""A deal's products and its quotes, for the deal's page: `DealPaper(deal_id)`."""

from __future__ import annotations

import flet as ft

from client import money, paperwork
from client.ui import theme
from client.ui.component import component
from client.ui.components.page import section, target
from client.ui.hooks import use_app, use_live
from client.ui.views.paper.line_page import currency_of
from client.ui.views.paper.lines import lines_shown
from client.ui.views.paper.lists import QuotesSection
from sync_protocol.records import Deal, Settings


@component
def DealPaper(deal_id: str) -> ft.Control:
    """The lines with their total, the value they would make, and the quotes made of them."""
    app = use_app()
    deal = use_live(lambda replica: replica.get(Deal, deal_id), Deal, Settings, deps=[deal_id])
    if deal is None or deal.deleted:
        return ft.Container(visible=False)
    locale = app.replica.settings.locale
    shown = [lines_shown(deal.lines, currency_of(app, deal), locale)] if deal.lines else []
    edit = ft.OutlinedButton(
        "Edit products" if deal.lines else "Add products",
        icon=ft.Icons.EDIT_OUTLINED if deal.lines else ft.Icons.ADD,
        height=theme.TOUCH,
        on_click=lambda: app.go(f"/deals/{deal_id}/lines"),
    )
    buttons = ft.Row(
        wrap=True,
        spacing=theme.GAP,
        controls=[target("edit-lines", edit), *_value_offer(deal)],
    )
    products = section("Products", [*shown, buttons], len(deal.lines) or None)
    return ft.Column(
        tight=True,
        spacing=theme.GAP,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[products, QuotesSection("deal_id", deal_id, key="quotes")],
    )


def _value_offer(deal: Deal) -> list[ft.Control]:
    """Value from lines: offered where the lines say something else than the deal's value."""
    app = use_app()
    currency = currency_of(app, deal)
    value = paperwork.value_of(deal.lines, currency)
    if not deal.lines or deal.value == value:
        return []

    def take() -> None:
        with app.replica.changeset("Value from lines"):
            app.replica.update(deal, value=value)

    shown = money.shown(value.amount, currency, app.replica.settings.locale)
    button = ft.TextButton(
        f"Take {shown} as the deal's value",
        icon=ft.Icons.CALCULATE_OUTLINED,
        height=theme.TOUCH,
        on_click=lambda: app.act("Value taken from the products", take),
    )
    return [target("value-from-lines", button)]
