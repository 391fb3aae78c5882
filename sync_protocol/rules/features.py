"""What speaks of an account, as plain words that a model can weigh: `town=lecce`, `visits=3-5`.

The server learns labels by them and devices suggest by them, so they are worked out here alone,
from the account's own branch, which every device that shows the account holds. They say what it
is, what happened with it within a year, and which words were written about it; what is older need
not be read. They never say who looks after it or what it is called, and nothing of its labels: a
suggestion that followed from other labels would go round in circles. Texts are compared as filters
compare them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sync_protocol.rules.conditions import DAY_MS, fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sync_protocol.records import Account, Activity, SalesOrder

EDITION = 1
"""To be raised with every change of what is said here: a model of another edition is not asked."""
YEAR_MS = 365 * DAY_MS
NONE = "none"
"""Since when nothing was done: not within a year."""
COUNTS = (0, 1, 3, 6, 12)
DAYS = (0, 30, 60, 90, 180)
PEOPLE = (0, 1, 10, 50, 250)
_BOUGHT = ("placed", "delivered")
_LONGEST = 60
_WORD = re.compile(r"\b[^\W\d_]{4,24}\b")


class Known(NamedTuple):
    """An account, with a year's activities and orders that name it as theirs, or more."""

    account: Account
    activities: Sequence[Activity] = ()
    orders: Sequence[SalesOrder] = ()


def features(known: Known, now_ms: int) -> dict[str, str]:
    """Each feature, `path=value`, with the text it stands for."""
    done = [x for x in known.activities if x.status == "done" and _counts(x, now_ms)]
    bought = [x for x in known.orders if x.status in _BOUGHT and _counts(x, now_ms)]
    said = [
        *_being(known.account),
        *_doing(done, now_ms),
        *_buying(bought, now_ms),
        *(("word", word) for word in _words(known.account, done)),
    ]
    folded = [(path, fold(text).strip(), text.strip()) for path, text in said]
    return {f"{path}={key}": text for path, key, text in folded if 0 < len(key) <= _LONGEST}


def band(number: int, bounds: Sequence[int]) -> str:
    """The span between two bounds that a number is in: `0`, `1-2`, `12+`."""
    low = max(bound for bound in bounds if bound <= number)
    over = min((bound for bound in bounds if bound > number), default=None)
    if over is None:
        return f"{low}+"
    return f"{low}" if over == low + 1 else f"{low}-{over - 1}"


def _being(account: Account) -> Iterator[tuple[str, str]]:
    yield "kind", account.kind
    yield "industry", account.industry
    yield "source", account.source
    for address in account.addresses.values():
        yield "town", address.town
    if account.employees is not None:
        yield "people", band(account.employees, PEOPLE)


def _doing(done: Sequence[Activity], now_ms: int) -> Iterator[tuple[str, str]]:
    visits = [activity for activity in done if activity.kind == "visit"]
    calls = sum(activity.kind == "call" for activity in done)
    yield "visits", band(len(visits), COUNTS)
    yield "last_visit", _since([visit.at for visit in visits], now_ms)
    yield "calls", band(calls, COUNTS)
    ended = [(visit.at, visit.id, visit.outcome) for visit in visits if visit.outcome is not None]
    if ended:
        yield "outcome", max(ended, key=lambda one: one[:2])[2].outcome_id


def _buying(bought: Sequence[SalesOrder], now_ms: int) -> Iterator[tuple[str, str]]:
    lines = [line for order in bought for line in order.lines.values()]
    yield "orders", band(len(bought), COUNTS)
    yield "last_order", _since([order.at for order in bought], now_ms)
    yield "products", band(len({line.product_id or line.name for line in lines}), COUNTS)


def _words(account: Account, done: Sequence[Activity]) -> set[str]:
    """The words of what is said about an account, and of the notes."""
    texts = (account.about, *(activity.note for activity in done))
    return {word for text in texts for word in _WORD.findall(fold(text))}


def _counts(record: Activity | SalesOrder, now_ms: int) -> bool:
    """Whether it was within a year, and still stands."""
    return not record.deleted and now_ms - YEAR_MS < record.at <= now_ms


def _since(times: Sequence[int], now_ms: int) -> str:
    """How many days ago the last one was."""
    return band((now_ms - max(times)) // DAY_MS, DAYS) if times else NONE
