"""The addresses of cadences."""

from __future__ import annotations

import flet as ft

from client.ui.views.cadences.list_view import CadencesView, CadenceView

CADENCE_ROUTES = [
    ft.Route(path="cadences", component=CadencesView),
    ft.Route(path="cadences/new", component=CadenceView),
    ft.Route(path="cadences/:id", component=CadenceView),
]
