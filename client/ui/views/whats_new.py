"""What's new: a quiet strip once after an update, and the page it leads to, `/whats-new`."""

from __future__ import annotations

import flet as ft

from client import whats_new
from client.ui import theme
from client.ui.component import component
from client.ui.components.buttons import icon_button
from client.ui.components.page import reading, scroll, section, target
from client.ui.hooks import use_app

ROUTE = "/whats-new"
WORDS = "Fieldbook was updated"


@component
def NewsStrip() -> ft.Control:
    """Until it is tapped or closed; never on a device that begins."""
    app = use_app()
    told, set_told = ft.use_state(not whats_new.unseen(app.replica))
    ft.use_effect(lambda: whats_new.begin(app.replica), [])
    if told:
        return ft.Container(height=0)

    def close() -> None:
        whats_new.told(app.replica)
        set_told(True)

    def read() -> None:
        close()
        app.go(ROUTE)

    way = target(
        "news",
        ft.TextButton(
            f"{WORDS}. See what's new", height=theme.TOUCH, on_click=lambda _event: read()
        ),
    )
    away = target(
        "news-close",
        icon_button(ft.Icons.CLOSE, "Close", icon_size=18, on_click=lambda _event: close()),
    )
    return ft.Container(
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOW,
        padding=ft.Padding.only(left=theme.GAP),
        content=ft.Row(
            alignment=ft.MainAxisAlignment.SPACE_BETWEEN, spacing=0, controls=[way, away]
        ),
    )


@component
def WhatsNewView() -> ft.Control:
    app = use_app()
    ft.use_effect(lambda: whats_new.told(app.replica), [])
    parts = [
        section(edition.title, [_line(line) for line in edition.lines])
        for edition in whats_new.EDITIONS
    ]
    return reading("What's new", scroll(parts), on_back=lambda: app.go("/more"))


def _line(line: str) -> ft.Control:
    return ft.Row(
        vertical_alignment=ft.CrossAxisAlignment.START,
        spacing=12,
        controls=[
            ft.Icon(ft.Icons.CHECK, color=ft.Colors.PRIMARY, size=20),
            ft.Text(line, style=theme.BODY, expand=True),
        ],
    )
