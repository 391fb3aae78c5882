"""Comma, semicolon, tab and bar separated tables, through the standard library's csv.

`csv.Sniffer` guesses from quotes and takes minutes on odd files; the delimiter is found by trying
the four: the one that gives the most cells in the same number on each line. Our own export marks
cells that a spreadsheet would run as a formula with an apostrophe; it is taken off again here, as
is the one that spreadsheets' users type before a phone number.
"""

from __future__ import annotations

import csv
import io
import re
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from client.interchange.sources import (
    MAX_CELL,
    MAX_IN_TABLE,
    SAMPLES,
    Cell,
    Column,
    Row,
    Source,
    UnreadableFile,
    size_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

DELIMITERS = ",;\t|"
FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
"""What an apostrophe is put before and taken from."""
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
_PROBE = 200_000
_PROBE_LINES = 30
_STEP = 200
_CUT_OFF = "it seems to be cut off. Export or download it again."


class _Table(NamedTuple):
    """How to go through a table's text; `width` is how many cells the headings have."""

    text: str
    start: int
    first_line: int
    delimiter: str
    strict: bool = True
    again: Callable[[], str] | None = None

    def passed(self) -> _Table:
        """Without its text, where that can be had again."""
        return self._replace(text="") if self.again else self

    def anew(self) -> _Table:
        return self._replace(text=self.again()) if self.again else self


def reading(
    text: str, filename: str, again: Callable[[], str] | None = None
) -> Generator[float, None, Source]:
    """Check the whole table once, yielding the share done; returns it as a source.

    `again` gives the same text for each pass over the rows, so that nobody need keep it till then.
    """
    table = _table(text)._replace(again=again)
    try:
        return (yield from _survey(table, filename))
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise UnreadableFile(f"This file ends within a quoted cell: {_CUT_OFF}") from None
    return (yield from _survey(table._replace(strict=False), filename))


def _table(text: str) -> _Table:
    told = _SEPARATOR_LINE.match(text)
    if told:
        return _Table(text, told.end(), 2, told[1])
    return _Table(text, 0, 1, _delimiter(text[:_PROBE]))


def _delimiter(probe: str) -> str:
    return max(DELIMITERS, key=lambda delimiter: _agreement(probe, delimiter))


def _agreement(probe: str, delimiter: str) -> tuple[float, int]:
    """How many lines have as many cells as the first, and how many that are."""
    widths = []
    with suppress(csv.Error):
        lines = csv.reader(io.StringIO(probe, newline=""), delimiter=delimiter)
        widths = [len(cells) for cells in islice(filter(any, lines), _PROBE_LINES)]
    if not widths or widths[0] == 1:
        return 0.0, 0
    return sum(width == widths[0] for width in widths) / len(widths), widths[0]


def _survey(table: _Table, filename: str) -> Generator[float, None, Source]:
    """Every line once: count, take samples, and refuse what is out of bounds."""
    lines = _lines(table)
    _, headings, _ = next(lines, (0, None, 0))
    if headings is None:
        raise UnreadableFile("This file is empty.")
    samples: list[list[str]] = [[] for _ in headings]
    count = line = 0
    cells = headings
    for line, cells, place in lines:  # noqa: B007 - the last one is told below
        count += 1
        samples += [[] for _ in range(len(cells) - len(samples))]
        for found, value in zip(samples, cells, strict=False):
            if value and len(found) < SAMPLES:
                found.append(value[:60])
        if count % _STEP == 0:
            yield min(1.0, place / len(table.text))
    if not table.strict and table.text.count('"') % 2 and "\n" in cells[-1]:
        raise UnreadableFile(f"A quoted cell that begins in line {line} has no end: {_CUT_OFF}")
    columns, passed, width = _columns(headings, samples), table.passed(), len(headings)
    return Source("csv", filename, columns, count, lambda: _rows(passed.anew(), width))


def _columns(headings: list[str], samples: list[list[str]]) -> tuple[Column, ...]:
    """With unique keys; columns at the end without a heading and without values are none."""
    width = len(samples)
    while width > 1 and not samples[width - 1] and not "".join(headings[width - 1 :]):
        width -= 1
    columns: list[Column] = []
    taken: set[str] = set()
    for place in range(width):
        heading = headings[place] if place < len(headings) else ""
        key = stem = heading or f"Column {place + 1}"
        copy = 1
        while key in taken:
            copy += 1
            key = f"{stem} ({copy})"
        taken.add(key)
        columns.append(Column(key, heading or key, tuple(samples[place])))
    return tuple(columns)


def _rows(table: _Table, width: int) -> Iterator[Row]:
    lines = _lines(table)
    next(lines)
    whole = table.text.endswith(("\n", "\r"))
    for line, cells, place in lines:
        found = tuple(Cell(at, value) for at, value in enumerate(cells) if value)
        remarks: tuple[str, ...] = ()
        if any(cells[width:]):
            remarks = ("This line has more cells than there are headings.",)
        elif len(cells) < width and place == len(table.text) and not whole:
            remarks = ("This last line is shorter than the others: the file may be cut off.",)
        yield Row(line, found, remarks=remarks)


def _lines(table: _Table) -> Iterator[tuple[int, list[str], int]]:
    """(line number, cells, place in the text) of each line that is not empty."""
    csv.field_size_limit(MAX_CELL)
    stream = io.StringIO(table.text, newline="")
    stream.seek(table.start)
    lines = csv.reader(stream, delimiter=table.delimiter, strict=table.strict)
    line = table.first_line
    try:
        for cells in lines:
            if len(cells) > MAX_IN_TABLE:
                raise UnreadableFile(
                    f"Line {line} has {len(cells)} columns; {MAX_IN_TABLE} are the most that can be"
                    " imported."
                )
            cleaned = [_clean(value) for value in cells]
            if any(cleaned):
                yield line, cleaned, stream.tell()
            line = table.first_line + lines.line_num
    except csv.Error as error:
        if "field limit" in str(error):
            raise UnreadableFile(
                f"A cell in line {line} holds more than {size_text(MAX_CELL)}. If that is not"
                " meant so, a quotation mark is missing there."
            ) from None
        raise


def _clean(value: str) -> str:
    value = value.strip()
    return value[1:] if value[:1] == "'" and FORMULA.match(value) else value
