"""A customer's purchases in three figures, against orders made by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from client.purchases import summary
from sync_protocol.records import Line, Money, SalesOrder, entries

DAY = 86_400_000


def day_of(at_ms: int) -> date:
    return datetime.fromtimestamp(at_ms / 1000, UTC).date()


def order(day: int, price: str, **facts: Any) -> SalesOrder:
    return SalesOrder(id=str(day), at=day * DAY, lines=entries(Line("W", "2", price)), **facts)


def test_last_order_spend_and_frequency_of_hand_made_orders() -> None:
    orders = [order(40, "3.50"), order(10, "1.25"), order(24, "2"), order(100, "1", currency="CHF")]
    bought = summary(orders, day_of)
    assert bought.orders == 4
    assert bought.last == orders[3]
    assert bought.spend == (("EUR", Decimal("13.50")), ("CHF", Decimal("2.00")))
    assert bought.every_days == 16  # gaps of 14, 16 and 60 days


def test_cancelled_orders_do_not_count_and_imported_totals_do() -> None:
    imported = SalesOrder(at=5 * DAY, total=Money("99.90", "USD"))
    bought = summary([imported, order(9, "5", status="cancelled")], day_of)
    assert (bought.orders, bought.last) == (1, imported)
    assert bought.spend == (("USD", Decimal("99.90")),)
    assert bought.every_days is None


def test_two_orders_on_one_day_are_no_gap() -> None:
    twice = [order(3, "1"), SalesOrder(at=3 * DAY + 5, total=Money("1", "EUR"))]
    assert summary(twice, day_of).every_days is None


def test_no_orders_are_no_purchases() -> None:
    assert summary([], day_of) == (0, None, (), None)
