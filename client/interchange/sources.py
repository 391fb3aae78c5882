"""A file read in: columns with headings, and rows that can be gone through again and again.

Both formats give the same shape, so that mapping and planning need not know which it was. Rows are
parsed anew on every pass instead of being kept: a file of 50 MB would otherwise be some gigabytes
of Python. A file that cannot be read raises `UnreadableFile` before anything is imported, never
in the middle.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from client.interchange.targets import Target

MAX_FILE = 50 << 20
MAX_CELL = 1 << 20
MAX_PHOTO = 5 << 20
MAX_COLUMNS = 500
MAX_IN_TABLE = 50_000
"""An order of many lines has many columns, where those are not in a table of their own."""
SAMPLES = 3


class UnreadableFile(Exception):
    """The file cannot be imported; the message says why and what to do, in a sentence."""


class Photo(NamedTuple):
    data: bytes
    media_type: str


class Cell(NamedTuple):
    """A value that is not empty; `group` tells apart what one row has several of, as addresses."""

    column: int
    value: str
    group: str = ""


class Row(NamedTuple):
    """One line of a table or one card; `remarks` say what could not be read in it."""

    line: int
    cells: tuple[Cell, ...]
    photo: Photo | None = None
    remarks: tuple[str, ...] = ()


class Column(NamedTuple):
    """`key` is unique in its file; `heading` is what the file says; `samples` its first values."""

    key: str
    heading: str
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """`known` maps columns whose meaning the format itself says, as a vCard does."""

    format: Literal["csv", "vcard"]
    filename: str
    columns: tuple[Column, ...]
    row_count: int
    parse: Callable[[], Iterator[Row]] = field(repr=False)
    known: Mapping[str, Target] = field(default_factory=dict)

    def rows(self) -> Iterator[Row]:
        """Every row that is not empty, in the order of the file; a new pass at each call."""
        return self.parse()


def size_text(size: int) -> str:
    """A number of bytes for people: `50 MB`."""
    return f"{size >> 20} MB" if size >= 1 << 20 else f"{max(1, size >> 10)} kB"
