"""What a person should know of the rows of a file, each thing said once however many rows it is of.

A colleague who is not here any more would otherwise be missed once for every record they had.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Problem(NamedTuple):
    """The line of the file, the heading, a sentence; and of how many `rows` it is true."""

    line: int
    heading: str
    message: str
    rows: int = 1

    @property
    def said(self) -> str:
        """As `Line 4 and 11 more, Owner: There is no owner called 'Ida'`."""
        more = f" and {self.rows - 1:,} more" if self.rows > 1 else ""
        return f"Line {self.line}{more}{', ' * bool(self.heading)}{self.heading}: {self.message}"


class Problems:
    """Collects them: the first row's stands for all that are alike."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Problem] = {}

    def __len__(self) -> int:
        return len(self._found)

    def add(self, problem: Problem) -> None:
        key = (problem.heading, problem.message)
        known = self._found.get(key)
        self._found[key] = known._replace(rows=known.rows + problem.rows) if known else problem

    def extend(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.add(problem)

    def told(self, most: int | None = None) -> tuple[Problem, ...]:
        """In the order in which they were met first."""
        return tuple(self._found.values())[:most]
