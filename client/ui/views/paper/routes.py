"""The addresses of products, price lists, quotes, orders, and of files on any record."""

from __future__ import annotations

import flet as ft

from client.ui.screens import Screen

PAPER_ROUTES = [
    ft.Route(path="products", component=Screen("paper.products:ProductsView")),
    ft.Route(path="products/new", component=Screen("paper.products:ProductView")),
    ft.Route(path="products/:id", component=Screen("paper.products:ProductView")),
    ft.Route(path="pricelists", component=Screen("paper.price_lists:PriceListsView")),
    ft.Route(path="pricelists/new", component=Screen("paper.price_lists:PriceListForm")),
    ft.Route(path="pricelists/:id", component=Screen("paper.price_lists:PriceListView")),
    ft.Route(path="pricelists/:id/edit", component=Screen("paper.price_lists:PriceListForm")),
    ft.Route(path="pricelists/:id/:product", component=Screen("paper.price_lists:PriceView")),
    ft.Route(path="deals/:id/lines", component=Screen("paper.line_page:DealLines")),
    ft.Route(path="quotes", component=Screen("paper.lists:QuotesView")),
    ft.Route(path="quotes/:id", component=Screen("paper.quotes:QuoteView")),
    ft.Route(path="quotes/:id/edit", component=Screen("paper.quote_form:QuoteForm")),
    ft.Route(path="quotes/:id/lines", component=Screen("paper.line_page:QuoteLines")),
    ft.Route(path="files/:id", component=Screen("files.file_view:FileView")),
    ft.Route(path="orders", component=Screen("paper.lists:OrdersView")),
    ft.Route(path="orders/new", component=Screen("paper.orders:NewOrder")),
    ft.Route(path="orders/:id", component=Screen("paper.orders:OrderView")),
    ft.Route(path="orders/:id/lines", component=Screen("paper.line_page:OrderLines")),
]
