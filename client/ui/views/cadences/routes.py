"""The addresses of cadences."""

from __future__ import annotations

import flet as ft

from client.ui.screens import Screen

CADENCE_ROUTES = [
    ft.Route(path="cadences", component=Screen("cadences.list_view:CadencesView")),
    ft.Route(path="cadences/new", component=Screen("cadences.list_view:CadenceView")),
    ft.Route(path="cadences/:id", component=Screen("cadences.list_view:CadenceView")),
]
