"""The keys of a table, while it is shown, nothing is being typed and no sheet is up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.ui.views.lists import selection as choosing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import flet as ft

    from client.ui.views.lists.selection import Selection

PAGE = 10
STEPS = {"Arrow Down": 1, "Arrow Up": -1, "Page Down": PAGE, "Page Up": -PAGE}
SPACES = (" ", "Space")


class Keys:
    """What keys do to a table: the rows there are, what is chosen, and whom to tell."""

    def __init__(self, ids: Sequence[str], selection: Selection) -> None:
        self.ids = ids
        self.selection = selection
        self.on_choose: Callable[[Selection], None] = lambda _selection: None
        self.on_show: Callable[[int], None] = lambda _row: None
        self.on_open: Callable[[str], None] = lambda _record_id: None
        self.on_search: Callable[[], None] = lambda: None

    def press(self, event: ft.KeyboardEvent) -> bool:
        """Whether the key was one of the table's."""
        if event.alt or event.meta:
            return False
        if event.ctrl:
            return self._all(event.key)
        if event.key in STEPS:
            self._move(STEPS[event.key], extend=event.shift)
            return True
        return self._at_cursor(event.key) or self._anywhere(event.key)

    def _all(self, key: str) -> bool:
        if key.upper() != "A":
            return False
        self.on_choose(choosing.with_all(self.selection, self.ids))
        return True

    def _move(self, step: int, *, extend: bool) -> None:
        new = choosing.moved(self.selection, self.ids, step, extend=extend)
        self.on_choose(new)
        place = choosing.place_of(new, self.ids)
        if place is not None:
            self.on_show(place)

    def _at_cursor(self, key: str) -> bool:
        if not self.selection.cursor:
            return False
        if key == "Enter":
            self.on_open(self.selection.cursor)
        elif key in SPACES:
            self.on_choose(choosing.toggled(self.selection, self.selection.cursor))
        return key == "Enter" or key in SPACES

    def _anywhere(self, key: str) -> bool:
        if key == "Escape":
            self.on_choose(choosing.emptied(self.selection))
        elif key == "/":
            self.on_search()
        return key in ("Escape", "/")
