"""What the demo's wholesaler sells: sixty drinks, two price lists, and what was bought of them.

Barcodes begin with 20, which shops give out among themselves, so none is a real product's. Orders
go back two years: those from before the company began with Fieldbook came with its first import.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from sync_protocol.records import (
    Line,
    Money,
    Price,
    PriceList,
    Product,
    Quote,
    SalesOrder,
    entries,
    price_id,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.demo.customers import Customer, Desk
    from server.demo.making import Maker

CRATE, CASE, KEG, BOX = "crate of 12", "case of 24", "keg of 30 l", "box of 6"
ORDERS_PER_AREA = 67
BUYERS = 9
TWO_YEARS = 730
LISTS = {"Restaurants and hotels": "0.93", "Key accounts": "0.88"}
"""Price lists, and what they leave of a product's own price."""


class Range(NamedTuple):
    """Products that differ in their flavour: name, price of one `unit`."""

    code: str
    unit: str
    items: tuple[tuple[str, str], ...]


RANGES = (
    Range("WA", CRATE, (
        ("Alpenquell sparkling 0.75 l", "7.49"), ("Alpenquell medium 0.75 l", "7.49"),
        ("Alpenquell still 0.75 l", "7.49"), ("Alpenquell sparkling 1 l", "6.99"),
        ("Alpenquell medium 1 l", "6.99"), ("Alpenquell still 1 l", "6.99"),
    )),
    Range("WG", CASE, (
        ("Alpenquell Gourmet sparkling 0.25 l", "12.90"),
        ("Alpenquell Gourmet medium 0.25 l", "12.90"),
        ("Alpenquell Gourmet still 0.25 l", "12.90"),
        ("Alpenquell Gourmet sparkling 0.5 l", "14.40"),
        ("Alpenquell Gourmet still 0.5 l", "14.40"),
    )),
    Range("LI", CASE, (
        ("Bergwiese lemonade lemon 0.33 l", "15.84"), ("Bergwiese lemonade orange 0.33 l", "15.84"),
        ("Bergwiese lemonade elderflower 0.33 l", "16.80"),
        ("Bergwiese lemonade rhubarb 0.33 l", "16.80"),
        ("Bergwiese lemonade ginger 0.33 l", "16.80"),
        ("Bergwiese lemonade quince 0.33 l", "17.52"), ("Bergwiese cola 0.33 l", "15.84"),
        ("Bergwiese cola mix 0.33 l", "15.84"), ("Bergwiese cola light 0.33 l", "15.84"),
        ("Bergwiese herbs 0.33 l", "15.84"), ("Bergwiese tonic dry 0.2 l", "18.96"),
        ("Bergwiese bitter lemon 0.2 l", "18.96"), ("Bergwiese ginger ale 0.2 l", "18.96"),
    )),
    Range("SP", CRATE, (
        ("Apple spritzer cloudy 0.5 l", "9.95"), ("Apple spritzer clear 0.5 l", "9.95"),
        ("Currant spritzer 0.5 l", "10.90"), ("Grape spritzer 0.5 l", "10.90"),
        ("Rhubarb spritzer 0.5 l", "10.90"), ("Pear spritzer 0.5 l", "10.90"),
        ("Elderflower spritzer 0.5 l", "11.40"),
    )),
    Range("SA", BOX, (
        ("Apple juice cloudy 1 l", "10.99"), ("Apple juice clear 1 l", "10.99"),
        ("Orange juice 1 l", "13.90"), ("Grape juice red 1 l", "13.50"),
        ("Currant nectar 1 l", "14.20"), ("Cherry nectar 1 l", "14.20"),
        ("Tomato juice 1 l", "11.80"), ("Pear juice 1 l", "12.40"), ("Carrot juice 1 l", "12.40"),
    )),
    Range("BI", CASE, (
        ("Hirschbräu lager 0.5 l", "17.90"), ("Hirschbräu Pils 0.33 l", "18.50"),
        ("Hirschbräu wheat 0.5 l", "18.90"), ("Hirschbräu wheat alcohol-free 0.5 l", "18.90"),
        ("Hirschbräu dark 0.5 l", "18.50"), ("Hirschbräu shandy 0.5 l", "17.50"),
        ("Hirschbräu cellar beer 0.5 l", "19.40"), ("Hirschbräu alcohol-free 0.5 l", "17.90"),
    )),
    Range("FA", KEG, (
        ("Hirschbräu lager on tap", "82.00"), ("Hirschbräu Pils on tap", "84.50"),
        ("Hirschbräu wheat on tap", "86.00"), ("Hirschbräu cellar beer on tap", "88.00"),
    )),
    Range("SE", BOX, (
        ("Sonnenhof Secco 0.75 l", "29.40"), ("Sonnenhof sparkling dry 0.75 l", "41.40"),
        ("Sonnenhof Riesling 0.75 l", "35.40"), ("Sonnenhof Silvaner 0.75 l", "33.00"),
        ("Sonnenhof Dornfelder 0.75 l", "34.20"), ("Sonnenhof grape secco alcohol-free", "27.60"),
    )),
    Range("ZU", "piece", (
        ("Glasses 0.3 l, box of 24", "38.00"), ("Coasters, pack of 250", "9.50"),
    )),
)  # fmt: skip


