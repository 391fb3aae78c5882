"""Opens a file for import: finds out what it is and reads it in."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from client.interchange import decoding, tables, vcards
from client.interchange.sources import Source, UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

T = TypeVar("T")
_NOT_TABLES = {
    "<!DOCTYPE": "a web page",
    "<HTML": "a web page",
    "<?XML": "an XML file",
    "BEGIN:VCALENDAR": "a calendar",
    "{": "a JSON file",
    "{\\RTF": "a text document",
}


def read(data: bytes, filename: str) -> Source:
    """The file as columns and rows; `UnreadableFile` says in a sentence why it cannot be read."""
    return to_the_end(reading(data, filename))


def to_the_end(steps: Generator[float, None, T]) -> T:
    """What reading in small steps gives in the end, for whoever can wait."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # what a generator returns is Any


def reading(
    data: bytes, filename: str, again: Callable[[], bytes] | None = None
) -> Generator[float, None, Source]:
    """The same in small steps, each yielding the share done, for a thread that must not block.

    `again` gives a table's data for each pass over its rows, where they are not to be kept.
    """
    text = decoding.decode(data)
    start = text[:200].lstrip().upper()
    if vcards.looks_like_cards(text):
        return (yield from vcards.reading(text, filename))
    for mark, what in _NOT_TABLES.items():
        if start.startswith(mark):
            raise UnreadableFile(f"This is {what}, neither CSV nor vCard.")
    if filename.lower().endswith((".vcf", ".vcard")):
        raise UnreadableFile("There is no vCard in this file.")
    anew = (lambda: decoding.decode(again())) if again else None
    return (yield from tables.reading(text, filename, anew))
