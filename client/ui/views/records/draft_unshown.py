"""Above a form that mends a refused edit: what was typed and no field of it can show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme
from client.ui.components.page import card, target
from client.ui.components.text import typed_value

if TYPE_CHECKING:
    from client.ui.views.records.draft import Draft, Unfit

KEPT = "Saving keeps it with the record."
LEFT_OUT = "Saving leaves it out; Sync then keeps a copy for 30 days."


def unshown(draft: Draft) -> list[ft.Control]:
    """What it is, what is wrong with it, and what saving does with it; nothing if all is shown."""
    told = [unfit for unfit in draft.mends.unfit if not unfit.shown] if draft.mends else []
    if not told:
        return []
    text = "\n".join(f"{unfit.what}: {unfit.text}" for unfit in told)
    copy = ft.TextButton(
        "Copy", icon=ft.Icons.COPY_OUTLINED, height=theme.TOUCH, action=ft.CopyToClipboard(text)
    )
    head = ft.Row(
        controls=[ft.Text("Typed before, not in this form", style=theme.HEADING, expand=True), copy]
    )
    lines = ft.Column(spacing=theme.GAP, controls=[head, *map(_told, told)])
    shown = target("unshown", card(lines, width=theme.READABLE_WIDTH))
    return [ft.Container(shown, padding=ft.Padding.only(bottom=theme.GAP))]


def _told(unfit: Unfit) -> ft.Control:
    return typed_value(unfit.what, unfit.text, f"{unfit.why} {KEPT if unfit.kept else LEFT_OUT}")
