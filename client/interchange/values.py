"""Single values as files hold them, read into the shapes that records have.

Each reader gives None for what it cannot make out; the caller then keeps the value as it was and
says so. Nothing is guessed that could be wrong without notice: a date whose day and month could be
either way round is read as the region writes it.
"""

from __future__ import annotations

import re
from datetime import date
from math import isfinite

_EMPTY_DATES = frozenset({"0/0/00", "00.00.0000", "0000-00-00", "00/00/00", "0/0/0000"})
_YEAR_FIRST = re.compile(r"(\d{4})[-./]?(\d{1,2})[-./]?(\d{1,2})(?:[T ].*)?")
_NO_YEAR = re.compile(r"--(\d{2})-?(\d{2})(?:T.*)?")
_YEAR_LAST = re.compile(r"(\d{1,2})([./-])\s?(\d{1,2})[./-]\s?(\d{4})")
_MONTH_FIRST = frozenset({"US", "PH", "PR", "GU", "FM", "PW", "MH"})
_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")
_BARE_EMAIL = re.compile(r"[^@\s<'\"][^@\s]*@[^@\s]*[^@\s>,;'\"]")
_SPREADSHEET = re.compile(r"\d+([.,]\d+)?E\+?\d+", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*:::\s*|\s*;\s*|\s*\n\s*")
_LEAP_YEAR = 2_000
_LEAST_DIGITS = 5


def birthday(text: str, region: str) -> str | None:
    """ISO date, or `--MM-DD` where the year is not known."""
    if text in _EMPTY_DATES:
        return ""
    if found := _NO_YEAR.fullmatch(text):
        return _checked(None, int(found[1]), int(found[2]))
    if found := _YEAR_FIRST.fullmatch(text):
        return _checked(int(found[1]), int(found[2]), int(found[3]))
    if found := _YEAR_LAST.fullmatch(text):
        day, month = int(found[1]), int(found[3])
        if month > 12 or (day <= 12 and found[2] == "/" and region in _MONTH_FIRST):  # noqa: PLR2004
            day, month = month, day
        return _checked(int(found[4]), month, day)
    return _in_words(text)


def coordinate(text: str, limit: int) -> float | None:
    """Degrees, with a decimal point or comma, within plus or minus `limit`."""
    try:
        degrees = float(text.replace(",", ".").strip("°"))
    except ValueError:
        return None
    return degrees if isfinite(degrees) and abs(degrees) <= limit else None


def whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None  # noqa: PLR2004


def metres(text: str) -> float | None:
    found = coordinate(text, 1 << 53)
    return found if found is not None and found >= 0 else None


def emails(text: str) -> list[str]:
    """All addresses in a cell, also `Ada Byron <ada@example.com>`; empty if there is none."""
    plain = text.strip().removeprefix("mailto:")
    if _BARE_EMAIL.fullmatch(plain):
        return [plain]
    return [found.strip("'\"") for found in _EMAIL.findall(plain)]


def several(text: str) -> list[str]:
    """The parts of a cell that holds several values, as Google writes them."""
    return [part for part in _SEVERAL.split(text) if part]


def phones(text: str) -> list[str]:
    """The numbers in a cell; it is cut only where every part is long enough for one."""
    parts = several(text)
    return parts if all(sum(map(str.isdigit, part)) >= _LEAST_DIGITS for part in parts) else [text]


def labels(text: str) -> list[str]:
    """The names in a cell of categories; commas separate if nothing stronger does."""
    parts = several(text)
    if len(parts) == 1:
        parts = [part.strip() for part in text.split(",")]
    return [part.removeprefix("* ") for part in parts if part and part != "* myContacts"]


def mangled_by_spreadsheet(text: str) -> bool:
    """Whether a number was shown as 3.53215E+11 and saved so: its last digits are lost."""
    return _SPREADSHEET.fullmatch(text.strip()) is not None


def phone_kind(text: str) -> str:
    """The kinds of phones that we have a word for; others stay as they are."""
    plain = text.strip().lstrip("* ").casefold()
    return _KINDS.get(plain, text.strip())


_KINDS = {
    "mobile": "mobile", "cell": "mobile", "handy": "mobile", "mobil": "mobile", "iphone": "mobile",
    "work": "work", "business": "work", "arbeit": "work", "geschäftlich": "work",
    "home": "home", "privat": "home", "private": "home", "zuhause": "home",
    "work fax": "work fax", "home fax": "home fax", "fax": "fax", "smtp": "", "ex": "",
}  # fmt: skip


def _checked(year: int | None, month: int, day: int) -> str | None:
    try:
        found = date(year or _LEAP_YEAR, month, day)
    except ValueError:
        return None
    return found.isoformat() if year else f"-{found.isoformat()[4:]}"


def _in_words(text: str) -> str | None:
    """`12 May 1980`: read twice with other defaults, so that nothing is filled in by the reader."""
    from datetime import datetime  # noqa: PLC0415 - with the parser, when a month is spelled out

    from dateutil import parser  # noqa: PLC0415 - the same

    try:
        one, two = (
            parser.parse(text, default=datetime(*day))  # noqa: DTZ001 - a birthday has no zone
            for day in ((1999, 1, 1), (2001, 3, 2))
        )
    except (ValueError, OverflowError):
        return None
    return one.date().isoformat() if one.date() == two.date() else None
