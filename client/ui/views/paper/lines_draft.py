"""Lines while they are edited, laid over those of their record as it is by then."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from client.ui.meanwhile import Turns, Values, laid_over
from sync_protocol.rules import totals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync_protocol.records import Line


@dataclass
class LinesDraft:
    """Lines being edited, and the `values` of what else the form asks, by field.

    `before` are the lines that they were; `problems` are sentences by entry; `version` counts what
    was changed; `turns` tells which lines are to be shown anew.
    """

    lines: dict[str, Line]
    currency: str
    values: Values = field(default_factory=lambda: Values({}))
    problems: dict[str, str] = field(default_factory=dict)
    version: int = 0
    turns: Turns = field(default_factory=Turns)
    shown_by: object = None
    seen: int | None = None

    def __post_init__(self) -> None:
        self.before = self.lines

    @property
    def changed(self) -> bool:
        """Whether anything was typed."""
        return self.lines != self.before or self.values.changed or bool(self.problems)

    def follow(self, now: Mapping[str, Line]) -> None:
        """Lay what was changed over the lines as they are now.

        A line with a number that cannot be read yet waits for it.
        """
        unread = {key: self.lines[key] for key in self.problems if key in self.lines}
        held = {key: line for key, line in self.before.items() if key in unread}
        new = {**now, **held}
        laid = laid_over(self.before, self.lines, new) | unread
        self.turns.count({"lines": self.lines}, {"lines": laid})
        self.before, self.lines = new, laid

    def put(self, entry: str, line: Line) -> None:
        self.lines = {**self.lines, entry: line}
        self.version += 1

    def remove(self, entry: str) -> None:
        self.lines = {key: line for key, line in self.lines.items() if key != entry}
        self.problems.pop(entry, None)
        self.version += 1

    def tell(self, entry: str, problems: Mapping[str, str]) -> None:
        """What is wrong with a line's fields, if anything is."""
        self.problems.pop(entry, None)
        if wrong := next(filter(None, problems.values()), ""):
            self.problems[entry] = wrong
        self.version += 1

    def add(self, entry: str, line: Line) -> None:
        """Another line, or one more of the product that is there at that price."""
        for key, known in self.lines.items():
            if line.product_id and msgspec.structs.replace(known, quantity="1") == line:
                self.put(key, more(known, 1))
                return
        self.put(entry, line)


def more(line: Line, by: int) -> Line:
    """One more or one less, never below nothing."""
    quantity = max(totals.ZERO, Decimal(line.quantity) + by)
    return msgspec.structs.replace(line, quantity=totals.plain(quantity))
