"""A few things to choose from, each a large button; the chosen one is filled. Many are a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import flet as ft

from client.ui import theme
from client.ui.components.page import target

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sync_protocol.records import Outcome

T = TypeVar("T")
SWITCH_AIR = (theme.TOUCH - 20) // 2
"""Makes a line of 20 as high as what is tapped: a height of its own would leave a gap beneath."""
CHOICE_AIR = 14
ROUND = ft.RoundedRectangleBorder(radius=theme.TALL / 2)
"""Ends as round as those of one line, so that several lines of words keep clear of the corners."""

LONG_NAME = 24
LONG_AIR = ft.Padding.symmetric(horizontal=theme.GAP_XL, vertical=(theme.TALL - 20) // 2)
"""An outcome with a longer name may need two lines; it is as high as the others with one."""


class Choice(NamedTuple):
    """`colour` is that of a dot before the label, in place of an icon."""

    value: str
    label: str
    icon: ft.IconData | None = None
    colour: str = ""


def choice_row(
    name: str, choices: Sequence[Choice], chosen: str, on_choose: Callable[[str], None]
) -> ft.Control:
    """Buttons in a row that wraps; each is the target `name-value`."""
    return several_row(name, choices, (chosen,), on_choose)


def several_row(
    name: str, choices: Sequence[Choice], chosen: Sequence[str], on_choose: Callable[[str], None]
) -> ft.Control:
    """The same, of which several may be chosen."""
    return ft.Row(
        wrap=True,
        spacing=theme.GAP,
        run_spacing=theme.GAP,
        controls=[_choice(name, choice, choice.value in chosen, on_choose) for choice in choices],
    )


def turned(held: Sequence[T], one: T, *, on: bool) -> list[T]:
    """What is chosen with `one` or without it.

    `held` is what is chosen by now, not what is shown: another tap may come before that is drawn.
    """
    rest = [other for other in held if other != one]
    return [*rest, one] if on else rest


def choice_strip(
    name: str, choices: Sequence[Choice], chosen: Sequence[str], on_choose: Callable[[str], None]
) -> ft.Control:
    """The same in one line that scrolls to the side."""
    return ft.Row(
        spacing=theme.GAP,
        scroll=ft.ScrollMode.HIDDEN,
        controls=[_choice(name, choice, choice.value in chosen, on_choose) for choice in choices],
    )


def switch(
    name: str, choices: Sequence[Choice], chosen: str, on_choose: Callable[[str], None]
) -> ft.Control:
    """Two or three places side by side, one of which is shown; they share the width."""
    return ft.SegmentedButton(
        selected=[chosen],
        show_selected_icon=False,
        expand=True,
        style=ft.ButtonStyle(padding=ft.Padding.symmetric(vertical=SWITCH_AIR)),
        segments=[
            ft.Segment(
                value=choice.value,
                icon=choice.icon,
                label=target(f"{name}-{choice.value}", ft.Text(choice.label)),
            )
            for choice in choices
        ],
        on_change=lambda event: on_choose(event.control.selected[0]),
    )


def dropdown(
    name: str,
    choices: Sequence[Choice],
    chosen: str,
    on_choose: Callable[[str], None],
    **options: Any,
) -> ft.Control:
    """A list that opens. Flutter leaves it nameless, so its name and what is chosen are given."""
    now = next((choice.label for choice in choices if choice.value == chosen), "")
    return ft.Semantics(
        label=f"{name}: {now}" if now else name,
        content=ft.Dropdown(
            value=chosen,
            border=ft.OutlineInputBorder(border_radius=theme.RADIUS_S),
            options=[ft.DropdownOption(key=choice.value, text=choice.label) for choice in choices],
            on_select=lambda event: on_choose(event.control.value or ""),
            **options,
        ),
    )


def outcome_row(
    name: str, outcomes: Sequence[Outcome], chosen: str, on_choose: Callable[[str], None]
) -> ft.Control:
    """The outcomes in their colours, targets `name-0`, `name-1`...; plain Done if there are none.

    Nothing chosen yet: all are filled, for a thumb in sunlight. Later only the chosen one is.
    """
    if not outcomes:
        return target(
            f"{name}-0",
            ft.FilledButton(
                "Done", icon=ft.Icons.CHECK, height=theme.TALL, on_click=lambda: on_choose("")
            ),
        )
    return ft.Row(
        wrap=True,
        spacing=theme.GAP,
        run_spacing=theme.GAP,
        controls=[
            target(f"{name}-{place}", _outcome(outcome, chosen, on_choose), key=outcome.id)
            for place, outcome in enumerate(outcomes)
        ],
    )


def room_for(label: str) -> tuple[int | None, ft.Padding]:
    """Height and padding of a choice: a long name may need two lines, in large text even more."""
    if len(label) > LONG_NAME:
        return None, ft.Padding.symmetric(horizontal=CHOICE_AIR, vertical=SWITCH_AIR)
    return theme.TOUCH, ft.Padding.symmetric(horizontal=CHOICE_AIR)


def _choice(name: str, choice: Choice, on: bool, on_choose: Callable[[str], None]) -> ft.Control:
    height, padding = room_for(choice.label)
    return target(
        f"{name}-{choice.value}",
        ft.OutlinedButton(
            choice.label,
            icon=_icon(choice, on),
            height=height,
            style=ft.ButtonStyle(
                bgcolor=ft.Colors.SECONDARY_CONTAINER if on else None,
                color=ft.Colors.ON_SECONDARY_CONTAINER if on else ft.Colors.ON_SURFACE,
                icon_color=ft.Colors.ON_SECONDARY_CONTAINER if on else theme.MUTED,
                side=ft.BorderSide(
                    1, ft.Colors.SECONDARY_CONTAINER if on else ft.Colors.OUTLINE_VARIANT
                ),
                padding=padding,
                shape=ROUND,
            ),
            on_click=lambda: on_choose(choice.value),
        ),
        selected=on,
    )


def _icon(choice: Choice, on: bool) -> ft.IconDataOrControl | None:
    if choice.colour:
        return ft.Icon(ft.Icons.CIRCLE, size=12, color=choice.colour)
    return ft.Icons.CHECK if on else choice.icon


def _outcome(outcome: Outcome, chosen: str, on_choose: Callable[[str], None]) -> ft.Control:
    on = outcome.id == chosen
    long = len(outcome.name) > LONG_NAME
    air = LONG_AIR if long else None
    if on or not chosen:
        style = ft.ButtonStyle(
            bgcolor=outcome.colour,
            color=theme.on_colour(outcome.colour),
            icon_color=theme.on_colour(outcome.colour),
            padding=air,
            shape=ROUND,
        )
        icon = ft.Icon(ft.Icons.CHECK) if on else None
    else:
        style = ft.ButtonStyle(
            bgcolor=ft.Colors.SURFACE_CONTAINER_HIGH,
            color=ft.Colors.ON_SURFACE,
            padding=air,
            shape=ROUND,
        )
        icon = ft.Icon(ft.Icons.CIRCLE, size=12, color=outcome.colour)
    return ft.FilledButton(
        outcome.name,
        icon=icon,
        height=None if long else theme.TALL,
        style=style,
        on_click=lambda: on_choose(outcome.id),
    )
