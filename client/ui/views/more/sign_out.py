"""Signing out: it asks first, and names what would be lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.page import target
from client.ui.hooks import use_app, use_sync
from client.ui.views.sync.reading import sentence

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from client.replica import Replica

WIPES = "All data is removed from this device. Signing in again needs a connection."
LISTED = 6


@component
def SignOut() -> ft.Control:
    """Asks first, and names what would be lost."""
    app = use_app()
    use_sync()
    asking, set_asking = ft.use_state(False)
    busy, set_busy = ft.use_state(False)

    async def leave() -> None:
        set_asking(False)
        set_busy(True)
        app.save_typed()
        await app.loop.stop()
        await app.replica.sign_out(wipe=True)
        app.on_signed_out()

    ft.use_dialog(
        sign_out_question(app.replica, leave, lambda: set_asking(False)) if asking else None
    )
    return ft.Container(
        padding=ft.Padding.symmetric(vertical=theme.GAP_L),
        content=target(
            "sign-out",
            ft.OutlinedButton(
                "Signing out" if busy else "Sign out",
                icon=ft.Icons.LOGOUT,
                height=theme.TOUCH,
                disabled=busy,
                style=ft.ButtonStyle(color=ft.Colors.ERROR, icon_color=ft.Colors.ERROR),
                on_click=lambda: set_asking(True),
            ),
        ),
    )


def sign_out_question(
    replica: Replica, on_yes: Callable[[], Awaitable[None]], on_no: Callable[[], None]
) -> ft.AlertDialog:
    """What signing out removes; unsent work is listed by name."""
    lost = _lost(replica)
    answer = "Sign out and lose them" if lost else "Sign out"
    return ft.AlertDialog(
        modal=True,
        scrollable=True,
        title=ft.Text("Sign out?"),
        content=ft.Column(
            tight=True,
            width=theme.BAR_WIDTH,
            spacing=theme.GAP,
            controls=[ft.Text(WIPES), *_warning(lost)],
        ),
        on_dismiss=lambda _event: on_no(),
        actions=[
            target(
                "answer-no", ft.TextButton("Stay signed in", height=theme.TOUCH, on_click=on_no)
            ),
            target(
                "answer-yes",
                ft.FilledButton(
                    answer,
                    height=theme.TOUCH,
                    bgcolor=ft.Colors.ERROR,
                    color=ft.Colors.ON_ERROR,
                    on_click=on_yes,
                ),
            ),
        ],
    )


def _lost(replica: Replica) -> list[str]:
    """Every edit that the server does not have, in words."""
    waiting = [changeset for changeset in replica.pending() if changeset.changes]
    refused = [x for problem in replica.problems() for x in (problem.changeset, *problem.held)]
    return [sentence(replica, changeset) for changeset in [*waiting, *refused]]


def _warning(lost: list[str]) -> list[ft.Control]:
    if not lost:
        return []
    heading = f"{wording.plural(len(lost), 'change')} not sent yet would be lost:"
    more = len(lost) - LISTED
    lines = [*lost[:LISTED], *([f"and {more} more"] if more > 0 else [])]
    return [
        ft.Text(heading, weight=ft.FontWeight.W_600, color=ft.Colors.ERROR),
        *[ft.Text(line) for line in lines],
    ]
