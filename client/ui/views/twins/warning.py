"""While a new customer is typed: who may be here already, above the fields and never in the way.

It stands above them, so that it is seen whichever field is being typed into. Using the one that is
there takes along what was typed: it opens that one's form with it, and nothing is saved yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft
import msgspec

from client.ui import theme
from client.ui.component import component
from client.ui.components.page import target
from client.ui.hooks import use_app, use_paused, use_stable
from client.ui.views.twins.words import likeness, route_of
from sync_protocol.records import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.duplicates import Match
    from client.replica import Replica
    from client.ui.views.records.draft import Draft

SHOWN = 2


@component
def LikesWarning(draft: Draft, use: Callable[[Any], None]) -> ft.Control:
    """`use` is given the record that is there already; it leaves the form for that one's."""
    app = use_app()
    version, set_version = ft.use_state(0)
    later = use_paused(lambda _typed: set_version(lambda old: old + 1))
    hear = use_stable(lambda: later(""))
    ft.use_effect(
        lambda: draft.listeners.add(hear), [draft], cleanup=lambda: draft.listeners.discard(hear)
    )
    found = ft.use_memo(lambda: _find(app.replica, draft), [version, draft])
    if not found:
        return ft.Container(visible=False)
    kind = kind_of(draft.before).name
    rows = [
        _row(app.replica, match, app.go, use if match.kind == kind else None)
        for match in found[:SHOWN]
    ]
    return target("likes-warning", _card(rows, len(found) - SHOWN))


def _find(replica: Replica, draft: Draft) -> list[Match]:
    if not draft.is_new:
        return []
    return replica.similar(msgspec.structs.replace(draft.before, **draft.changes()))


def _card(rows: list[ft.Control], more: int) -> ft.Control:
    others = f"and {more} more" if more > 0 else ""
    head = ft.Row(
        spacing=theme.GAP,
        controls=[
            ft.Icon(ft.Icons.PEOPLE_ALT_OUTLINED, size=20, color=ft.Colors.ON_TERTIARY_CONTAINER),
            ft.Text(
                "Perhaps already here",
                style=theme.BODY,
                weight=ft.FontWeight.W_600,
                color=ft.Colors.ON_TERTIARY_CONTAINER,
                expand=True,
            ),
            ft.Text(others, style=theme.SMALL, color=ft.Colors.ON_TERTIARY_CONTAINER),
        ],
    )
    return ft.Container(
        ft.Column(tight=True, spacing=0, controls=[head, *rows]),
        bgcolor=ft.Colors.TERTIARY_CONTAINER,
        border_radius=theme.RADIUS,
        padding=ft.Padding.only(left=12, right=4, top=theme.GAP, bottom=0),
        margin=ft.Margin.only(bottom=theme.GAP_S),
        width=theme.READABLE_WIDTH,
    )


def _row(
    replica: Replica, match: Match, go: Callable[[str], None], use: Callable[[Any], None] | None
) -> ft.Control:
    record = match.record
    colour = ft.Colors.ON_TERTIARY_CONTAINER
    lead = "Lead: " if match.kind == "lead" else ""
    words = ft.Column(
        expand=True,
        tight=True,
        spacing=0,
        controls=[
            ft.Text(f"{lead}{record.name}", style=theme.BODY, color=colour, **_one_line()),
            ft.Text(likeness(replica, match), style=theme.SMALL, color=colour, **_one_line()),
        ],
    )
    buttons = [_button(f"likes-open-{record.id}", "Open", lambda: go(route_of(record)))]
    if use is not None:
        buttons.append(_button(f"likes-use-{record.id}", "Use this one", lambda: use(record)))
    return ft.Row(spacing=0, controls=[words, *buttons])


def _button(identifier: str, text: str, act: Callable[[], None]) -> ft.Control:
    style = ft.ButtonStyle(
        color=ft.Colors.ON_TERTIARY_CONTAINER, padding=ft.Padding.symmetric(horizontal=10)
    )
    button = ft.TextButton(text, height=theme.TOUCH, style=style, on_click=lambda _event: act())
    return target(identifier, button)


def _one_line() -> dict[str, Any]:
    return {"max_lines": 1, "overflow": ft.TextOverflow.ELLIPSIS}
