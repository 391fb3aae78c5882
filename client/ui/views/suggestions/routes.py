"""The addresses of suggested labels."""

from __future__ import annotations

import flet as ft

from client.ui.screens import Screen

SUGGESTION_ROUTES = [
    ft.Route(path="suggestions", component=Screen("suggestions.list_view:SuggestionsView")),
    ft.Route(
        path="suggestions/:id", component=Screen("suggestions.customers:SuggestedCustomersView")
    ),
]