class Assortment:
    """Products and price lists, made once; then each area's quotes and orders."""

    def __init__(self, maker: Maker, office: str, at_ms: int) -> None:
        self._maker = maker
        self._products = [maker.make(office, at_ms, product) for product in self._all_products()]
        for name, share in LISTS.items():
            self._list(office, at_ms, name, Decimal(share))

    def sell(self, desk: Desk, customers: Sequence[Customer], area: int) -> None:
        """What an area's customers were offered and bought."""
        maker, rng = self._maker, self._maker.rng
        regulars = [x for x in customers if x.stage == "Customer"
                    and x.since_ms == desk.import_ms]  # fmt: skip
        buyers = rng.sample(regulars, BUYERS)
        usual = {buyer.account.id: rng.sample(self._products, 6) for buyer in buyers}
        days = sorted((rng.randrange(1, TWO_YEARS) for _ in range(ORDERS_PER_AREA)), reverse=True)
        for number, ago in enumerate(days, 1):
            buyer = rng.choice(buyers)
            lines = self._lines(usual[buyer.account.id])
            self._order(desk, buyer, maker.day(ago), lines, f"O-7K{area}D0M-{number}")
        prospects = [x for x in customers if x.stage == "Prospect" and x.since_ms < maker.now_ms]
        for number, customer in enumerate(rng.sample(prospects, 4) + buyers[:2], 1):
            self._quote(desk, customer, area, number)

    def _all_products(self) -> list[Product]:
        rng = self._maker.rng
        return [
            Product(
                name=name,
                code=f"{group.code}-{place:02}",
                barcode=_barcode(f"20{rng.randrange(10**10):010}"),
                unit=group.unit,
                price=Money(price, "EUR"),
                tax="19",
            )
            for group in RANGES
            for place, (name, price) in enumerate(group.items, 1)
        ]

    def _list(self, office: str, at_ms: int, name: str, share: Decimal) -> None:
        made = self._maker.make(office, at_ms, PriceList(name=name, currency="EUR"))
        for product in self._products:
            assert product.price is not None  # noqa: S101 - all of this demo's have one
            amount = (Decimal(product.price.amount) * share).quantize(Decimal("0.01"))
            price = Price(
                id=price_id(made.id, product.id),
                price_list_id=made.id,
                product_id=product.id,
                amount=str(amount),
            )
            self._maker.make(office, at_ms, price)

    def _lines(self, usual: Sequence[Product]) -> dict[str, Line]:
        rng = self._maker.rng
        chosen = rng.sample(usual, rng.randrange(1, 5))
        return entries(*(self._line(product) for product in chosen))

    def _line(self, product: Product) -> Line:
        rng = self._maker.rng
        assert product.price is not None  # noqa: S101 - all of this demo's have one
        return Line(
            name=product.name,
            quantity=str(rng.randrange(1, 4) if product.unit == KEG else rng.randrange(2, 30)),
            price=product.price.amount,
            unit=product.unit,
            discount=rng.choice(("0", "0", "0", "2", "5")),
            tax=product.tax,
            product_id=product.id,
        )

    def _order(
        self, desk: Desk, buyer: Customer, day: date, lines: dict[str, Line], number: str
    ) -> None:
        maker = self._maker
        at_ms = maker.at(day, 9, maker.rng.randrange(420))
        imported = at_ms <= buyer.since_ms
        order = SalesOrder(
            number=number,
            at=at_ms,
            status="delivered" if day < maker.today - timedelta(days=4) else "placed",
            lines=lines,
            account_id=buyer.account.id,
            owner_id=desk.rep,
        )
        author = desk.office if imported else desk.rep
        maker.make(author, buyer.since_ms if imported else at_ms, order)

    def _quote(self, desk: Desk, customer: Customer, area: int, number: int) -> None:
        """The first is a draft, the rest were sent; some were answered since."""
        maker, rng = self._maker, self._maker.rng
        day = maker.day(rng.randrange(4, 40))
        at_ms = max(maker.at(day, 14, number), customer.since_ms)
        contact = customer.contacts[0]
        address = next(iter(customer.account.addresses.values()))
        town = f"{address.postal_code} {address.town}"
        quote = Quote(
            number=f"Q-7K{area}D0M-{number}",
            status="draft" if number == 1 else "sent",
            sent_at=None if number == 1 else at_ms,
            valid_until=day + timedelta(days=30),
            lines=self._lines(self._products),
            addressee=f"{customer.account.name}\n{contact.name}\n{address.street}\n{town}",
            terms="Delivery free of charge from 10 crates. Payment within 14 days.",
            account_id=customer.account.id,
            contact_id=contact.id,
            owner_id=desk.rep,
        )
        made = maker.make(desk.rep, at_ms, quote)
        answer = {3: "accepted", 4: "declined", 6: "accepted"}.get(number)
        if answer:
            maker.edit(desk.rep, at_ms + 2 * 86_400_000, made, status=answer)


def _barcode(twelve: str) -> str:
    """An EAN-13 with its check digit (GS1 General Specifications, section 7.9)."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve))
    return f"{twelve}{-total % 10}"
