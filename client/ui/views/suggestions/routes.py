"""The addresses of suggested labels."""

from __future__ import annotations

import flet as ft

from client.ui.views.suggestions.customers import SuggestedCustomersView
from client.ui.views.suggestions.list_view import SuggestionsView

SUGGESTION_ROUTES = [
    ft.Route(path="suggestions", component=SuggestionsView),
    ft.Route(path="suggestions/:id", component=SuggestedCustomersView),
]
