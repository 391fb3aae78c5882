"""Signing out: it asks first, and names what would be lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.page import target
from client.ui.hooks import use_app, use_sync
from client.ui.views.sync.reading import sentence
from client.ui.views.unfinished import called

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from client.replica import Replica

WIPES = "All data is removed from this device. Signing in again needs a connection."
LISTED = 6
UNNAMED = "A picture or document"


class Lost(NamedTuple):
    """So many of one sort, and what each is called."""

    what: str
    names: list[str]


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
    """What signing out removes; what is nowhere but here is listed by name."""
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
            controls=[ft.Text(WIPES), *[line for each in lost for line in _warning(each)]],
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


def _lost(replica: Replica) -> list[Lost]:
    """Everything that is nowhere but here, in words; nothing of what there is none."""
    waiting = [changeset for changeset in replica.pending() if changeset.changes]
    refused = [x for problem in replica.problems() for x in (problem.changeset, *problem.held)]
    changes = [sentence(replica, changeset) for changeset in [*waiting, *refused]]
    files = [upload.name or UNNAMED for upload in replica.uploads()]
    forms = [called(replica, kept) for kept in replica.drafts()]
    every = [
        Lost(f"{wording.plural(len(changes), 'change')} not sent yet", changes),
        Lost(f"{wording.plural(len(files), 'file')} not sent yet", files),
        Lost(wording.plural(len(forms), "unfinished form"), forms),
    ]
    return [lost for lost in every if lost.names]


def _warning(lost: Lost) -> list[ft.Control]:
    more = len(lost.names) - LISTED
    lines = [*lost.names[:LISTED], *([f"and {more:,} more"] if more > 0 else [])]
    heading = f"{lost.what} would be lost:"
    return [
        ft.Text(heading, weight=ft.FontWeight.W_600, color=ft.Colors.ERROR),
        *[ft.Text(line) for line in lines],
    ]
