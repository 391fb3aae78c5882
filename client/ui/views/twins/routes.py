"""The addresses of duplicates and merges."""

from __future__ import annotations

import flet as ft

from client.ui.views.twins.merge_view import MergeView
from client.ui.views.twins.pick_view import MergeWithView
from client.ui.views.twins.proposals import DuplicatesView

TWIN_ROUTES = [
    ft.Route(path="duplicates", component=DuplicatesView),
    ft.Route(path="merge/:kind/:id", component=MergeWithView),
    ft.Route(path="merge/:kind/:id/:other", component=MergeView),
]
