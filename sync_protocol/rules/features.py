"""What speaks of an account, as plain words that a model can weigh: `town=lecce`, `visits=3-5`.

The server learns labels by them and devices suggest by them, so they are worked out here alone,
from the account's own branch, which every device that shows the account holds. They say what it
is, what happened with it within a year, and which words were written about it. They never say who
looks after it or what it is called, and nothing of its labels: a suggestion that followed from
other labels would go round in circles. Texts are compared as filters compare them.
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
YEAR = 365
NEVER = "never"
COUNTS = (0, 1, 3, 6, 12)
DAYS = (0, 30, 60, 90, 180)
PEOPLE = (0, 1, 10, 50, 250)
_BOUGHT = ("placed", "delivered")
_LONGEST = 60
_WORD = re.compile(r"\b[^\W\d_]{4,24}\b")


class Known(NamedTuple):
    """An account, with the activities and orders that name it as theirs."""

    account: Account
    activities: Sequence[Activity] = ()
    orders: Sequence[SalesOrder] = ()


def features(known: Known, now_ms: int) -> dict[str, str]:
    """Each feature, `path=value`, with the text it stands for."""
    done = [
        activity
        for activity in known.activities
        if activity.status == "done" and not activity.deleted and activity.at <= now_ms
    ]
    bought = [
        order
        for order in known.orders
        if order.status in _BOUGHT and not order.deleted and order.at <= now_ms
    ]
    said = [
        *_being(known.account),
        *_doing(done, now_ms),
        *_buying(bought, now_ms),
        *(("word", word) for word in _words(known.account, done, now_ms)),
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
    calls = [activity.at for activity in done if activity.kind == "call"]
    yield "visits", band(_recent([visit.at for visit in visits], now_ms), COUNTS)
    yield "last_visit", _since([visit.at for visit in visits], now_ms)
    yield "calls", band(_recent(calls, now_ms), COUNTS)
    ended = [(visit.at, visit.id, visit.outcome) for visit in visits if visit.outcome is not None]
    if ended:
        yield "outcome", max(ended, key=lambda one: one[:2])[2].outcome_id


def _buying(bought: Sequence[SalesOrder], now_ms: int) -> Iterator[tuple[str, str]]:
    times = [order.at for order in bought]
    products = {
        line.product_id or line.name
        for order in bought
        if now_ms - order.at < YEAR * DAY_MS
        for line in order.lines.values()
    }
    yield "orders", band(_recent(times, now_ms), COUNTS)
    yield "last_order", _since(times, now_ms)
    yield "products", band(len(products), COUNTS)


def _words(account: Account, done: Sequence[Activity], now_ms: int) -> set[str]:
    """The words of what is said about an account, and of a year's notes."""
    notes = (activity.note for activity in done if now_ms - activity.at < YEAR * DAY_MS)
    return {word for text in (account.about, *notes) for word in _WORD.findall(fold(text))}


def _recent(times: Sequence[int], now_ms: int) -> int:
    return sum(now_ms - at < YEAR * DAY_MS for at in times)


def _since(times: Sequence[int], now_ms: int) -> str:
    """How many days ago the last one was."""
    return band((now_ms - max(times)) // DAY_MS, DAYS) if times else NEVER
