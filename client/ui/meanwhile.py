"""Forms that go on from their records as these become: see `client.meanwhile`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from client.meanwhile import gone_on_from, laid_over

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

UNKEPT = frozenset({"password"})
_GONE = object()


def as_shown(value: Any, before: Any, words: Callable[[Any], str]) -> str:
    """What a text field shows: what was typed as it was typed, what is kept in `words`."""
    return value if isinstance(value, str) and value != before else words(value)


def as_taken(text: str, before: Any, words: Callable[[Any], str]) -> Any:
    """What typing comes to: what was there `before`, if it is that again.

    A text that only looks as that is kept may be read as something else, so a space parts them.
    """
    if text == words(before):
        return before
    return f"{text} " if text == before else text


class Turns(Counter[str]):
    """How often what stands in a field, or in an entry of it (`phones.1`), was replaced.

    It is the field's key: whoever types into another one is not disturbed.
    """

    def count(self, shown: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        """Note what stood in a form, and what stands in it now."""
        for name, value in new.items():
            old = shown.get(name, _GONE)
            if value == old:
                continue
            self[name] += 1
            if isinstance(value, dict) and isinstance(old, dict):
                changed = (x for x in value if value[x] != old.get(x, _GONE))
                self.update(f"{name}.{entry}" for entry in changed)


class Values(dict[str, Any]):
    """What stands in a form, by name, over what its record `began` with.

    `on_typed` hears of everything that is typed.
    """

    def __init__(self, began: Mapping[str, Any]) -> None:
        super().__init__(began)
        self.began = dict(began)
        self.turns = Turns()
        self.shown_by: object = None
        self.seen: int | None = None
        self.on_typed: Callable[[], None] = lambda: None
        self._followed: Mapping[str, Any] = self.began

    def __setitem__(self, name: str, value: Any) -> None:
        if value == self.began.get(name, _GONE):
            self.began[name] = self._followed.get(name, value)
            self.turns.count({name: value}, {name: self.began[name]})
            value = self.began[name]
        super().__setitem__(name, value)
        self.on_typed()

    @property
    def typed(self) -> dict[str, Any]:
        """What differs from how the form began, and may be kept."""
        return {
            name: value
            for name, value in self.items()
            if name not in UNKEPT and value != self.began.get(name)
        }

    @property
    def changed(self) -> bool:
        return bool(self.typed)

    def follow(self, now: Mapping[str, Any]) -> None:
        """Go on from what the record says now, if that is news."""
        if now == self._followed:
            return
        self._followed = now
        laid = {
            name: laid_over(self.began.get(name), self.get(name), value)
            for name, value in now.items()
        }
        self.turns.count(self, laid)
        self.update(laid)
        self.began |= {
            name: gone_on_from(self.began.get(name), laid[name], value)
            for name, value in now.items()
        }

    def saved(self) -> None:
        """What stands here is what the record says."""
        self._followed = self.began = dict(self)
