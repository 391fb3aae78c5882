"""The addresses of leads."""

from __future__ import annotations

import flet as ft

from client.ui.views.leads.convert_view import ConvertView
from client.ui.views.leads.list_view import LeadsSection
from client.ui.views.leads.page import LeadPage
from client.ui.views.records.form import EditLead, NewLead
from client.ui.views.records.section import NoneChosen

LEAD_ROUTES = [
    ft.Route(
        path="leads",
        component=LeadsSection,
        children=[
            ft.Route(index=True, component=NoneChosen),
            ft.Route(path="new", component=NewLead),
            ft.Route(path=":id", component=LeadPage),
            ft.Route(path=":id/edit", component=EditLead),
            ft.Route(path=":id/convert", component=ConvertView),
        ],
    ),
]
