"""The addresses of products, price lists, quotes, orders, and of files on any record."""

from __future__ import annotations

import flet as ft

from client.ui.views.files.file_view import FileView
from client.ui.views.paper.line_page import DealLines, OrderLines, QuoteLines
from client.ui.views.paper.lists import OrdersView, QuotesView
from client.ui.views.paper.orders import NewOrder, OrderView
from client.ui.views.paper.price_lists import (
    PriceListForm,
    PriceListsView,
    PriceListView,
    PriceView,
)
from client.ui.views.paper.products import ProductsView, ProductView
from client.ui.views.paper.quotes import QuoteForm, QuoteView

PAPER_ROUTES = [
    ft.Route(path="products", component=ProductsView),
    ft.Route(path="products/new", component=ProductView),
    ft.Route(path="products/:id", component=ProductView),
    ft.Route(path="pricelists", component=PriceListsView),
    ft.Route(path="pricelists/new", component=PriceListForm),
    ft.Route(path="pricelists/:id", component=PriceListView),
    ft.Route(path="pricelists/:id/edit", component=PriceListForm),
    ft.Route(path="pricelists/:id/:product", component=PriceView),
    ft.Route(path="deals/:id/lines", component=DealLines),
    ft.Route(path="quotes", component=QuotesView),
    ft.Route(path="quotes/:id", component=QuoteView),
    ft.Route(path="quotes/:id/edit", component=QuoteForm),
    ft.Route(path="quotes/:id/lines", component=QuoteLines),
    ft.Route(path="files/:id", component=FileView),
    ft.Route(path="orders", component=OrdersView),
    ft.Route(path="orders/new", component=NewOrder),
    ft.Route(path="orders/:id", component=OrderView),
    ft.Route(path="orders/:id/lines", component=OrderLines),
]
