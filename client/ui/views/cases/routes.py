"""The addresses beneath /cases."""

from __future__ import annotations

import flet as ft

from client.ui.screens import Screen

CASE_ROUTES = [
    ft.Route(path="cases", component=Screen("cases.list_view:CasesView")),
    ft.Route(path="cases/new", component=Screen("cases.form:NewCaseView")),
    ft.Route(path="cases/:id", component=Screen("cases.page:CaseView")),
]
