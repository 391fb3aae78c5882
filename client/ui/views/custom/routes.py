"""The addresses of what a company adds of its own."""

from __future__ import annotations

import flet as ft

from client.ui.views.custom.field_form import FieldView
from client.ui.views.custom.field_list import FieldsView

CUSTOM_ROUTES = [
    ft.Route(path="admin/fields", component=FieldsView),
    ft.Route(path="admin/fields/new", component=FieldView),
    ft.Route(path="admin/fields/:id", component=FieldView),
]
