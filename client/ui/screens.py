"""Screens by their names, imported when they are first shown.

To import all of them took a third of the time from the tap on the app's icon to Today, in a browser
more than a second. So a table of addresses names its screens, and only who opens one waits for it;
what nobody has opened yet is fetched one by one once the first screen has come to rest.
"""

from __future__ import annotations

import asyncio
import pkgutil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import flet as ft

REST_S = 3.0
PAUSE_S = 0.05
"""Between two screens that are fetched: whoever taps meanwhile is not kept waiting."""


class Screen:
    """Shows a component of the views, named by module and name: "leads.page:LeadPage"."""

    def __init__(self, name: str, *args: Any) -> None:
        self._name = name
        self._args = args

    def __call__(self) -> Any:
        return self.fetch()(*self._args)

    def fetch(self) -> Callable[..., Any]:
        """The component itself."""
        found: Callable[..., Any] = pkgutil.resolve_name(f"client.ui.views.{self._name}")
        return found


async def fetch_all(routes: Iterable[ft.Route]) -> None:
    """Import the screens of these routes, in the pauses of whoever uses the app."""
    await asyncio.sleep(REST_S)
    for screen in screens(routes):
        screen.fetch()
        await asyncio.sleep(PAUSE_S)


def screens(routes: Iterable[ft.Route]) -> Iterator[Screen]:
    """Every screen that an address leads to."""
    for route in routes:
        if isinstance(route.component, Screen):
            yield route.component
        yield from screens(route.children or ())
