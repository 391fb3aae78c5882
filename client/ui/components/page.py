"""The frame of a screen: its bar on top, its scrolling middle, sections and cards within."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client.ui import theme
from client.ui.components.title_bar import TitleBar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def screen(
    title: str,
    body: ft.Control,
    *,
    on_back: Callable[[], None] | None = None,
    actions: Sequence[ft.Control] = (),
) -> ft.Control:
    """A screen with its title bar; `body` fills the rest."""
    bar = TitleBar(title, on_back, actions)
    return ft.Column(expand=True, spacing=0, controls=[bar, ft.Container(body, expand=True)])


def reading(
    title: str,
    body: ft.Control,
    *,
    on_back: Callable[[], None] | None = None,
    actions: Sequence[ft.Control] = (),
    width: int = theme.READABLE_WIDTH,
) -> ft.Control:
    """A screen that is one column of readable width, its title right above it."""
    bar = ft.Container(TitleBar(title, on_back, actions), width=width)
    return ft.Column(
        expand=True,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        controls=[bar, ft.Container(body, expand=True)],
    )


def scroll(
    controls: Sequence[ft.Control],
    *,
    left: bool = False,
    width: int = theme.READABLE_WIDTH,
    **options: Any,
) -> ft.Control:
    """A column of readable width that scrolls, with air at its end for the thumb.

    It stands in the middle of a screen, and at the `left` of a pane, beneath the title.
    """
    return ft.Column(
        expand=True,
        scroll=ft.ScrollMode.AUTO,
        horizontal_alignment=ft.CrossAxisAlignment.START if left else ft.CrossAxisAlignment.CENTER,
        controls=[
            ft.Container(
                width=width,
                padding=ft.Padding.only(left=theme.GAP_L, right=theme.GAP_L, top=theme.GAP),
                content=ft.Column(spacing=theme.GAP, controls=list(controls), **options),
            ),
            ft.Container(height=theme.TOUCH * 2),
        ],
    )


def beside(first: Sequence[ft.Control], second: Sequence[ft.Control]) -> ft.Control:
    """Two columns on the screen of an office, one above the other on any other.

    Flet itself measures the screen for it, so nothing is moved to another place in the tree when a
    window crosses the breakpoint (see `Shell`).
    """
    half: Any = {"xs": 12, "xl": 6} if first and second else 12
    return ft.ResponsiveRow(
        spacing=theme.GAP_XL,
        run_spacing=theme.GAP,
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[
            ft.Column(list(some), spacing=theme.GAP, col=half, visible=bool(some))
            for some in (first, second)
        ],
    )


def section(title: str, controls: Sequence[ft.Control], count: int | None = None) -> ft.Control:
    """A headed group."""
    heading = title if count is None else f"{title} ({count})"
    return ft.Column(
        spacing=theme.GAP,
        controls=[
            ft.Container(
                padding=ft.Padding.only(top=theme.GAP_L),
                content=ft.Semantics(
                    heading_level=2,
                    content=ft.Text(heading, style=theme.HEADING, color=ft.Colors.PRIMARY),
                ),
            ),
            *controls,
        ],
    )


def card(
    content: ft.Control,
    on_click: Callable[[], None] | None = None,
    *,
    padding: int = 12,
    **options: Any,
) -> ft.Control:
    """A quiet surface; tapped as a whole if `on_click` is given."""
    return ft.Container(
        content=content,
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOW,
        border_radius=theme.RADIUS,
        padding=padding,
        ink=on_click is not None,
        on_click=(lambda _event: on_click()) if on_click else None,
        **options,
    )


def target(identifier: str, control: ft.Control, **options: Any) -> ft.Semantics:
    """Name a control for tests and assistive tools; not spoken, not seen."""
    return ft.Semantics(identifier=identifier, content=control, **options)
