"""The demo's customers: businesses in real towns, the people in them, and their labels."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from math import cos, radians
from typing import TYPE_CHECKING, NamedTuple

from server.demo import habits, names
from server.demo.places import STREETS, Area, Town
from sync_protocol.records import (
    Account,
    Address,
    Contact,
    Email,
    Labelling,
    Phone,
    Position,
    entries,
    labelling_id,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.demo.making import Maker

PER_AREA = 500
LABELS = {
    "Prospect": "#1f6feb",
    "Customer": "#1a7f37",
    "Partner": "#8250df",
    "Key account": "#9a6700",
    "Beer garden": "#2f6f4f",
    "Organic": "#4d7c0f",
    "Events": "#a21caf",
    "Seasonal": "#0e7490",
    "Payment reminder": "#b3261e",
    "Former customer": "#57606a",
}
"""White text on each has a contrast of at least 4.5 to 1."""
_STAGES = {"Customer": 45, "Prospect": 43, "Partner": 4, "Former customer": 8}
_EXTRA = ("Key account", "Beer garden", "Organic", "Events", "Seasonal", "Payment reminder")
_FOUND_SHARE = 0.04
"""Customers that a rep found on the road, instead of the first import."""
_KM_PER_DEGREE = 111.2
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass
class Customer:
    """An account with what the diary needs to know of it."""

    account: Account
    stage: str
    since_ms: int
    contacts: list[Contact] = field(default_factory=list)
    stage_label: Labelling | None = None


class Desk(NamedTuple):
    """Who keeps an area: user ids, and the ids of territory and labels."""

    office: str
    rep: str
    territory: str
    labels: Mapping[str, str]
    import_ms: int


class Customers:
    """Makes one area's customers."""

    def __init__(self, maker: Maker, area: Area, desk: Desk) -> None:
        self._maker = maker
        self._area = area
        self._desk = desk
        self._taken: set[tuple[str, str]] = set()

    def make(self) -> list[Customer]:
        customers = [self._customer() for _ in range(PER_AREA)]
        for customer in customers:
            self._people(customer)
        for customer in customers:
            self._label(customer)
        return customers

    def _customer(self) -> Customer:
        maker, rng = self._maker, self._maker.rng
        trade = rng.choices(names.TRADES, [t.share for t in names.TRADES])[0]
        town = rng.choices(self._area.towns, [t.size for t in self._area.towns])[0]
        name = self._name(trade, town)
        found = maker.chance(_FOUND_SHARE)
        author = self._desk.rep if found else self._desk.office
        since = maker.at(maker.day(rng.randrange(60, 170)), 17) if found else self._desk.import_ms
        site = f"{_slug(name.replace(town.name, ''))}-{_slug(town.name.split()[0])}.example"
        account = Account(
            name=name,
            industry=trade.industry,
            website=f"https://www.{site}" if maker.chance(0.7) else "",
            phones=entries(Phone(self._landline(town), "work")),
            emails=entries(Email(f"info@{site}", "work")) if maker.chance(0.8) else {},
            addresses=entries(self._address(town)),
            about=rng.choice(names.ABOUT) if maker.chance(0.35) else "",
            source="On the road" if found else "First import",
            territory_id=self._desk.territory,
            owner_id=self._desk.rep,
        )
        stage = "Prospect" if found else rng.choices(list(_STAGES), list(_STAGES.values()))[0]
        return Customer(maker.make(author, since, account), stage, since)

    def _name(self, trade: names.Trade, town: Town) -> str:
        rng = self._maker.rng
        while True:
            name = rng.choice(trade.shapes).format(
                sign=rng.choice(names.SIGNS),
                spot=rng.choice(names.SPOTS),
                view=rng.choice(names.VIEWS),
                south=rng.choice(names.SOUTHERN),
                greek=rng.choice(names.GREEK),
                flower=rng.choice(names.FLOWERS),
                family=rng.choice(names.FAMILIES),
                town=town.name.split()[0],
            )
            if (name, town.name) in self._taken:
                name = f"{name} {rng.choice(names.FAMILIES)}"
            if (name, town.name) not in self._taken:
                self._taken.add((name, town.name))
                return name

    def _address(self, town: Town) -> Address:
        rng = self._maker.rng
        spread_km = 0.35 + 0.3 * town.size**0.7
        north, east = (max(-2.5, min(2.5, rng.gauss(0, 1))) * spread_km for _ in range(2))
        return Address(
            street=f"{rng.choice(STREETS)} {rng.randrange(1, 90)}{rng.choice(('', '', '', 'a'))}",
            postal_code=rng.choice(town.postal_codes),
            town=town.name,
            region=self._area.region,
            country="Germany",
            position=Position(
                round(town.lat + north / _KM_PER_DEGREE, 6),
                round(town.lon + east / (_KM_PER_DEGREE * cos(radians(town.lat))), 6),
            ),
        )

    def _landline(self, town: Town) -> str:
        """In a shape that people type; the block 99998 is for film and fiction."""
        rng = self._maker.rng
        number = f"99998{rng.randrange(1_000):03}"
        shapes = ("{d} {n}", "{d}/{n}", "{d}-{n}", "+49 {i} {n}", "+49 (0) {i} {n}", "0049 {i} {n}")
        return rng.choice(shapes).format(d=town.dial, i=town.dial[1:], n=number)

    def _people(self, customer: Customer) -> None:
        maker, rng = self._maker, self._maker.rng
        titles = next(t for t in names.TRADES if t.industry == customer.account.industry).job_titles
        author = self._desk.office if customer.since_ms == self._desk.import_ms else self._desk.rep
        for _ in range(rng.choices((1, 2, 3), (48, 37, 15))[0]):
            given, family = rng.choice(names.GIVEN), rng.choice(names.FAMILIES)
            contact = Contact(
                name=f"{given} {family}",
                given_name=given,
                family_name=family,
                title=rng.choice(titles),
                phones=entries(Phone(self._mobile(), "mobile")) if maker.chance(0.6) else {},
                emails=self._emails(customer.account, given, family),
                birthday=self._birthday() if maker.chance(0.08) else None,
                source=customer.account.source,
                account_id=customer.account.id,
                owner_id=self._desk.rep,
            )
            customer.contacts.append(maker.make(author, customer.since_ms, contact))

    def _mobile(self) -> str:
        """From the block 0176 0406, which no network gives out."""
        number = f"0406{self._maker.rng.randrange(10_000):04}"
        return self._maker.rng.choice(("0176 {}", "0176/{}", "+49 176 {}", "0176-{}")).format(
            number
        )

    def _emails(self, account: Account, given: str, family: str) -> dict[str, Email]:
        if not self._maker.chance(0.55):
            return {}
        site = account.website.removeprefix("https://www.") or "post.example"
        return entries(Email(f"{_slug(given)}.{_slug(family)}@{site}", "work"))

    def _birthday(self) -> str:
        rng = self._maker.rng
        return f"{rng.randrange(1955, 2001)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"

    def _label(self, customer: Customer) -> None:
        maker = self._maker
        customer.stage_label = self._put(customer, customer.stage)
        extra = [name for name in _EXTRA if maker.chance(0.11)]
        by_chance = [name for name in extra if name not in habits.HABITS]
        for name in (*by_chance, *habits.labels(customer.account)):
            self._put(customer, name)

    def _put(self, customer: Customer, label: str) -> Labelling:
        return put_label(self._maker, self._desk, customer, label, customer.since_ms)


def put_label(maker: Maker, desk: Desk, customer: Customer, label: str, at_ms: int) -> Labelling:
    label_id, record_id = desk.labels[label], customer.account.id
    author = desk.office if at_ms == desk.import_ms else desk.rep
    labelling = Labelling(
        id=labelling_id(label_id, record_id),
        label_id=label_id,
        record_kind="account",
        record_id=record_id,
    )
    return maker.make(author, at_ms, labelling)


def _slug(text: str) -> str:
    spelled = text.lower().translate(_SPELLED)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return "-".join("".join(c if c.isalnum() else " " for c in plain).split())
