"""Changing one's own password: needs the network."""

from __future__ import annotations

import flet as ft

from client.ui import theme
from client.ui.component import component
from client.ui.components import states
from client.ui.components.fields import TextInput
from client.ui.components.page import reading, scroll, target
from client.ui.hooks import use_app, use_box, use_stable
from sync_protocol.session import MIN_PASSWORD

OLD, NEW, AGAIN = "old", "new", "again"


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

    def note(name: str, text: str) -> None:
        typed.current[name] = text

    hears = {
        name: use_stable(lambda text, name=name: note(name, text)) for name in (OLD, NEW, AGAIN)
    }
    field, message = problem
    labels = {OLD: "Your password now", NEW: "New password", AGAIN: "New password again"}
    fields = [
        TextInput(
            label,
            hears[name],
            error=message if field == name else "",
            password=True,
            can_reveal_password=True,
        )
        for name, label in labels.items()
    ]
    return reading(
        "Change password",
        scroll(
            [
                states.notice(
                    ft.Icons.INFO_OUTLINE,
                    f"At least {MIN_PASSWORD} characters. This needs a connection.",
                ),
                *fields,
                target(
                    "save",
                    ft.FilledButton(
                        "Changing" if busy else "Change password",
                        height=theme.TOUCH,
                        disabled=busy,
                        on_click=save,
                    ),
                ),
            ]
        ),
        on_back=lambda: app.go("/more"),
    )


def check(typed: dict[str, str]) -> tuple[str, str]:
    """(field, sentence) of the first thing wrong; empty if the server may be asked."""
    if not typed[OLD]:
        return OLD, "Your present password is needed."
    if len(typed[NEW]) < MIN_PASSWORD:
        return NEW, f"Use at least {MIN_PASSWORD} characters."
    if typed[NEW] != typed[AGAIN]:
        return AGAIN, "The two new passwords are not the same."
    return "", ""
