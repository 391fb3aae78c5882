"""What an exception nobody caught does to the screen: a line at the bottom, and nothing else.

Flet answers an uncaught exception of a handler by replacing the whole app with an error page that
has no way back. A person must never lose their screen to a bug of ours, so that answer is replaced.
`Session.error` is half private: flet is pinned exactly, and a test holds this to its word.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import flet as ft

from client.ui import theme

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)
SORRY = "That did not work. Your data is safe; please try again."


def install(page: ft.Page) -> None:
    """Show failures of handlers as a bar; to be called once, before anything is rendered."""
    session: Any = page.session
    session.error = _reporter(page)


def _reporter(page: ft.Page) -> Callable[[str], None]:
    def report(message: str) -> None:
        log.error("uncaught in the user interface: %s", message)
        page.show_dialog(
            ft.SnackBar(
                content=ft.Text(SORRY, color=ft.Colors.ON_ERROR_CONTAINER),
                bgcolor=ft.Colors.ERROR_CONTAINER,
                duration=theme.BAR_MS,
                persist=False,
            )
        )

    return report
