"""The keyboard of the office: one table of shortcuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.ui.shell import PLACES

if TYPE_CHECKING:
    import flet as ft

    from client.ui.context import App

SHORTCUTS = (
    ("Ctrl+K", "Search everything"),
    ("/", "Search in this table"),
    ("Arrows, Enter", "Go through a table, open a row"),
    ("Space, Shift+arrows, Ctrl+A", "Choose rows of a table: one, several, all"),
    ("Esc", "Choose none"),
    ("Alt+N", "New"),
    (f"Alt+1 ... Alt+{len(PLACES)}", ", ".join(name for _route, name, *_icons in PLACES)),
    ("Alt+S", "Sync"),
    ("Alt+B", "Notices, behind the bell"),
)
_KEYS = {str(at): route for at, (route, *_rest) in enumerate(PLACES, 1)} | {
    "S": "/queue",
    "B": "/notices",
}


def listen(app: App) -> None:
    """Route the page's keys to the app."""
    app.page.on_keyboard_event = lambda event: press(app, event)


def press(app: App, event: ft.KeyboardEvent) -> None:
    key = event.key.upper()
    if app.on_key is not None and app.on_key(event):
        return
    if (event.ctrl or event.meta) and key == "K":
        app.go("/search")
    elif event.alt and key == "N":
        app.go("/new")
    elif event.alt and key in _KEYS:
        app.go(_KEYS[key])
