"""The addresses beneath /deals; a deal's products are among those of paper."""

from __future__ import annotations

import flet as ft

from client.ui.views.deals.closing import LostView, WonView
from client.ui.views.deals.form import DealForm
from client.ui.views.deals.page import DealView
from client.ui.views.deals.table import DealsTable, DealsView

DEAL_ROUTES = [
    ft.Route(path="deals", component=DealsView),
    ft.Route(path="deals/table", component=DealsTable),
    ft.Route(path="deals/new", component=DealForm),
    ft.Route(path="deals/:id", component=DealView),
    ft.Route(path="deals/:id/edit", component=DealForm),
    ft.Route(path="deals/:id/won", component=WonView),
    ft.Route(path="deals/:id/lost", component=LostView),
]
