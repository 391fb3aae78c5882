"""An address that leads nowhere: says so within the frame, so every place stays one tap away."""

from __future__ import annotations

import flet as ft

from client.ui.component import component
from client.ui.components import states
from client.ui.components.page import reading
from client.ui.hooks import use_app


@component
def NotFoundView() -> ft.Control:
    app = use_app()
    return reading(
        "Not found",
        states.empty(
            ft.Icons.EXPLORE_OFF_OUTLINED,
            "There is no such page",
            "The link may be old, or something was mistyped.",
            "To today",
            lambda: app.go("/"),
        ),
    )
