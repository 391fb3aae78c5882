"""When a birthday comes round: `1970-05-17`, or `--05-17` where the year is not known (RFC 6350).

Who was born on a 29th of February has it on the 28th in other years.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from dateutil.relativedelta import relativedelta

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync_protocol.records import Contact

SOON_DAYS = 14
_LEAP = 2000


class Birthday(NamedTuple):
    """Whose it is and on which day; `age` is what they turn, if that is known."""

    name: str
    on: date
    age: int | None = None


def coming(birthday: str, today: date) -> date | None:
    """The next day it falls on, today included; None for what is no day of any year."""
    try:
        born = date(_LEAP, int(birthday[-5:-3]), int(birthday[-2:]))
    except ValueError:
        return None
    falls = born + relativedelta(year=today.year)
    return falls if falls >= today else born + relativedelta(year=today.year + 1)


def soon(contacts: Iterable[Contact], today: date) -> list[Birthday]:
    """Those of the next two weeks, the nearest first."""
    found = []
    for contact in contacts:
        on = coming(contact.birthday or "", today)
        if on is not None and (on - today).days <= SOON_DAYS:
            found.append(Birthday(contact.name, on, _age(contact.birthday or "", on)))
    return sorted(found, key=lambda one: (one.on, one.name))


def _age(birthday: str, on: date) -> int | None:
    year = birthday[:4]
    return on.year - int(year) if year.isdecimal() and int(year) < on.year else None
