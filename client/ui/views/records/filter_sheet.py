"""Which labels a list asks for: one mode at a time is chosen, then labels are tapped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme
from client.ui.components.page import target
from client.ui.components.sheet import sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from client.ui.views.records.finding import Mode
    from sync_protocol.records import Label

Asked = tuple[tuple[str, "Mode"], ...]
TALL_FROM = 20
MODES: dict[Mode, tuple[str, ft.IconData]] = {
    "any": ("Any of", ft.Icons.CHECK),
    "all": ("All of", ft.Icons.DONE_ALL),
    "none": ("None of", ft.Icons.BLOCK),
}


def filter_sheet(
    labels: Iterable[Label],
    asked: Asked,
    mode: Mode,
    *,
    on_mode: Callable[[Mode], None],
    on_asked: Callable[[Asked], None],
    on_close: Callable[[], None],
) -> ft.BottomSheet:
    """Tap a label to ask for it in the current mode, again to take it out."""
    chosen = dict(asked)
    offered = [x for x in labels if not x.archived or x.id in chosen]
    chips = [
        _chip(
            label, chosen.get(label.id), lambda label_id: on_asked(toggled(asked, label_id, mode))
        )
        for label in offered
    ]
    clear = target(
        "filter-clear",
        ft.TextButton("Clear", height=theme.TOUCH, on_click=lambda _event: on_asked(())),
    )
    return sheet(
        "Filter by label",
        [
            _modes(mode, on_mode),
            ft.Text(sentence(asked, offered), style=theme.SMALL, color=theme.MUTED),
            ft.Row(wrap=True, spacing=theme.GAP, run_spacing=theme.GAP, controls=chips)
            if chips
            else ft.Text("There are no labels yet. Add one on a contact's or account's page."),
        ],
        on_close,
        actions=[clear] if asked else [],
        tall=len(chips) > TALL_FROM,
    )


def toggled(asked: Asked, label_id: str, mode: Mode) -> Asked:
    """The label asked for in `mode`, or no longer if it was already so."""
    rest = tuple(pair for pair in asked if pair[0] != label_id)
    return rest if (label_id, mode) in asked else (*rest, (label_id, mode))


def sentence(asked: Asked, labels: Iterable[Label]) -> str:
    """What is asked for, in words."""
    names = {label.id: label.name for label in labels}
    joined = {"any": " or ", "all": " and ", "none": " nor "}
    heads = {"any": "", "all": "also ", "none": "but not "}
    parts: list[str] = []
    for mode, word in joined.items():
        these = [names[i] for i, how in asked if how == mode and i in names]
        if these:
            parts.append((heads[mode] if parts or mode == "none" else "") + word.join(these))
    text = ", ".join(parts)
    return f"Showing {text}." if text else "Tap the labels to look for."


def _modes(mode: Mode, on_mode: Callable[[Mode], None]) -> ft.Control:
    def choose(event: ft.Event[ft.SegmentedButton]) -> None:
        chosen = event.control.selected[0]
        on_mode(next(name for name in MODES if name == chosen))

    return target(
        "filter-mode",
        ft.SegmentedButton(
            selected=[mode],
            show_selected_icon=False,
            segments=[
                ft.Segment(value=name, label=text, icon=icon)
                for name, (text, icon) in MODES.items()
            ],
            on_change=choose,
        ),
    )


def _chip(label: Label, how: Mode | None, on_tap: Callable[[str], None]) -> ft.Control:
    icon = MODES[how][1] if how else None
    return target(
        f"filter-{label.id}",
        ft.Chip(
            key=label.id,
            label=label.name,
            selected=how is not None,
            show_checkmark=False,
            leading=ft.Icon(icon, size=18)
            if icon
            else ft.Container(width=14, height=14, border_radius=7, bgcolor=label.colour),
            on_select=lambda _event: on_tap(label.id),
        ),
    )
