"""Signing in: the one thing that needs the network. And signing in again, which loses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client.errors import ReplicaError
from client.ui import theme
from client.ui.component import component
from client.ui.components import states
from client.ui.components.fields import TextInput
from client.ui.components.page import card, target
from client.ui.hooks import use_box, use_stable
from sync_protocol.errors import SyncError, TooManyAttempts, Unreachable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from client.replica import Replica
    from client.ui.context import App
    from client.ui.hooks import Box
    from sync_protocol.session import Session

FIRST_OFFLINE = (
    "The server cannot be reached. The first sign-in needs a connection; after it, none."
)
OFFLINE = "The server cannot be reached. Your work is safe here; try again with a connection."
WIDTH = 360


@component
def SignInView(replica: Replica, on_done: Callable[[], None]) -> ft.Control:
    """The first screen of a device that nobody has signed in on."""
    return ft.Container(
        expand=True,
        alignment=ft.Alignment.CENTER,
        padding=theme.GAP_XL,
        content=ft.Column(
            width=WIDTH,
            expand=True,
            alignment=ft.MainAxisAlignment.CENTER,
            spacing=theme.GAP_L,
            scroll=ft.ScrollMode.AUTO,
            controls=[
                ft.Icon(ft.Icons.MENU_BOOK_OUTLINED, size=48, color=ft.Colors.PRIMARY),
                ft.Semantics(
                    heading_level=1,
                    content=ft.Text("Fieldbook", size=32, weight=ft.FontWeight.W_600),
                ),
                ft.Text("The CRM that works where there is no signal.", color=theme.MUTED),
                SignInForm(replica, on_done, offline=OFFLINE if replica.email else FIRST_OFFLINE),
            ],
        ),
    )


@component
def SignInAgain(app: App) -> ft.Control:
    """On a device whose session has ended: the password alone, and the work goes on."""

    def done() -> None:
        app.say("Signed in. Your changes are being sent.")
        app.loop.ask()

    return card(
        ft.Column(
            spacing=theme.GAP,
            controls=[
                ft.Text("Sign in again", style=theme.HEADING),
                ft.Text("Nothing is lost: all your work is on this device.", color=theme.MUTED),
                SignInForm(app.replica, done, offline=OFFLINE),
            ],
        ),
        width=theme.READABLE_WIDTH,
    )


@component
def SignInForm(replica: Replica, on_done: Callable[[], None], offline: str) -> ft.Control:
    """E-mail (remembered) and password; why it failed stands beside the password."""
    typed = use_box({"email": replica.email, "password": ""})
    problem, set_problem = ft.use_state("")
    busy, set_busy = ft.use_state(False)

    async def submit() -> None:
        if busy:
            return
        set_problem("")
        set_busy(True)
        email, password = typed.current["email"].strip(), typed.current["password"]
        reason = await _attempt(
            lambda: replica.sign_in(email, password, device_name=_device()), offline
        )
        set_busy(False)
        if reason:
            set_problem(reason)
        else:
            on_done()

    on_submit = use_stable(lambda _event: _page().run_task(submit))
    elsewhere = problem == offline
    return ft.Column(
        tight=True,
        spacing=theme.GAP_L,
        controls=[
            Email(typed),
            Password(typed, "" if elsewhere else problem, on_submit, bool(replica.email)),
            *([states.notice(ft.Icons.CLOUD_OFF_OUTLINED, problem)] if elsewhere else []),
            target("sign-in", _button(busy, submit)),
        ],
    )


@component
def Email(typed: Box[dict[str, str]]) -> ft.Control:
    hear = use_stable(lambda text: typed.current.__setitem__("email", text))
    known = typed.current["email"]
    field = TextInput(
        "E-mail",
        hear,
        known,
        keyboard_type=ft.KeyboardType.EMAIL,
        autofill_hints=ft.AutofillHint.USERNAME,
        autofocus=not known,
        width=WIDTH,
    )
    return target("email", field)


@component
def Password(
    typed: Box[dict[str, str]], error: str, on_submit: Callable[..., Any], autofocus: bool
) -> ft.Control:
    hear = use_stable(lambda text: typed.current.__setitem__("password", text))
    field = TextInput(
        "Password",
        hear,
        error=error,
        password=True,
        can_reveal_password=True,
        autofill_hints=ft.AutofillHint.PASSWORD,
        autofocus=autofocus,
        width=WIDTH,
        on_submit=on_submit,
    )
    return target("password", field)


def _button(busy: bool, submit: Callable[[], Awaitable[None]]) -> ft.Control:
    return ft.FilledButton(
        "Signing in" if busy else "Sign in",
        icon=ft.ProgressRing(width=18, height=18, stroke_width=2) if busy else None,
        height=theme.TOUCH,
        width=WIDTH,
        disabled=busy,
        on_click=submit,
    )


async def _attempt(sign_in: Callable[[], Awaitable[Session]], offline: str) -> str:
    """Empty when signed in, or the reason in a sentence."""
    try:
        await sign_in()
    except Unreachable:
        return offline
    except TooManyAttempts:
        return "Too many attempts. Wait a minute, then try again."
    except (SyncError, ReplicaError) as error:
        return str(error)
    return ""


def _page() -> ft.Page:
    return ft.context.page


def _device() -> str:
    platform = _page().platform
    return f"{platform.value if platform else 'Device'}{' browser' if _page().web else ''}"
