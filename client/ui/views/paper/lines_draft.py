"""Lines while they are edited, laid over those of their record as it is by then.

Their numbers stand here as text, as one types them: what cannot be read yet is kept like anything
else, and `finished` reads it. A number that nobody has touched is the one that is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from client import money
from client.errors import Invalid
from client.meanwhile import laid_over
from client.ui.meanwhile import Turns, Values
from sync_protocol.records import Line
from sync_protocol.rules import totals

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FINE = 3
"""Decimals of a quantity or a discount."""
HUNDRED = 100
TOO_MUCH = "A discount is at most 100 per cent."
NUMBER = "Write a number like 12 or 1.5."
UNREADABLE = "A line cannot be read yet: see what is said beside it."
_EMPTY = {"quantity": "1", "price": "0", "discount": "0"}
"""What an empty field stands for."""
GONE = Line(name="-")
"""A line that was taken out, while its editor is still there."""


class Read(NamedTuple):
    """A line as it is kept; what cannot be read counts for nothing, and has its `problems`."""

    line: Line
    problems: dict[str, str]


@dataclass
class LinesDraft:
    """Lines being edited, and the `values` of what else the form asks, by field.

    `before` are the lines that they were, also as text; `kept` are those as they are kept, with the
    ones that were added. `version` counts what was changed, `on_typed` hears of it; `turns` tells
    which lines are to be shown anew.
    """

    currency: str
    locale: str
    values: Values = field(default_factory=lambda: Values({}))
    lines: dict[str, Line] = field(default_factory=dict)
    before: dict[str, Line] = field(default_factory=dict)
    kept: dict[str, Line] = field(default_factory=dict)
    version: int = 0
    turns: Turns = field(default_factory=Turns)
    shown_by: object = None
    seen: int | None = None

    def __post_init__(self) -> None:
        self.on_typed: Callable[[], None] = lambda: None
        self.values.on_typed = lambda: self.on_typed()

    @property
    def changed(self) -> bool:
        """Whether anything was typed."""
        return self.lines != self.before or self.values.changed

    def follow(self, now: Mapping[str, Line]) -> None:
        """Lay what was changed over the lines as they are now, number by number."""
        self.kept |= now
        new = {entry: as_text(line, self.locale) for entry, line in now.items()}
        laid = laid_over(_parts(self.before), _parts(self.lines), _parts(new))
        lines = {entry: Line(**texts) for entry, texts in laid.items()}
        self.turns.count({"lines": self.lines}, {"lines": lines})
        self.before, self.lines = new, lines

    def put(self, entry: str, line: Line) -> None:
        self._take({**self.lines, entry: line})

    def remove(self, entry: str) -> None:
        self._take({key: line for key, line in self.lines.items() if key != entry})

    def step(self, entry: str, by: int) -> None:
        """One more or one less, never below nothing."""
        quantity = max(totals.ZERO, Decimal(self.read(entry).line.quantity) + by)
        text = money.typed(totals.plain(quantity), self.locale)
        self.put(entry, msgspec.structs.replace(self.lines[entry], quantity=text))

    def add(self, entry: str, line: Line) -> None:
        """Another line, or one more of the product that is there at that price."""
        for key in self.lines:
            known, problems = self.read(key)
            same = msgspec.structs.replace(known, quantity=line.quantity) == line
            if line.product_id and same and not problems:
                self.step(key, 1)
                return
        self.kept[entry] = line
        self.put(entry, as_text(line, self.locale))

    def read(self, entry: str) -> Read:
        """A line as it was typed."""
        line, kept = self.lines.get(entry, GONE), self.kept.get(entry)
        shown = as_text(kept, self.locale) if kept else None
        numbers, problems = dict[str, str](), dict[str, str]()
        for name, empty in _EMPTY.items():
            text = getattr(line, name)
            if shown is not None and text == getattr(shown, name):
                numbers[name] = getattr(kept, name)
                continue
            amount, problem = self._number(name, text)
            numbers[name] = "0" if problem else amount or empty
            if problem:
                problems[name] = problem
        return Read(msgspec.structs.replace(line, **numbers), problems)

    def all_read(self) -> dict[str, Line]:
        return {entry: self.read(entry).line for entry in self.lines}

    def finished(self) -> dict[str, Line]:
        """The lines as they are to be kept. Raises `Invalid`."""
        if any(self.read(entry).problems for entry in self.lines):
            raise Invalid("lines", UNREADABLE)
        return self.all_read()

    def _take(self, lines: dict[str, Line]) -> None:
        self.lines = lines
        self.version += 1
        self.on_typed()

    def _number(self, name: str, text: str) -> money.Reading:
        if name == "price":
            return money.read(text, self.currency, decimals=money.FINE, locale=self.locale)
        amount, problem = money.read(text, decimals=FINE, locale=self.locale)
        too_much = name == "discount" and Decimal(amount or 0) > HUNDRED
        return money.Reading(amount, TOO_MUCH if too_much else problem and NUMBER)


def as_text(line: Line, locale: str) -> Line:
    """A line with its numbers as one would type them."""
    numbers = {name: money.typed(getattr(line, name), locale) for name in _EMPTY}
    if line.discount == _EMPTY["discount"]:
        numbers["discount"] = ""
    return msgspec.structs.replace(line, **numbers)


def _parts(lines: Mapping[str, Line]) -> dict[str, dict[str, str]]:
    return {entry: msgspec.structs.asdict(line) for entry, line in lines.items()}
