"""A list of any length that keeps only the rows near the screen alive.

Every row has the same height; rows are made from their ids when they come near, keyed by id, and
dropped when they are far. Flutter builds lists lazily but Flet does not send them lazily, so the
window has to be ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui.component import component
from client.ui.hooks import use_stable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WINDOW = 40
AHEAD = 10
STEP = 5


@component
def VirtualList(ids: Sequence[str], row: Callable[[str], ft.Control], height: int) -> ft.Control:
    """`row` makes the control for an id (memoised, keyed by the id); `height` is each row's."""
    first, set_first = ft.use_state(0)

    def on_scroll(event: ft.OnScrollEvent) -> None:
        place = max(0, min(len(ids) - WINDOW, int(event.pixels // height) - AHEAD))
        set_first(place - place % STEP)

    start = min(first, max(0, len(ids) - WINDOW))
    end = min(len(ids), start + WINDOW)
    return ft.Column(
        expand=True,
        spacing=0,
        scroll=ft.ScrollMode.AUTO,
        scroll_interval=30,
        on_scroll=use_stable(on_scroll),
        controls=[
            ft.Container(key="above", height=start * height),
            *[row(ids[place]) for place in range(start, end)],
            ft.Container(key="below", height=(len(ids) - end) * height + 2 * height),
        ],
    )
