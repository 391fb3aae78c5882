"""A place that takes what is dragged onto it, and shows when something hangs above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui.components.page import target

if TYPE_CHECKING:
    from collections.abc import Callable


def drop_target(
    identifier: str,
    group: str,
    content: ft.Control,
    set_above: Callable[[bool], None],
    on_drop: Callable[[str], None],
) -> ft.Control:
    """`set_above` hears whether something fitting hangs above; `on_drop` what was let go there."""

    def take(event: ft.DragTargetEvent) -> None:
        set_above(False)
        on_drop(str(event.src.data))

    return target(
        identifier,
        ft.DragTarget(
            group=group,
            content=content,
            on_will_accept=lambda event: set_above(event.accept),
            on_leave=lambda _event: set_above(False),
            on_accept=take,
        ),
    )
