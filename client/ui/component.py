"""Our own `component`: a Flet component that cannot take the app down.

In Flet 1.0.5 an exception in a re-render silently ends the session's update scheduler: the whole
screen freezes and nothing is reported. So every component of ours catches its own failures and
shows a card in its place; everything around it goes on working.
"""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING, Any, cast

import flet as ft

from client.ui import theme

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)


def component(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a component whose failure shows as a card in its place."""

    @functools.wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except Exception as error:  # whatever it was, the rest of the screen must live
            log.exception("render %s", function.__name__)
            return _card(error)

    return ft.component(guarded)


def memo_component(function: Callable[..., Any]) -> Callable[..., Any]:
    """A component that is rendered again only if its arguments change."""
    memo: Callable[..., Any] = ft.memo
    return cast("Callable[..., Any]", memo(component(function)))


def _card(error: Exception) -> ft.Control:
    return ft.Container(
        padding=theme.GAP_L,
        border_radius=theme.RADIUS,
        bgcolor=ft.Colors.ERROR_CONTAINER,
        content=ft.Column(
            tight=True,
            controls=[
                ft.Text(
                    "This part could not be shown",
                    style=theme.HEADING,
                    color=ft.Colors.ON_ERROR_CONTAINER,
                ),
                ft.Text(
                    f"Your data is safe. What went wrong: {type(error).__name__}.",
                    color=ft.Colors.ON_ERROR_CONTAINER,
                ),
            ],
        ),
    )
