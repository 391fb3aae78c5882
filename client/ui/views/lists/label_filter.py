"""Which labels a list asks for: any, all or none of several."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

import flet as ft
import msgspec

from client.ui.components.buttons import chip
from client.ui.components.page import target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sync_protocol.records import Filter, Label

Mode = Literal["any", "all", "none"]
MODES: dict[Mode, tuple[str, ft.IconData]] = {
    "any": ("Any of", ft.Icons.CHECK),
    "all": ("All of", ft.Icons.DONE_ALL),
    "none": ("None of", ft.Icons.BLOCK),
}


def label_chips(
    labels: Iterable[Label],
    wanted: Filter,
    mode: Mode,
    on_change: Callable[[Callable[[Filter], Filter]], None],
) -> list[ft.Control]:
    """Tap a label to ask for it in the current mode, again to take it out."""
    chosen = asked_labels(wanted)
    return [
        _chip(
            label,
            chosen.get(label.id),
            lambda label_id: on_change(
                partial(
                    with_label,
                    label_id=label_id,
                    mode=None if chosen.get(label_id) == mode else mode,
                )
            ),
        )
        for label in labels
        if not label.archived or label.id in chosen
    ]


def asked_labels(wanted: Filter) -> dict[str, Mode]:
    """The labels a filter names, and how."""
    return {i: mode for mode in MODES for i in getattr(wanted, f"labels_{mode}")}


def with_label(wanted: Filter, label_id: str, mode: Mode | None) -> Filter:
    """The label asked for in `mode`, or no longer without one."""
    rest = {
        f"labels_{name}": tuple(i for i in getattr(wanted, f"labels_{name}") if i != label_id)
        for name in MODES
    }
    if mode:
        rest[f"labels_{mode}"] += (label_id,)
    return msgspec.structs.replace(wanted, **rest)


def sentence(wanted: Filter, labels: Iterable[Label]) -> str:
    """What is asked for, in words."""
    names = {label.id: label.name for label in labels}
    joined: dict[Mode, str] = {"any": " or ", "all": " and ", "none": " nor "}
    heads: dict[Mode, str] = {"any": "", "all": "also ", "none": "but not "}
    parts: list[str] = []
    for mode, word in joined.items():
        these = [names[i] for i in getattr(wanted, f"labels_{mode}") if i in names]
        if these:
            parts.append((heads[mode] if parts or mode == "none" else "") + word.join(these))
    text = ", ".join(parts)
    return f"Showing {text}." if text else "Tap the labels to look for."


def _chip(label: Label, how: Mode | None, on_tap: Callable[[str], None]) -> ft.Control:
    icon = MODES[how][1] if how else None
    return target(
        f"filter-{label.id}",
        chip(
            label.name,
            key=label.id,
            selected=how is not None,
            show_checkmark=False,
            leading=ft.Icon(icon, size=18)
            if icon
            else ft.Container(width=14, height=14, border_radius=7, bgcolor=label.colour),
            on_select=lambda _event: on_tap(label.id),
        ),
    )
