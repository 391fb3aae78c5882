"""Every address in the app. To add a screen: write its view, add its line here."""

from __future__ import annotations

import flet as ft

from client.ui.shell import Shell
from client.ui.views.records.routes import RECORD_ROUTES
from client.ui.views.today import TodayView

ROUTES = [
    ft.Route(
        component=Shell,
        children=[
            ft.Route(index=True, component=TodayView),
            *RECORD_ROUTES,
        ],
    )
]
