"""The addresses of visits and of the words and forms they are kept in."""

from __future__ import annotations

import flet as ft

from client.ui.views.visits.page import VisitView
from client.ui.views.visits.signature import SignView
from client.ui.views.vocabulary import PurposesView, PurposeView

VISIT_ROUTES = [
    ft.Route(path="visit/:id", component=VisitView),
    ft.Route(path="visit/:id/sign", component=SignView),
    ft.Route(path="purposes", component=PurposesView),
    ft.Route(path="purposes/new", component=PurposeView),
    ft.Route(path="purposes/:id", component=PurposeView),
]
