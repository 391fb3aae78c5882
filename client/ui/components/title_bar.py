"""The bar on top of a screen: back, the title, what can be done.

On a phone a title shares its line with the buttons. Where one of its words would have to be broken
for that it is set smaller, and where that is not enough, as a long name's with large text, it has a
line of its own beneath them. A word that is wider than any line is set as small as it needs, rather
than broken where it happens to end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client.ui import theme
from client.ui.component import component
from client.ui.components.buttons import icon_button
from client.ui.components.line import line
from client.ui.hooks import use_layout
from client.ui.layout import Size

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LINES, LINES_BENEATH = 2, 4
LONG_TITLE = 24
"""Longer ones are set smaller, on two lines if they must."""
NARROWEST = 360
"""Of the phones whose titles have room."""
LEAST_DRAWN = 15
"""In the size that is seen, large text counted: as what is read beneath it is designed."""
LETTER = 0.58
"""How wide a letter is, of its size, taking one with another."""
BUTTON, BUTTON_AIR = 14, 60
"""The size of the words on a button, and what is around them."""
BETWEEN = 10
"""What Flet leaves between the controls of a row."""


@component
def TitleBar(
    title: str, on_back: Callable[[], None] | None, actions: Sequence[ft.Control]
) -> ft.Control:
    layout = use_layout()
    back = [icon_button(ft.Icons.ARROW_BACK, "Back", on_click=lambda: on_back())] if on_back else []
    room = NARROWEST - sum(
        BETWEEN + _width(one, layout.text) for one in [*back, *actions]
    ) - 2 * theme.GAP_L  # fmt: skip
    tight = layout.size is Size.PHONE
    styles = [x for x in _styles(title) if not tight or _longest(title, x, layout.text) <= room]
    if styles:
        return _bar([*back, _heading(title, styles[0], LINES), *actions], on_back, actions)
    if not actions:
        style = _fitting(title, room, layout.text)
        return _bar([*back, _heading(title, style, LINES_BENEATH)], on_back, actions)
    style = _fitting(title, NARROWEST - 2 * theme.GAP_L, layout.text)
    beside, beneath = ft.Container(expand=True), _heading(title, style, LINES_BENEATH)
    return _bar([*back, beside, *actions], on_back, actions, beneath)


def _bar(
    controls: Sequence[ft.Control],
    on_back: Callable[[], None] | None,
    actions: Sequence[ft.Control],
    beneath: ft.Control | None = None,
) -> ft.Control:
    row = ft.Container(
        ft.Row(controls=list(controls)),
        padding=ft.Padding.only(
            left=theme.GAP if on_back else theme.GAP_L,
            right=theme.GAP if actions and not _is_edged(actions) else theme.GAP_L,
        ),
    )
    under = ft.Container(
        ft.Row(controls=[beneath] if beneath else []),
        padding=ft.Padding.symmetric(horizontal=theme.GAP_L),
        visible=beneath is not None,
    )
    return ft.Container(
        padding=ft.Padding.symmetric(vertical=theme.GAP),
        content=ft.Column(spacing=0, tight=True, controls=[row, under]),
    )


def strut() -> ft.Control:
    """Keeps a row as high as what is tapped, and lets it grow with large text."""
    return ft.Container(width=0, height=theme.TOUCH)


def _heading(title: str, style: ft.TextStyle, lines: int) -> ft.Control:
    told = line(title, style, lines, expand=True)
    return ft.Semantics(
        heading_level=1, expand=True, content=ft.Row(spacing=0, controls=[strut(), told])
    )


def _styles(title: str) -> list[ft.TextStyle]:
    """How a title may be set, the best first."""
    return [theme.TITLE, theme.HEADING] if len(title) <= LONG_TITLE else [theme.HEADING]


def _fitting(title: str, room: float, text: float) -> ft.TextStyle:
    """The style in which its longest word has room; as it was where no readable size is enough."""
    style = _styles(title)[0]
    size = float(style.size or 0)
    fits = size * room / max(room, _longest(title, style, text))
    return style.copy(size=fits) if fits * text >= LEAST_DRAWN else style


def _longest(title: str, style: ft.TextStyle, text: float) -> float:
    """The width of the longest word of a title."""
    letters = max(map(len, title.split()), default=0)
    return letters * LETTER * float(style.size or 0) * text


def _inner(action: ft.Control) -> Any:
    """What is seen and tapped in its wrappings."""
    found: Any = action
    while isinstance(found, (ft.Semantics, ft.Container)):
        found = found.content
    return found


def _width(action: ft.Control, text: float) -> float:
    words = getattr(_inner(action), "content", None)
    if _is_edged([action]) and isinstance(words, str):
        return len(words) * LETTER * BUTTON * text + BUTTON_AIR
    return theme.TOUCH


def _is_edged(actions: Sequence[ft.Control]) -> bool:
    """A button with an edge lines up with what is beneath; an icon has room around it already."""
    return bool(actions) and isinstance(_inner(actions[-1]), ft.Button | ft.OutlinedButton)
