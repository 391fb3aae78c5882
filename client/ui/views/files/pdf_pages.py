"""The pages of a PDF, one at a time: by buttons, by the arrow keys, by a stroke of the finger.

They are drawn here, so they show with no signal; what cannot be drawn says why and opens outside.
A stroke turns the page only while the whole of it is seen: drawn nearer, it moves the page.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import flet as ft

from client import pdfs
from client.ui import theme
from client.ui.component import component
from client.ui.components import states
from client.ui.components.buttons import icon_button
from client.ui.components.page import target
from client.ui.hooks import use_app, use_box, use_keys, use_layout, use_optional
from client.ui.layout import Size
from client.ui.views.files.showing import HEIGHT, PAGE_HEIGHT, outside, picture, viewer

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.context import App
    from sync_protocol.records import Attachment

STEPS = {"Arrow Right": 1, "Page Down": 1, "Arrow Left": -1, "Page Up": -1}
STROKE = 350
"""Pixels a second from which a finger turns the page."""
WHOLE = 1.1
"""Up to so much nearer the whole page is seen."""


@component
def PdfPages(file: Attachment, data: bytes) -> ft.Control:
    """Keeps the page before on the screen until the next is drawn."""
    app = use_app()
    place, set_place = ft.use_state(0)
    sheet, set_sheet = use_optional(pdfs.Sheet)
    problem, set_problem = ft.use_state("")
    latest = use_box(0)
    latest.current = place

    async def draw() -> None:
        await asyncio.sleep(0)  # what is said meanwhile is on its way to the screen
        if latest.current != place:
            return
        try:
            set_sheet(pdfs.draw(data, place))
            set_problem("")
        except pdfs.NotDrawn as error:
            set_problem(str(error))

    def turn(step: int) -> None:
        if sheet is not None and 0 <= latest.current + step < sheet.pages:
            latest.current += step
            set_place(latest.current)

    ft.use_effect(draw, [file.content, place])
    _use_keys(app, turn)
    if sheet is None:
        return outside(file, problem) if problem else states.loading("Drawing the first page")
    return ft.Column(
        tight=True,
        spacing=theme.GAP,
        controls=[
            _page(sheet, problem, turn, place),
            *([_turning(place, sheet.pages, turn)] if sheet.pages > 1 else []),
        ],
    )


def _page(sheet: pdfs.Sheet, problem: str, turn: Callable[[int], None], place: int) -> ft.Control:
    if problem:
        broken = states.empty(ft.Icons.BROKEN_IMAGE_OUTLINED, f"Page {place + 1}", problem)
        return ft.Container(broken, bgcolor=ft.Colors.SURFACE_CONTAINER_LOW)
    shown: ft.Control = Strokes(sheet.png, turn, key=f"page {sheet.place}")
    return target("pdf-page", shown)


@component
def Strokes(png: bytes, turn: Callable[[int], None]) -> ft.Control:
    """A page under the finger."""
    phone = use_layout().size is Size.PHONE
    nearer, pinch = use_box(1.0), use_box(1.0)

    def ended(event: Any) -> None:
        nearer.current = max(1.0, nearer.current * pinch.current)
        pinch.current = 1.0
        across = event.velocity.x
        if nearer.current <= WHOLE and abs(across) > max(STROKE, abs(event.velocity.y)):
            turn(-1 if across > 0 else 1)

    return viewer(
        ft.InteractiveViewer(
            picture(png),
            on_interaction_update=lambda event: setattr(pinch, "current", event.scale),
            on_interaction_end=ended,
        ),
        HEIGHT if phone else PAGE_HEIGHT,
    )


def _turning(place: int, pages: int, turn: Callable[[int], None]) -> ft.Control:
    """Back, where one is, on."""

    def button(name: str, icon: ft.IconData, words: str, step: int) -> ft.Control:
        there = 0 <= place + step < pages
        pressed = icon_button(icon, words, disabled=not there, on_click=lambda: turn(step))
        return target(name, pressed)

    said = ft.Text(f"Page {place + 1:,} of {pages:,}", style=theme.BODY)
    return ft.Row(
        alignment=ft.MainAxisAlignment.CENTER,
        spacing=theme.GAP_L,
        controls=[
            button("page-before", ft.Icons.CHEVRON_LEFT, "Page before", -1),
            said,
            button("page-after", ft.Icons.CHEVRON_RIGHT, "Next page", 1),
        ],
    )


def _use_keys(app: App, turn: Callable[[int], None]) -> None:
    """Let the arrow keys turn pages while they are shown."""

    def press(event: ft.KeyboardEvent) -> bool:
        if event.key not in STEPS or event.alt or event.ctrl or event.meta:
            return False
        turn(STEPS[event.key])
        return True

    use_keys(app, press)
