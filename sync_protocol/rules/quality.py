"""What is worth mending in a customer's facts while somebody stands there, and in which order.

Three questions at most: a rep at a door answers a few, and none of a long list. What nobody could
find out later from a desk comes first: how to reach them, where they are, who they are. A customer
that was put off is asked about nothing until then, so that what is offered stays worth reading.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

DAY_MS = 86_400_000
Code = Literal["email", "phone", "place", "person", "label", "stale"]
ORDER: tuple[Code, ...] = ("email", "phone", "place", "person", "label", "stale")
OFFERED = 3
LATER_DAYS = 30
"""For how long "ask later" puts a customer off."""


class Known(NamedTuple):
    """Whether there is any of each, and since when (milliseconds) it is known to hold."""

    emails: bool = False
    phones: bool = False
    placed: bool = False
    people: bool = False
    labelled: bool = False
    since_ms: int = 0


def lacking(known: Known, now_ms: int, stale_days: int) -> tuple[Code, ...]:
    """All that could be mended, what matters most first."""
    lacks: dict[Code, bool] = {
        "email": not known.emails,
        "phone": not known.phones,
        "place": not known.placed,
        "person": not known.people,
        "label": not known.labelled,
        "stale": known.since_ms < now_ms - stale_days * DAY_MS,
    }
    return tuple(code for code in ORDER if lacks[code])


def offered(
    known: Known, now_ms: int, stale_days: int, later_ms: int | None = None
) -> tuple[Code, ...]:
    """The few to offer now; none before `later_ms`, if it was put off until then."""
    if later_ms is not None and now_ms < later_ms:
        return ()
    return lacking(known, now_ms, stale_days)[:OFFERED]


def put_off(now_ms: int) -> int:
    """Until when a customer is not asked about any more."""
    return now_ms + LATER_DAYS * DAY_MS
