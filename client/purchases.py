"""What a customer has bought, in three figures: the last order, the spend, how often.

Cancelled orders do not count. Amounts of different currencies are never added up. How often is the
usual gap between two days with an order: the median, which one long pause does not move.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from sync_protocol.records import SalesOrder
from sync_protocol.rules import totals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from client.replica import Replica


class Purchases(NamedTuple):
    """How many orders; (currency, amount), the largest first; None before there are two days."""

    orders: int
    last: SalesOrder | None
    spend: tuple[tuple[str, Decimal], ...]
    every_days: int | None


def summary(orders: Iterable[SalesOrder], day_of: Callable[[int], date]) -> Purchases:
    """`day_of` tells the day of a moment, in the company's time zone."""
    kept = sorted((x for x in orders if x.status != "cancelled"), key=lambda order: order.at)
    spend: dict[str, Decimal] = {}
    for order in kept:
        currency, amount = total_of(order)
        spend[currency] = spend.get(currency, totals.ZERO) + amount
    days = sorted({day_of(order.at) for order in kept})
    return Purchases(
        len(kept),
        kept[-1] if kept else None,
        tuple(sorted(spend.items(), key=lambda item: -item[1])),
        _usual_gap(days),
    )


def total_of(order: SalesOrder) -> tuple[str, Decimal]:
    """An order's currency and total with tax: of its lines, or as it was imported."""
    if order.lines or order.total is None:
        return order.currency, totals.totals(order.lines.values(), order.currency).gross
    return order.total.currency, Decimal(order.total.amount)


def orders_of(replica: Replica, field: str, record_id: str) -> list[SalesOrder]:
    """A customer's orders, the latest first; `field` is `account_id` or `contact_id`."""
    return replica.find(SalesOrder, order_by="-at", where={field: record_id})


def _usual_gap(days: Sequence[date]) -> int | None:
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    return round(median(gaps)) if gaps else None
