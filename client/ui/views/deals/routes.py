"""The addresses beneath /deals; a deal's products are among those of paper."""

from __future__ import annotations

import flet as ft

from client.ui.screens import Screen

DEAL_ROUTES = [
    ft.Route(path="deals", component=Screen("deals.table:DealsView")),
    ft.Route(path="deals/table", component=Screen("deals.table:DealsTable")),
    ft.Route(path="deals/new", component=Screen("deals.form:DealForm")),
    ft.Route(path="deals/:id", component=Screen("deals.page:DealView")),
    ft.Route(path="deals/:id/edit", component=Screen("deals.form:DealForm")),
    ft.Route(path="deals/:id/won", component=Screen("deals.closing:WonView")),
    ft.Route(path="deals/:id/lost", component=Screen("deals.closing:LostView")),
]
