"""Quotes and orders: what is done with them, each act one changeset.

Numbers are made offline and never meet: they carry the device's own id, which the server refuses
to a second device, and count on from what this device has given out, be it deleted since. A
revision keeps the number; its id is derived from the quote it revises, so that two devices which
revise the same quote make one and the same record. A quote is sent with all of its paper written
again under one stamp: the server takes that whole or not at all (see `rules.quotes`).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from sync_protocol import ids
from sync_protocol.records import (
    Account,
    Address,
    Contact,
    Deal,
    Invoice,
    Line,
    Money,
    Price,
    PriceList,
    Product,
    Quote,
    SalesOrder,
)
from sync_protocol.rules import quotes, totals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from client.replica import Replica

VALID_DAYS = 30
PRICE_LIST = "price-list"
"""Under which preference a device keeps the price list that was last chosen."""
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: nothing that is misread aloud."""
Answer = Literal["accepted", "declined"]


# --- quotes ---


def quote_deal(replica: Replica, deal: Deal, today: date) -> Quote:
    """A draft with the deal's lines, addressed to its customer."""
    currency = deal.value.currency if deal.value else replica.settings.currency
    return _draft(replica, today, deal.account_id, deal.contact_id, deal.id,
                  currency=currency, lines=deal.lines)  # fmt: skip


def quote_customer(replica: Replica, today: date, account_id: str, contact_id: str = "") -> Quote:
    """An empty draft for a customer."""
    return _draft(replica, today, account_id, contact_id, currency=replica.settings.currency)


def send(replica: Replica, quote: Quote) -> Quote:
    """From now on the paper stays as it is. Raises `Invalid` if it was sent already."""
    with replica.changeset("Send quote"):
        replica.rewrite(quote, (name for name in quotes.PAPER if name != quotes.SENT))
        return replica.update(quote, status="sent", sent_at=replica.now())


def answer(replica: Replica, quote: Quote, status: Answer) -> Quote:
    """What the customer said to a quote that was sent."""
    with replica.changeset(f"Quote {status}"):
        return replica.update(quote, status=status)


def revise(replica: Replica, quote: Quote, today: date) -> Quote:
    """The next revision as a draft; the one there is already, if somebody has made it."""
    known = replica.get(Quote, revision_id(quote.id))
    if known is not None:
        return replica.restore(known) if known.deleted else known
    with replica.changeset("Revise quote"):
        return replica.create(
            msgspec.structs.replace(
                quote,
                id=revision_id(quote.id),
                revision=quote.revision + 1,
                revises_id=quote.id,
                status="draft",
                sent_at=None,
                valid_until=today + timedelta(days=VALID_DAYS),
            )
        )


def revision_id(quote_id: str) -> str:
    """The one quote that revises this one, whichever device makes it."""
    return ids.derived("revision", quote_id)


# --- orders ---


def order_quote(replica: Replica, quote: Quote) -> SalesOrder:
    """What a customer accepted, as an order; the one there is, if it was made already."""
    known = replica.get(SalesOrder, order_id(quote.id))
    if known is not None:
        return replica.restore(known) if known.deleted else known
    return place(
        replica,
        SalesOrder(
            id=order_id(quote.id),
            at=replica.now(),
            currency=quote.currency,
            lines=quote.lines,
            deal_id=quote.deal_id,
            quote_id=quote.id,
            account_id=quote.account_id,
            contact_id=quote.contact_id,
        ),
    )


def order_id(quote_id: str) -> str:
    """The one order that comes from a quote."""
    return ids.derived("order", quote_id)


def place(replica: Replica, order: SalesOrder) -> SalesOrder:
    """A new order, numbered."""
    with replica.changeset("Place order"):
        number = order.number or next_number(replica, "O")
        return replica.create(msgspec.structs.replace(order, number=number))


# --- numbers, prices, addresses ---


def bill(replica: Replica, order: SalesOrder, **said: Any) -> SalesOrder:
    """Note what the books say of an order's invoice: its `number`, `due` or `paid`."""
    known = msgspec.structs.replace(order.invoice or Invoice(), **said)
    if known == (order.invoice or Invoice()):
        return order
    with replica.changeset("Invoice"):
        return replica.update(order, invoice=None if known == Invoice() else known)


def next_number(replica: Replica, letter: str) -> str:
    """`Q-1Z8K0QF-7`: this device's id, and one more than it gave out last."""
    kept = f"number {letter} {replica.device}"
    count = int(replica.preference(kept) or 0) + 1
    replica.prefer(kept, str(count))
    return f"{letter}-{device_code(replica.device)}-{count}"


def device_code(device: int) -> str:
    """A device's id in few characters, each device another."""
    code = ""
    while device:
        device, digit = divmod(device, len(_DIGITS))
        code = _DIGITS[digit] + code
    return code or _DIGITS[0]


def listed(replica: Replica, price_list_id: str) -> dict[str, Price]:
    """A price list's prices by product id."""
    if not price_list_id:
        return {}
    return {x.product_id: x for x in replica.find(Price, price_list_id=price_list_id)}


def line_of(
    product: Product, currency: str, prices: Mapping[str, Price], price_list: PriceList | None
) -> Line:
    """One of a product as a line; its price is 0 where none is known in this currency."""
    price = totals.price_of(product, currency, prices, price_list.currency if price_list else "")
    return Line(
        name=product.name,
        price=price or "0",
        unit=product.unit,
        tax=product.tax,
        product_id=product.id,
    )


def value_of(lines: Mapping[str, Line], currency: str) -> Money:
    """What lines are worth before tax: the value of a deal."""
    return Money(totals.plain(totals.totals(lines.values(), currency).net), currency)


def addressee(replica: Replica, account_id: str, contact_id: str) -> str:
    """The address as it goes on paper, line by line."""
    account = replica.get(Account, account_id) if account_id else None
    contact = replica.get(Contact, contact_id) if contact_id else None
    addresses = [x for record in (account, contact) if record for x in record.addresses.values()]
    lines = [record.name for record in (account, contact) if record]
    return "\n".join(lines + (_postal(addresses[0]) if addresses else []))


def _postal(address: Address) -> list[str]:
    town = f"{address.postal_code} {address.town}".strip()
    return [line for line in (*address.street.splitlines(), town, address.country) if line.strip()]


def _draft(
    replica: Replica,
    today: date,
    account_id: str,
    contact_id: str,
    deal_id: str = "",
    **facts: Any,
) -> Quote:
    with replica.changeset("Make quote"):
        return replica.create(
            Quote(
                number=next_number(replica, "Q"),
                valid_until=today + timedelta(days=VALID_DAYS),
                addressee=addressee(replica, account_id, contact_id),
                deal_id=deal_id,
                account_id=account_id,
                contact_id=contact_id,
                **facts,
            )
        )
