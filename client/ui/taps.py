"""One tap, one act: what is tapped on a page that is being left, or is at work already, rests.

Flet runs each tap as a task of its own, and a page is left only after a word with Flutter. So the
second tap of a double tap would do everything once more: save a second contact, log a second visit.
What only opens a page does not rest: whoever has hit the wrong row taps the right one at once.
`Session.dispatch_event` is half private: flet is pinned exactly, and a test holds this to its word.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import flet as ft

TAPS = frozenset({"click", "tap", "select", "submit"})
ONLY_OPENS = "only opens"
"""The `data` of a control whose tap does nothing but open a page."""
LEAVING_S = 3.0
"""After so long without an answer the page was not left: its buttons work again."""
DOUBLE_S = 0.5
"""What is done again so soon was tapped twice."""


class Taps:
    """Which taps of a page count; `leave` and `arrive` say when it is on its way to another."""

    def __init__(self) -> None:
        self._at_work: set[tuple[int, str]] = set()
        self._leaving_until = 0.0
        self._done: dict[str, float] = {}

    def is_double(self, what: str) -> bool:
        """Whether the same was done a moment ago, on a page that stays."""
        return asyncio.get_running_loop().time() - self._done.get(what, -DOUBLE_S) < DOUBLE_S

    def did(self, what: str) -> None:
        """Note that it is done by now, however long it took."""
        now = asyncio.get_running_loop().time()
        lately = {other: at for other, at in self._done.items() if now - at < DOUBLE_S}
        self._done = {**lately, what: now}

    def leave(self) -> None:
        self._leaving_until = asyncio.get_running_loop().time() + LEAVING_S

    def arrive(self) -> None:
        self._leaving_until = 0.0

    def listen(self, page: ft.Page) -> None:
        """Hear every event of the page first."""
        session: Any = page.session
        dispatch = type(session).dispatch_event.__get__(session)

        async def dispatch_event(control: int, name: str, data: Any) -> None:
            tap = (control, name)
            if name not in TAPS:
                await dispatch(control, name, data)
            elif tap not in self._at_work and self._counts(session.index.get(control)):
                self._at_work.add(tap)
                try:
                    await dispatch(control, name, data)
                finally:
                    self._at_work.discard(tap)

        session.dispatch_event = dispatch_event

    def _counts(self, control: Any) -> bool:
        is_leaving = asyncio.get_running_loop().time() < self._leaving_until
        return not is_leaving or getattr(control, "data", None) == ONLY_OPENS
