"""The addresses of visits and of the words and forms they are kept in."""

from __future__ import annotations

import flet as ft

from client.ui.screens import Screen

VISIT_ROUTES = [
    ft.Route(path="visit/:id", component=Screen("visits.page:VisitView")),
    ft.Route(path="visit/:id/sign", component=Screen("visits.signature:SignView")),
    ft.Route(path="purposes", component=Screen("vocabulary:PurposesView")),
    ft.Route(path="purposes/new", component=Screen("vocabulary:PurposeView")),
    ft.Route(path="purposes/:id", component=Screen("vocabulary:PurposeView")),
]
