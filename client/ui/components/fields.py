"""Fields that cannot lose a keystroke.

In Flet a text field whose value is bound to state loses characters while its component renders
again. So a field is a component of its own, memoised: it keeps what was typed to itself, reports
it, and is only ever reset by giving it another `key`. When it has to render again (an error to
show) it gives back what was typed, not what it began with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client.ui import theme
from client.ui.component import memo_component
from client.ui.hooks import use_box

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.hooks import Box


ERROR_LINES = 3
TITLE_LINES = 4


@memo_component
def TextInput(
    label: str,
    on_text: Callable[[str], None],
    initial: str = "",
    error: str = "",
    **options: Any,
) -> ft.Control:
    """A labelled text field. `on_text` must be stable (`use_stable`); `error` shows beneath."""
    typed = use_box(initial)
    options.setdefault("helper_max_lines", ERROR_LINES)
    if "expand" not in options:
        options.setdefault("width", theme.READABLE_WIDTH)  # as wide as its place allows

    def on_change(event: ft.Event[ft.TextField]) -> None:
        typed.current = event.control.value
        on_text(event.control.value)

    return ft.TextField(
        label=label,
        value=typed.current,
        error=error or None,
        error_max_lines=ERROR_LINES,
        border=ft.OutlineInputBorder(border_radius=theme.RADIUS_S),
        on_change=on_change,
        **options,
    )


def title_input(
    label: str, on_text: Callable[[str], None], initial: str = "", error: str = "", **options: Any
) -> ft.Control:
    """A title that is read here as well, so it wraps; what it is written with is `one_line`."""
    field: ft.Control = TextInput(
        label, on_text, initial, error,
        multiline=True, shift_enter=True, min_lines=1, max_lines=TITLE_LINES, **options,
    )  # fmt: skip
    return field


def one_line(text: str) -> str:
    """What was typed, with a space for each line's end."""
    return " ".join(text.splitlines())


@memo_component
def SearchInput(
    hint: str,
    on_text: Callable[[str], None],
    initial: str = "",
    *,
    autofocus: bool = False,
    holder: Box[ft.TextField | None] | None = None,
    on_focus: Callable[[bool], None] | None = None,
) -> ft.Control:
    """A search field; `on_text` hears every keystroke and must be stable.

    The hint is its name, also once something is typed and the hint itself is gone.

    `holder` is given the field, for whoever wants to focus it; `on_focus` hears of it, stable too.
    """
    typed = use_box(initial)
    filled, set_filled = ft.use_state(bool(initial))

    def on_change(event: ft.Event[ft.TextField]) -> None:
        typed.current = event.control.value
        set_filled(bool(typed.current))
        on_text(typed.current)

    field = ft.TextField(
        hint_text=hint,
        value=typed.current,
        height=theme.TOUCH,
        width=theme.READABLE_WIDTH,
        content_padding=ft.Padding.symmetric(horizontal=theme.GAP_L),
        border=ft.OutlineInputBorder(
            side=ft.BorderSide(1, ft.Colors.OUTLINE_VARIANT), border_radius=theme.TOUCH / 2
        ),
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        prefix_icon=ft.Icons.SEARCH,
        autofocus=autofocus,
        on_change=on_change,
        on_focus=(lambda _event: on_focus(True)) if on_focus else None,
        on_blur=(lambda _event: on_focus(False)) if on_focus else None,
    )
    if holder is not None:
        holder.current = field
    return ft.MergeSemantics(ft.Semantics(label=hint if filled else None, content=field))
