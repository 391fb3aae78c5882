"""The addresses beneath /cases."""

from __future__ import annotations

import flet as ft

from client.ui.views.cases.form import NewCaseView
from client.ui.views.cases.list_view import CasesView
from client.ui.views.cases.page import CaseView

CASE_ROUTES = [
    ft.Route(path="cases", component=CasesView),
    ft.Route(path="cases/new", component=NewCaseView),
    ft.Route(path="cases/:id", component=CaseView),
]
