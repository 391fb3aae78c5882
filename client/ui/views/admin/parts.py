"""The frame of the administration: the friendly refusal, the list, the save button."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client.ui import theme
from client.ui.component import component
from client.ui.components import states
from client.ui.components.page import reading, scroll, target
from client.ui.components.rows import menu_row
from client.ui.hooks import use_app, use_live
from client.ui.views.more.page import read_me
from sync_protocol.records import User

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

NOBODY = "Only administrators can change this. Ask one of them if something is wrong."


class Entry(NamedTuple):
    """One line of a list; `route` is where it is edited."""

    key: str
    icon: ft.IconData
    title: str
    detail: str
    route: str


def use_admin() -> bool:
    """Whether this user administers the workspace; live."""
    return use_live(read_me, User).admin


def refusal(title: str, on_back: Callable[[], None]) -> ft.Control:
    return reading(
        title,
        states.empty(ft.Icons.ADMIN_PANEL_SETTINGS_OUTLINED, "For administrators", NOBODY),
        on_back=on_back,
    )


@component
def EntryList(
    title: str, word: str, entries: Sequence[Entry], new_route: str, note: str = ""
) -> ft.Control:
    """A titled list with the way to add one."""
    app = use_app()
    add = ft.FilledTonalButton(
        f"New {word}", icon=ft.Icons.ADD, height=theme.TOUCH, on_click=lambda: app.go(new_route)
    )
    rows = [
        menu_row(
            f"entry-{entry.key}",
            entry.icon,
            entry.title,
            entry.detail,
            partial(app.go, entry.route),
        )
        for entry in entries
    ]
    empty = states.none_yet(
        ft.Icons.INBOX_OUTLINED, f"No {title.lower()} yet", f"Begin with a new {word}."
    )
    notes = [states.notice(ft.Icons.INFO_OUTLINE, note)] if note else []
    return reading(
        title,
        scroll([*notes, ft.Column(spacing=0, controls=rows) if rows else empty]),
        on_back=lambda: app.go("/more"),
        actions=[target("add", add)],
    )


def save_button(
    on_click: Callable[[], None] | Callable[[], Awaitable[None]], *, busy: bool = False
) -> ft.Control:
    return target(
        "save",
        ft.FilledButton(
            "Saving" if busy else "Save",
            height=theme.TOUCH,
            disabled=busy,
            on_click=on_click,
        ),
    )


def labelled(label: str, control: ft.Control) -> ft.Control:
    """A group of choices beneath its name."""
    return ft.Column(
        spacing=theme.GAP,
        controls=[ft.Text(label, style=theme.SMALL, color=theme.MUTED), control],
    )
