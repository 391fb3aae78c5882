"""The addresses of products, price lists, quotes and orders."""

from __future__ import annotations

import flet as ft

from client.ui.views.paper.price_lists import (
    PriceListForm,
    PriceListsView,
    PriceListView,
    PriceView,
)
from client.ui.views.paper.products import ProductsView, ProductView

PAPER_ROUTES = [
    ft.Route(path="products", component=ProductsView),
    ft.Route(path="products/new", component=ProductView),
    ft.Route(path="products/:id", component=ProductView),
    ft.Route(path="pricelists", component=PriceListsView),
    ft.Route(path="pricelists/new", component=PriceListForm),
    ft.Route(path="pricelists/:id", component=PriceListView),
    ft.Route(path="pricelists/:id/edit", component=PriceListForm),
    ft.Route(path="pricelists/:id/:product", component=PriceView),
]
