"""What is suggested for one account, as outlined chips; a tap tells why, and asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import suggesting
from client.suggesting import Suggestion
from client.ui import theme
from client.ui.component import component
from client.ui.components.buttons import chip
from client.ui.components.colours import pill
from client.ui.components.labels import SUGGESTION
from client.ui.components.page import target
from client.ui.components.sheet import sheet
from client.ui.hooks import use_app, use_live, use_optional
from client.ui.views.suggestions import words
from client.ui.views.suggestions.deciding import put_on, turn_down

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.context import App
    from sync_protocol.records import Account

UNASKED = "It is only put on if you say so."


@component
def SuggestedLabels(account: Account) -> ft.Control:
    """Nothing where nothing is suggested."""
    app = use_app()
    found = use_live(
        lambda replica: suggesting.for_account(replica, account), *suggesting.READ, deps=[account]
    )
    asked, ask = use_optional(Suggestion)
    ft.use_dialog(_sheet(app, asked, lambda: ask(None)) if asked else None)
    if not found:
        return ft.Container(visible=False)
    return ft.Row(wrap=True, spacing=6, run_spacing=0, controls=[_chip(one, ask) for one in found])


def _chip(one: Suggestion, on_ask: Callable[[Suggestion], None]) -> ft.Control:
    label = one.label
    return target(
        f"suggested-{label.name}",
        chip(
            label.name,
            leading=ft.Icon(SUGGESTION, size=18, color=theme.MUTED),
            tooltip="Suggested: tap to see why",
            bgcolor=ft.Colors.TRANSPARENT,
            border_side=ft.BorderSide(1.5, label.colour),
            on_click=lambda _event: on_ask(one),
        ),
        key=label.id,
        label=f"Suggested label {label.name}",
    )


def _sheet(app: App, one: Suggestion, close: Callable[[], None]) -> ft.BottomSheet:
    label, account = one.label, one.account

    def decide(act: Callable[[App, Suggestion], None]) -> None:
        close()
        act(app, one)

    yes = ft.FilledButton(
        "Put it on", icon=ft.Icons.CHECK, height=theme.TOUCH,
        on_click=lambda _event: decide(put_on),
    )  # fmt: skip
    no = ft.OutlinedButton(
        "Not this one", icon=ft.Icons.CLOSE, height=theme.TOUCH,
        on_click=lambda _event: decide(turn_down),
    )  # fmt: skip
    controls = [
        ft.Row(wrap=True, controls=[pill(label.name, label.colour)]),
        target("why", ft.Text(words.why(app.replica, one), style=theme.BODY)),
        ft.Text(
            f"{words.trust(one.learned.model)} {UNASKED}", style=theme.SMALL, color=theme.MUTED
        ),
        ft.Row(
            wrap=True, spacing=theme.GAP, run_spacing=theme.GAP,
            controls=[target("put-on", yes), target("turn-down", no)],
        ),
    ]  # fmt: skip
    return sheet(f"Does this fit {account.name}?", controls, close)
