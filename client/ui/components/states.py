"""What a screen shows when there is nothing, not yet something, or something wrong."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import flet as ft

from client.sync.loop import Phase
from client.ui import theme
from client.ui.component import component
from client.ui.hooks import use_app, use_lacking, use_sync

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SENTENCE_WIDTH = 360
"""A sentence in the middle of a screen is read more easily on two lines than on a long one."""

COMES = "The rest comes by itself while there is a connection."
RESTS = {
    Phase.SIGNED_OUT: ("Sign in to load the rest.", "Sign in"),
    Phase.TROUBLE: ("Sync has a problem, and tries again by itself.", "See what it is"),
    Phase.ASKS: ("Sync waits for your answer.", "Answer"),
}
"""By what a load waits for: what is to be done, and the words on the way there."""


def empty(
    icon: ft.IconData,
    title: str,
    text: str,
    action: str = "",
    on_action: Callable[[], None] | None = None,
) -> ft.Control:
    """A friendly nothing: what belongs here, and the way to begin."""
    button = (
        [
            ft.Container(
                ft.FilledTonalButton(action, height=theme.TOUCH, on_click=lambda: on_action()),
                padding=ft.Padding.only(top=theme.GAP),
            )
        ]
        if on_action
        else []
    )
    return ft.Container(
        padding=theme.GAP_XL,
        alignment=ft.Alignment.CENTER,
        content=ft.Column(
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            spacing=theme.GAP,
            controls=[
                ft.Icon(icon, size=48, color=ft.Colors.OUTLINE),
                ft.Text(title, style=theme.HEADING, text_align=ft.TextAlign.CENTER),
                ft.Container(
                    ft.Text(text, color=theme.MUTED, text_align=ft.TextAlign.CENTER),
                    width=SENTENCE_WIDTH,
                ),
                *button,
            ],
        ),
    )


def none_yet(
    icon: ft.IconData,
    title: str,
    text: str,
    action: str = "",
    on_action: Callable[[], None] | None = None,
) -> ft.Control:
    """A list with nothing in it; as long as not everything is here it does not say so."""
    nothing: ft.Control = NoneYet(partial(empty, icon, title, text, action, on_action))
    return nothing


@component
def NoneYet(otherwise: Callable[[], ft.Control]) -> ft.Control:
    lacking = use_lacking()
    if not lacking:
        return otherwise()
    still: ft.Control = StillToCome(f"{lacking.capitalize()}.")
    return still


@component
def StillToCome(told: str) -> ft.Control:
    """In place of what is still loading; what is to be done for the rest is a tap away."""
    app, loop = use_app(), use_sync()
    rest, act = RESTS.get(loop.phase, (COMES, ""))
    see = (lambda: app.go("/queue")) if act else None
    return empty(ft.Icons.CLOUD_DOWNLOAD_OUTLINED, "Still loading", f"{told} {rest}", act, see)


def no_match(
    title: str, hint: str, action: str = "", on_action: Callable[[], None] | None = None
) -> ft.Control:
    """Nothing found; as long as not everything is here, it may be among the rest."""
    nothing: ft.Control = NoMatch(title, hint, action, on_action)
    return nothing


@component
def NoMatch(title: str, hint: str, action: str, on_action: Callable[[], None] | None) -> ft.Control:
    told = "It may not have come yet: this device is still loading." if use_lacking() else hint
    return empty(ft.Icons.SEARCH_OFF, title, told, action, on_action)


@component
def StillLoading() -> ft.Control:
    """Says above what is shown that not everything is here; nothing once it is."""
    lacking = use_lacking()
    if not lacking:
        return ft.Container(visible=False)
    return notice(ft.Icons.CLOUD_DOWNLOAD_OUTLINED, f"Still loading: {lacking}.")


def loading(text: str, share: float | None = None) -> ft.Control:
    """Progress over a second long; `share` from 0 to 1 if it is known."""
    return ft.Container(
        padding=theme.GAP_XL,
        alignment=ft.Alignment.CENTER,
        content=ft.Column(
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            controls=[ft.ProgressBar(value=share, width=240), ft.Text(text, color=theme.MUTED)],
        ),
    )


def notice(
    icon: ft.IconData, text: str, *, error: bool = False, actions: Sequence[ft.Control] = ()
) -> ft.Control:
    """A line that wants to be read, in the page; small buttons stand at its end.

    It is heard by itself, not as the name of a group with the buttons in it.
    """
    role = (
        (ft.Colors.ERROR_CONTAINER, ft.Colors.ON_ERROR_CONTAINER)
        if error
        else (ft.Colors.SECONDARY_CONTAINER, ft.Colors.ON_SECONDARY_CONTAINER)
    )
    words = ft.Text(text, color=role[1])
    return ft.Container(
        bgcolor=role[0],
        border_radius=theme.RADIUS,
        padding=ft.Padding.symmetric(horizontal=12, vertical=0 if actions else 12),
        content=ft.Row(
            controls=[
                ft.Icon(icon, color=role[1]),
                ft.Semantics(container=bool(actions), content=words, expand=True),
                *actions,
            ]
        ),
    )
