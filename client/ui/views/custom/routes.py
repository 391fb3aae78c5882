"""The addresses of what a company adds of its own."""

from __future__ import annotations

import flet as ft

from client.ui.screens import Screen

CUSTOM_ROUTES = [
    ft.Route(path="admin/fields", component=Screen("custom.field_list:FieldsView")),
    ft.Route(path="admin/fields/new", component=Screen("custom.field_form:FieldView")),
    ft.Route(path="admin/fields/:id", component=Screen("custom.field_form:FieldView")),
    ft.Route(path="custom/:kind/:id", component=Screen("custom.filling:FillView")),
    ft.Route(path="admin/types", component=Screen("custom.types:TypesView")),
    ft.Route(path="admin/types/new", component=Screen("custom.types:TypeView")),
    ft.Route(path="admin/types/:id", component=Screen("custom.types:TypeView")),
]
