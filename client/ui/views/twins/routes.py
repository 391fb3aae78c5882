"""The addresses of duplicates and merges."""

from __future__ import annotations

import flet as ft

from client.ui.screens import Screen

TWIN_ROUTES = [
    ft.Route(path="duplicates", component=Screen("twins.proposals:DuplicatesView")),
    ft.Route(path="merge/:kind/:id", component=Screen("twins.pick_view:MergeWithView")),
    ft.Route(path="merge/:kind/:id/:other", component=Screen("twins.merge_view:MergeView")),
]
