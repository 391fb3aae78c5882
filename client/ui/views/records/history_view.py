"""Everything that was written to a record, with what was lost and the way to bring it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme
from client.ui.component import component, memo_component
from client.ui.components import states
from client.ui.components.page import card, screen, scroll, target
from client.ui.hooks import use_app, use_layout, use_live, use_stable
from client.ui.views.records.book import ACCOUNTS, CONTACTS, Book
from client.ui.views.records.past import read_history
from sync_protocol.records import Account, Contact, Label, Labelling, User

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from client.store.history import Written
    from client.ui.context import App
    from client.ui.views.records.past import Edit, Line

PART = 40


@component
def ContactHistory() -> ft.Control:
    return _of_route(CONTACTS)


@component
def AccountHistory() -> ft.Control:
    return _of_route(ACCOUNTS)


@component
def HistoryView(book: Book, record_id: str) -> ft.Control:
    """The newest edit first; a tap at the end shows earlier ones."""
    app, layout = use_app(), use_layout()
    shown, set_shown = ft.use_state(PART)

    def read(replica: Replica) -> tuple[str, tuple[Edit, ...]]:
        record = replica.get(book.struct, record_id)
        return (record.name, read_history(replica, record)) if record else ("", ())

    name, edits = use_live(read, Account, Contact, Label, Labelling, User, deps=[record_id])
    restore = use_stable(lambda written: _restore(app, written))
    rows: list[ft.Control] = [EditCard(edit, restore, key=edit.key) for edit in edits[:shown]]
    if len(edits) > shown:
        rows.append(
            target(
                "earlier",
                ft.TextButton(
                    "Show earlier",
                    height=theme.TOUCH,
                    on_click=lambda _event: set_shown(lambda old: old + PART),
                ),
            )
        )
    body = scroll(rows, left=layout.two_panes) if rows else _nothing()
    title = f"History of {name}" if name else "History"
    return screen(title, body, on_back=lambda: app.go(book.at(record_id)))


@memo_component
def EditCard(edit: Edit, on_restore: Callable[[Written], None]) -> ft.Control:
    """Who and when, then each value."""
    waiting = [ft.Icon(ft.Icons.CIRCLE, size=10, color=ft.Colors.TERTIARY, tooltip="Not sent yet")]
    head = ft.Row(
        spacing=theme.GAP,
        controls=[
            ft.Text(edit.who, style=theme.BODY, weight=ft.FontWeight.W_600, expand=True),
            *(waiting if edit.waiting else []),
            ft.Text(f"{edit.day}, {edit.clock}", style=theme.SMALL, color=theme.MUTED),
        ],
    )
    return card(
        ft.Column(
            tight=True,
            spacing=theme.GAP_S,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            controls=[head, *[_line(line, on_restore) for line in edit.lines]],
        )
    )


def _line(line: Line, on_restore: Callable[[Written], None]) -> ft.Control:
    text = ft.Text(line.text, style=theme.BODY, expand=True)
    if not line.lost:
        return ft.Row(controls=[text])
    return ft.Container(
        bgcolor=ft.Colors.TERTIARY_CONTAINER,
        border_radius=theme.RADIUS_S,
        padding=ft.Padding.only(left=12, right=4, top=4, bottom=4),
        content=ft.Row(
            controls=[
                ft.Column(
                    expand=True,
                    tight=True,
                    spacing=0,
                    controls=[
                        ft.Text(line.text, style=theme.BODY, color=ft.Colors.ON_TERTIARY_CONTAINER),
                        ft.Text(
                            "Not kept: somebody wrote later",
                            style=theme.SMALL,
                            color=ft.Colors.ON_TERTIARY_CONTAINER,
                        ),
                    ],
                ),
                target(
                    "restore-value",
                    ft.TextButton(
                        "Restore",
                        height=theme.TOUCH,
                        on_click=lambda _event: on_restore(line.written),
                    ),
                ),
            ]
        ),
    )


def _restore(app: App, written: Written) -> None:
    app.act("Value restored", lambda: app.replica.restore_value(written))


def _nothing() -> ft.Control:
    return states.empty(
        ft.Icons.MANAGE_HISTORY,
        "No history on this device",
        "Edits show here from the day this device began to hold the record.",
    )


def _of_route(book: Book) -> ft.Control:
    record_id = ft.use_route_params().get("id", "")
    view: ft.Control = HistoryView(book, record_id, key=record_id)
    return view
