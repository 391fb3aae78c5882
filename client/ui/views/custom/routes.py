"""The addresses of what a company adds of its own."""

from __future__ import annotations

import flet as ft

from client.ui.views.custom.field_form import FieldView
from client.ui.views.custom.field_list import FieldsView
from client.ui.views.custom.filling import FillView
from client.ui.views.custom.types import TypesView, TypeView

CUSTOM_ROUTES = [
    ft.Route(path="admin/fields", component=FieldsView),
    ft.Route(path="admin/fields/new", component=FieldView),
    ft.Route(path="admin/fields/:id", component=FieldView),
    ft.Route(path="custom/:kind/:id", component=FillView),
    ft.Route(path="admin/types", component=TypesView),
    ft.Route(path="admin/types/new", component=TypeView),
    ft.Route(path="admin/types/:id", component=TypeView),
]
