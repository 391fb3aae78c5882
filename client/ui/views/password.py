"""Changing one's own password: needs the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client.ui import theme
from client.ui.component import component
from client.ui.components import states
from client.ui.components.fields import TextInput
from client.ui.components.page import reading, scroll, target
from client.ui.components.typed import stretched
from client.ui.hooks import use_app, use_box, use_stable
from sync_protocol.session import MIN_PASSWORD

if TYPE_CHECKING:
    from client.ui.hooks import Box

OLD, NEW, AGAIN = "old", "new", "again"
LABELS = {OLD: "Your password now", NEW: "New password", AGAIN: "New password again"}


@component
def PasswordView() -> ft.Control:
    app = use_app()
    typed = use_box({OLD: "", NEW: "", AGAIN: ""})
    problem, set_problem = ft.use_state(("", ""))
    busy, set_busy = ft.use_state(False)

    async def save() -> None:
        wrong = check(typed.current)
        set_problem(wrong)
        if wrong[1] or busy:
            return
        set_busy(True)
        request = app.replica.change_password(typed.current[OLD], typed.current[NEW])
        reason = await app.reach(request)
        set_busy(False)
        set_problem((OLD if reason else "", reason))
        if not reason:
            app.say("Your password is changed.")
            app.go("/more")

    fields = [
        PasswordField(typed, name, problem[1] if problem[0] == name else "") for name in LABELS
    ]
    hint = f"At least {MIN_PASSWORD} characters. This needs a connection."
    notice = states.notice(ft.Icons.INFO_OUTLINE, hint)
    button = ft.FilledButton(
        "Changing" if busy else "Change password",
        height=theme.TOUCH,
        disabled=busy,
        on_click=save,
    )
    return reading(
        "Change password",
        scroll([stretched([notice, *fields, target("save", ft.Row(controls=[button]))])]),
        on_back=lambda: app.go("/more"),
    )


@component
def PasswordField(typed: Box[dict[str, str]], name: str, error: str) -> Any:
    """One of the three; what is typed goes to `typed`."""
    hear = use_stable(lambda text: typed.current.__setitem__(name, text))
    return TextInput(LABELS[name], hear, error=error, password=True, can_reveal_password=True)


def check(typed: dict[str, str]) -> tuple[str, str]:
    """(field, sentence) of the first thing wrong; empty if the server may be asked."""
    if not typed[OLD]:
        return OLD, "Your present password is needed."
    if len(typed[NEW]) < MIN_PASSWORD:
        return NEW, f"Use at least {MIN_PASSWORD} characters."
    if typed[NEW] != typed[AGAIN]:
        return AGAIN, "The two new passwords are not the same."
    return "", ""
