"""The addresses of leads."""

from __future__ import annotations

import flet as ft

from client.ui.screens import Screen

LEAD_ROUTES = [
    ft.Route(
        path="leads",
        component=Screen("leads.list_view:LeadsSection"),
        children=[
            ft.Route(index=True, component=Screen("records.section:NoneChosen")),
            ft.Route(path="new", component=Screen("records.form:NewLead")),
            ft.Route(path=":id", component=Screen("leads.page:LeadPage")),
            ft.Route(path=":id/edit", component=Screen("records.form:EditLead")),
            ft.Route(path=":id/convert", component=Screen("leads.convert_view:ConvertView")),
        ],
    ),
]
