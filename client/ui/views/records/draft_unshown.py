"""Above a form: what was typed and no field of it can show, as text to copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme
from client.ui.components.page import card, target
from client.ui.components.text import typed_value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from client.ui.views.records.draft import Draft

    Line = tuple[str, str, str]

KEPT = "Saving keeps it with the record."
LEFT_OUT = "Saving leaves it out; Sync then keeps a copy for 30 days."
NEWER = "You have typed something else there since."
OTHERS = "The one that was here already keeps its own. Saving leaves this out."


def unshown(draft: Draft) -> list[ft.Control]:
    """What it is, what is wrong with it, and what saving does with it; nothing if all is shown."""
    told = [*_unfit(draft), *_aside(draft)]
    if not told:
        return []
    text = "\n".join(f"{what}: {typed}" for what, typed, _why in told)
    copy = ft.TextButton(
        "Copy", icon=ft.Icons.COPY_OUTLINED, height=theme.TOUCH, action=ft.CopyToClipboard(text)
    )
    head = ft.Row(
        controls=[ft.Text("Typed before, not in this form", style=theme.HEADING, expand=True), copy]
    )
    rows = [typed_value(*line) for line in told]
    lines = ft.Column(spacing=theme.GAP, controls=[head, *rows])
    shown = target("unshown", card(lines, width=theme.READABLE_WIDTH))
    return [ft.Container(shown, padding=ft.Padding.only(bottom=theme.GAP))]


def _unfit(draft: Draft) -> Iterable[Line]:
    for unfit in draft.mends.unfit if draft.mends else ():
        if not unfit.shown:
            yield unfit.what, unfit.text, f"{unfit.why} {KEPT if unfit.kept else LEFT_OUT}"


def _aside(draft: Draft) -> Iterable[Line]:
    why = f"{NEWER} {LEFT_OUT}" if draft.mends else OTHERS
    return ((what, text, why) for what, text in draft.aside.items())
