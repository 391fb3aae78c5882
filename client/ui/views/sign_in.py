"""Signing in: the one thing that needs the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.errors import ReplicaError
from client.ui import theme
from client.ui.component import component
from client.ui.components import states
from client.ui.components.fields import TextInput
from client.ui.components.page import target
from client.ui.hooks import use_box, use_stable
from sync_protocol.errors import SyncError, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica

OFFLINE = "The server cannot be reached. The first sign-in needs a connection; after it, none."


@component
def SignInView(replica: Replica, on_done: Callable[[], None]) -> ft.Control:
    """E-mail and password; the reason of a refusal stands beneath them."""
    typed = use_box({"email": "", "password": ""})
    problem, set_problem = ft.use_state("")
    busy, set_busy = ft.use_state(False)

    async def submit() -> None:
        set_problem("")
        set_busy(True)
        try:
            await replica.sign_in(
                typed.current["email"].strip(), typed.current["password"], device_name=_device()
            )
        except Unreachable:
            set_problem(OFFLINE)
        except (SyncError, ReplicaError) as error:
            set_problem(str(error))
        else:
            on_done()
            return
        set_busy(False)

    def note(field: str) -> Callable[[str], None]:
        return lambda text: typed.current.__setitem__(field, text)

    on_submit = use_stable(lambda _event: _page().run_task(submit))
    email, password = use_stable(note("email")), use_stable(note("password"))
    return ft.Container(
        expand=True,
        alignment=ft.Alignment.CENTER,
        padding=theme.GAP_XL,
        content=ft.Column(
            width=360,
            tight=True,
            spacing=theme.GAP_L,
            scroll=ft.ScrollMode.AUTO,
            controls=[
                ft.Icon(ft.Icons.MENU_BOOK_OUTLINED, size=48, color=ft.Colors.PRIMARY),
                ft.Text("Fieldbook", size=32, weight=ft.FontWeight.W_600),
                ft.Text("The CRM that works where there is no signal.", color=theme.MUTED),
                TextInput("E-mail", email, keyboard_type=ft.KeyboardType.EMAIL, autofocus=True),
                TextInput(
                    "Password",
                    password,
                    password=True,
                    can_reveal_password=True,
                    on_submit=on_submit,
                ),
                *([states.notice(ft.Icons.ERROR_OUTLINE, problem, error=True)] if problem else []),
                target(
                    "sign-in",
                    ft.FilledButton(
                        "Signing in..." if busy else "Sign in",
                        height=theme.TOUCH,
                        width=360,
                        disabled=busy,
                        on_click=submit,
                    ),
                ),
            ],
        ),
    )


def _page() -> ft.Page:
    return ft.context.page


def _device() -> str:
    platform = _page().platform
    return f"{platform.value if platform else 'Device'}{' browser' if _page().web else ''}"
