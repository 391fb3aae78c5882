"""Bytes to text: what spreadsheets and phones really write, or a sentence saying why not.

In this order: a byte order mark decides; zero bytes mean UTF-16 without one, or no text at all;
valid UTF-8 is UTF-8; else it is Windows-1252, unless most of it was UTF-8, which then is damaged
and must not be imported as `MÃ¼nchen`.
"""

from __future__ import annotations

import codecs
import re

from client.interchange.sources import MAX_FILE, UnreadableFile, size_text

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY = {
    b"PK\x03\x04": "an Excel or zip file",
    b"\xd0\xcf\x11\xe0": "an old Excel or Outlook file",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file",
    b"SQLite format 3": "a database",
}
_WHAT_TO_DO = "Save or export it as CSV or vCard, and import that."
_PROBE = 4_096
_CONTROL = frozenset(range(32)) - set(b"\t\n\r\f\x0b\x1a\x1b\x1c\x1d\x1e\x1f")
_MOSTLY_TEXT = 0.02
_BROKEN = "\N{REPLACEMENT CHARACTER}"
_ASCII = re.compile(r"[\x00-\x7f]+")


def decode(data: bytes) -> str:
    """The text of a file; `UnreadableFile` if it is too big, no text, or cut off."""
    if len(data) > MAX_FILE:
        raise UnreadableFile(
            f"This file has {size_text(len(data))}; {size_text(MAX_FILE)} is the most that can be"
            " imported at once. Split it into parts."
        )
    for start, what in _BINARY.items():
        if data.startswith(start):
            raise UnreadableFile(f"This is {what}, not a text file. {_WHAT_TO_DO}")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding)
    if b"\0" in data[:_PROBE]:
        return _strict(data, _utf16_without_mark(data[:_PROBE]))
    return _utf8_or_windows(data)


def _strict(data: bytes, encoding: str) -> str:
    try:
        return _text(data.decode(encoding))
    except UnicodeDecodeError as error:
        if error.end >= len(data) - 1:
            raise UnreadableFile(
                "This file ends in the middle of a character: it seems to be cut off. Export or"
                " download it again."
            ) from None
        raise UnreadableFile(
            f"This file says it is {encoding.upper()}, but is not. Save it as UTF-8 and import"
            " that."
        ) from None


def _utf16_without_mark(probe: bytes) -> str:
    """By which of the two bytes of a Latin letter is zero."""
    even, odd = probe[::2].count(0), probe[1::2].count(0)
    if 5 * (even + odd) < len(probe) or even == odd:
        raise UnreadableFile(f"This is not a text file. {_WHAT_TO_DO}")
    return "utf-16-le" if odd > even else "utf-16-be"


def _utf8_or_windows(data: bytes) -> str:
    try:
        return _text(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        first = error
    if first.reason == "unexpected end of data" and not data[: first.start].isascii():
        return _strict(data, "utf-8")
    if _damaged_utf8(data):
        line = data.count(b"\n", 0, first.start) + 1
        raise UnreadableFile(
            f"This file is UTF-8, but some characters are damaged, first in line {line}. Export or"
            " download it again."
        )
    try:
        return _text(data.decode("cp1252"))
    except UnicodeDecodeError:
        raise UnreadableFile(
            "The characters of this file could not be recognised. Save it as UTF-8 and import that."
        ) from None


def _damaged_utf8(data: bytes) -> bool:
    """Whether more characters beyond ASCII are whole than are not."""
    text = data.decode("utf-8", "replace")
    return text.count(_BROKEN) * 2 < len(_ASCII.sub("", text))


def _text(text: str) -> str:
    probe = text[:_PROBE]
    if sum(ord(c) in _CONTROL for c in probe) > _MOSTLY_TEXT * len(probe):
        raise UnreadableFile(f"This is not a text file. {_WHAT_TO_DO}")
    return text.replace("\0", "")
