"""What the demo company has added of its own: fields, a visit form, and the coolers it lends."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sync_protocol.records import (
    Condition,
    CustomField,
    CustomObject,
    ObjectType,
    Option,
    Purpose,
    VisitForm,
    entries,
)
from sync_protocol.records.fieldwork import Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.demo.customers import Customer, Desk
    from server.demo.making import Maker
    from sync_protocol.records import Record
    from sync_protocol.records.parts import CustomValue

HOURS = (
    "Mon to Fri 8 to 18",
    "Daily 11 to 23, but Mondays",
    "Tue to Sun 17 to 1",
    "24 hours",
)
TAPS = ("Keg", "Tank", "Keg and tank", "None, bottles only")
BEST_REACHED = ("Mornings before ten", "After the lunch trade", "Thursdays", "By message first")
COOLERS = ("Frigolux F 380", "Frigolux F 700", "Kaltwerk Bar 3", "Kaltwerk Chest 500")
LITRES = ("380", "700", "310", "500")
SHELF_CHECK = entries(
    Question("Is our shelf there?", type="yes_no", required=True, place=1),
    Question("How many facings?", type="number", required=True, place=2,
             about="Count the bottles in front", only_if=Condition("answers.1", "is", ("yes",))),
    Question("Why not?", type="choice", place=3, only_if=Condition("answers.1", "is", ("no",)),
             options=entries(Option("No room"), Option("Sold out", 1), Option("Not wanted", 2))),
    Question("Which competitor stands beside us?", place=4),
)  # fmt: skip
FILLED_SHARE = 0.4
COOLERS_PER_AREA = 8


class OwnThings:
    """Defined once by the administrator, filled in by each area's rep."""

    def __init__(self, maker: Maker, admin: str, at_ms: int) -> None:
        self._maker = maker
        options = entries(*(Option(name, place) for place, name in enumerate(TAPS)))
        self._hours = self._field(
            admin, at_ms, CustomField(name="Opening hours", of="account", place=0)
        )
        self._taps = self._field(
            admin, at_ms,
            CustomField(name="Tap system", of="account", type="choice", options=options, place=1),
        )  # fmt: skip
        self._reached = self._field(
            admin, at_ms, CustomField(name="Best reached", of="contact", place=0)
        )
        check = maker.make(admin, at_ms, Purpose(name="Shelf check", colour="#8250df", place=9))
        form = VisitForm(name="Shelf check", purposes=(check.id,), questions=SHELF_CHECK)
        maker.make(admin, at_ms, form)
        cooler = ObjectType(
            name="Cooler", plural="Coolers", icon="machine",
            about="Coolers that belong to us and stand with a customer.",
        )  # fmt: skip
        self._cooler = maker.make(admin, at_ms, cooler).id
        self._litres = self._field(
            admin, at_ms, CustomField(name="Litres", of=self._cooler, type="number", place=0)
        )
        self._checked = self._field(
            admin, at_ms, CustomField(name="Next check", of=self._cooler, type="date", place=1)
        )

    def fill(self, desk: Desk, customers: Sequence[Customer]) -> None:
        """What one area's rep has filled in."""
        rng = self._maker.rng
        for customer in customers:
            if self._maker.chance(FILLED_SHARE):
                self._describe(desk, customer)
        buyers = [customer for customer in customers if customer.stage == "Customer"]
        for customer in rng.sample(buyers, COOLERS_PER_AREA):
            self._lend(desk, customer, rng.randrange(1_000, 10_000))

    def _describe(self, desk: Desk, customer: Customer) -> None:
        rng = self._maker.rng
        values: dict[str, CustomValue] = {self._hours: rng.choice(HOURS)}
        if rng.random() < FILLED_SHARE:
            values[self._taps] = str(rng.randrange(len(TAPS)) + 1)
        self._write(desk, customer, customer.account, values)
        if customer.contacts and rng.random() < FILLED_SHARE:
            reached: dict[str, CustomValue] = {self._reached: rng.choice(BEST_REACHED)}
            self._write(desk, customer, customer.contacts[0], reached)

    def _write(
        self, desk: Desk, customer: Customer, record: Record, values: dict[str, CustomValue]
    ) -> None:
        at_ms = customer.since_ms + 60 * 60_000
        self._maker.edit(desk.rep, at_ms, record, custom=values)

    def _lend(self, desk: Desk, customer: Customer, number: int) -> None:
        maker, model = self._maker, self._maker.rng.randrange(len(COOLERS))
        check = maker.today + timedelta(days=maker.rng.randrange(-10, 200))
        cooler = CustomObject(
            name=f"{COOLERS[model]} no. {number}",
            type_id=self._cooler,
            custom={self._litres: LITRES[model], self._checked: check.isoformat()},
            account_id=customer.account.id,
            owner_id=desk.rep,
        )
        maker.make(desk.rep, customer.since_ms + 2 * 60 * 60_000, cooler)

    def _field(self, admin: str, at_ms: int, field: CustomField) -> str:
        return self._maker.make(admin, at_ms, field).id
