"""A list of any length that keeps only the rows near the screen alive.

Every row has the same height, more where people have large text; rows are made from their ids when
they come near, keyed by id, and dropped when they are far. Flutter builds lists lazily but Flet
does not send them lazily, so the window has to be ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui.component import component
from client.ui.hooks import use_box, use_layout, use_stable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WINDOW = 40
AHEAD = 10
STEP = 5


class Place:
    """Where a list was left; keep one to have the list come back to it, or to `show` a row."""

    offset: float = 0
    viewport: float = 480
    text: float = 1.0
    scroll_to: Callable[[float], None] | None = None

    def show(self, row: int, height: int) -> None:
        """Scroll just so far that a row is to be seen."""
        tall = height * self.text
        top, bottom = row * tall, (row + 1) * tall
        if self.scroll_to is None or self.offset <= top <= bottom <= self.offset + self.viewport:
            return
        above = top < self.offset
        self.scroll_to(top if above else max(0, bottom - self.viewport))


@component
def VirtualList(
    ids: Sequence[str],
    rows: Callable[[Sequence[str]], Sequence[ft.Control]],
    height: int,
    place: Place | None = None,
) -> ft.Control:
    """`rows` makes the controls for some ids (memoised, keyed by the id), each `height` tall."""
    layout = use_layout()
    height, large = layout.tall(height), layout.text > 1
    kept = use_box(place or Place()).current
    kept.text = max(1.0, layout.text)
    first, set_first = ft.use_state(_first(kept.offset, height, len(ids)))
    column = use_box(ft.Ref[ft.Column]()).current

    def on_scroll(event: ft.OnScrollEvent) -> None:
        kept.offset, kept.viewport = event.pixels, event.viewport_dimension
        set_first(_first(event.pixels, height, len(ids)))

    async def return_to_place() -> None:
        if kept.offset and column.current:
            await column.current.scroll_to(offset=kept.offset)

    def scroll_to(offset: float) -> None:
        if column.current:
            kept.offset = offset
            set_first(_first(offset, height, len(ids)))
            column.current.page.run_task(column.current.scroll_to, offset=offset)

    kept.scroll_to = scroll_to
    ft.use_effect(return_to_place, [])
    start = min(first, max(0, len(ids) - WINDOW))
    end = min(len(ids), start + WINDOW)
    return ft.Column(
        ref=column,
        expand=True,
        spacing=0,
        scroll=ft.ScrollMode.AUTO,
        scroll_interval=30,
        on_scroll=use_stable(on_scroll),
        controls=[
            ft.Container(key="above", height=start * height),
            *(_taller(row, height) if large else row for row in rows(ids[start:end])),
            ft.Container(key="below", height=(len(ids) - end) * height + 2 * height),
        ],
    )


def _taller(row: ft.Control, height: int) -> ft.Control:
    """A row's own height yields to that of what is around it."""
    return ft.Container(row, height=height, key=row.key)


def _first(offset: float, height: int, count: int) -> int:
    """The first row to keep alive at a scroll offset."""
    row = max(0, min(count - WINDOW, int(offset // height) - AHEAD))
    return row - row % STEP
