"""A sheet that comes up from the bottom to choose something, and questions that must be answered.

Give the result to `ft.use_dialog`, or None while it is closed. What is inside must have no state of
its own: in Flet 1.0.5 a component that has rendered itself again within a dialog is thrown away,
with all that was typed, as soon as the page shows a bar. The state belongs to whoever owns the
sheet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme
from client.ui.components.page import target

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SHEET_WIDTH = 560
SHEET_HEIGHT = 640
"""A tall one ends here, so that a large screen still shows what lies beneath."""


def sheet(
    title: str,
    controls: Sequence[ft.Control],
    on_close: Callable[[], None],
    *,
    actions: Sequence[ft.Control] = (),
    tall: bool = False,
) -> ft.BottomSheet:
    """A titled sheet with Done; a tap beside it or Back closes it too. A `tall` one scrolls."""
    done = ft.TextButton("Done", height=theme.TOUCH, on_click=lambda _event: on_close())
    return ft.BottomSheet(
        scrollable=True,
        show_drag_handle=True,
        size_constraints=ft.BoxConstraints(
            max_width=SHEET_WIDTH, max_height=SHEET_HEIGHT if tall else float("inf")
        ),
        on_dismiss=lambda _event: on_close(),
        content=ft.Container(
            padding=ft.Padding.only(left=theme.GAP_L, right=theme.GAP_L, bottom=theme.GAP_XL),
            content=ft.Column(
                tight=True,
                scroll=ft.ScrollMode.AUTO if tall else None,
                spacing=theme.GAP,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                controls=[
                    ft.Row(
                        controls=[
                            ft.Text(title, style=theme.TITLE, expand=True),
                            *actions,
                            target("sheet-done", done),
                        ]
                    ),
                    *controls,
                ],
            ),
        ),
    )


def question(
    title: str,
    text: str,
    yes: str,
    on_yes: Callable[[], None],
    on_no: Callable[[], None],
    *,
    no: str = "Cancel",
) -> ft.AlertDialog:
    """Asks before something that is not taken back by Undo."""
    return ft.AlertDialog(
        modal=True,
        title=ft.Text(title),
        content=ft.Text(text),
        on_dismiss=lambda _event: on_no(),
        actions_overflow_button_spacing=theme.GAP,
        actions=[
            target(
                "answer-no",
                ft.TextButton(no, height=theme.TOUCH, on_click=lambda _event: on_no()),
            ),
            target(
                "answer-yes",
                ft.FilledButton(yes, height=theme.TOUCH, on_click=lambda _event: on_yes()),
            ),
        ],
    )
