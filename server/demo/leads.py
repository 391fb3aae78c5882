"""The demo's leads in all their statuses, and a dozen customers that are on record twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from server.demo import names
from server.demo.places import STREETS
from sync_protocol.records import (
    Account,
    Activity,
    Address,
    Answer,
    Contact,
    Conversion,
    Email,
    Lead,
    Phone,
    entries,
)
from sync_protocol.records.leads import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.demo.customers import Customer, Desk
    from server.demo.making import Maker
    from server.demo.places import Area
    from sync_protocol.records.leads import LeadStatus

PER_REP: dict[LeadStatus, int] = {
    "new": 4, "working": 4, "qualified": 2, "disqualified": 2, "converted": 2,
}  # fmt: skip
"""With three reps, 42 leads."""
TWINS = 2
"""Accounts, and as many contacts, that each rep has twice: twelve pairs in all."""
_SOURCES = ("Trade fair", "Website", "Recommended", "Cold call", "Newspaper")
_NOTES = {
    "budget": ("Spends about {n}00 a month on drinks.", "Not before the new season."),
    "authority": ("The owner decides alone.", "The chef has to agree."),
    "need": ("Wants regional drinks.", "Looks for glass instead of plastic."),
    "timing": ("Contract ends in {year}.", "Opens the terrace in May."),
}
_CALLS = (
    "Called back as promised. Send the price list.",
    "Met at the fair, wants samples.",
    "Asked for a visit next month.",
)


class Leads:
    """Makes leads, and plants duplicates, from chance of its own."""

    def __init__(self, maker: Maker, reasons: Sequence[str]) -> None:
        """`reasons` are ids: why leads are disqualified."""
        self._maker = maker
        self._reasons = reasons

    def fill(self, area: Area, desk: Desk, customers: Sequence[Customer]) -> None:
        """One rep's leads and duplicates."""
        for status, count in PER_REP.items():
            for _ in range(count):
                self._lead(area, desk, status, customers)
        with_people = [c for c in customers if c.contacts and c.account.emails]
        for customer in self._maker.rng.sample(with_people, TWINS * 2)[:TWINS]:
            self._twin_account(desk, customer.account)
        mailed = [p for c in with_people for p in c.contacts if p.emails]
        for person in self._maker.rng.sample(mailed, TWINS):
            self._twin_contact(desk, person)

    def _lead(
        self, area: Area, desk: Desk, status: LeadStatus, customers: Sequence[Customer]
    ) -> None:
        maker, rng = self._maker, self._maker.rng
        made_ms = maker.at(maker.day(rng.randrange(2, 80)), 10, rng.randrange(60))
        lead = maker.make(desk.rep, made_ms, self._new(area, desk))
        if status == "new":
            return
        worked_ms = made_ms + rng.randrange(1, 20) * 3_600_000
        call = Activity(
            kind="call", at=worked_ms, ended_at=worked_ms, note=rng.choice(_CALLS),
            lead_id=lead.id, owner_id=desk.rep,
        )  # fmt: skip
        maker.make(desk.rep, worked_ms, call)
        maker.edit(desk.rep, worked_ms + 60_000, lead, **self._end(status, worked_ms, customers))

    def _new(self, area: Area, desk: Desk) -> Lead:
        maker, rng = self._maker, self._maker.rng
        town = rng.choice(area.towns)
        given, family = rng.choice(names.GIVEN), rng.choice(names.FAMILIES)
        company = f"{rng.choice(('Bistro', 'Weinbar', 'Pension', 'Imbiss', 'Kantine'))} {family}"
        mail = f"{company.split(maxsplit=1)[0].lower()}{rng.randrange(100)}@post.example"
        return Lead(
            name=f"{given} {rng.choice((family, rng.choice(names.FAMILIES)))}",
            company=company if maker.chance(0.85) else "",
            title=rng.choice(("Owner", "Manager", "Chef", "")),
            phones=entries(Phone(f"0176 0406{rng.randrange(10_000):04}", "mobile"))
            if maker.chance(0.8)
            else {},
            emails=entries(Email(mail)) if maker.chance(0.6) else {},
            addresses=entries(
                Address(
                    street=f"{rng.choice(STREETS)} {rng.randrange(1, 90)}",
                    postal_code=rng.choice(town.postal_codes),
                    town=town.name,
                    country="Germany",
                )
            ),
            source=rng.choice(_SOURCES),
            territory_id=desk.territory,
            owner_id=desk.rep,
        )

    def _end(self, status: LeadStatus, at_ms: int, customers: Sequence[Customer]) -> dict[str, Any]:
        """What became of a lead; a converted one belongs to a customer that is there."""
        fields: dict[str, Any] = {"status": status, "answers": self._answers(status)}
        if status == "disqualified":
            fields["reason_id"] = self._maker.rng.choice(self._reasons)
        if status == "converted":
            customer = self._maker.rng.choice([c for c in customers if c.contacts])
            fields["converted"] = Conversion(at_ms, customer.account.id, customer.contacts[0].id)
        return fields

    def _answers(self, status: LeadStatus) -> dict[str, Answer]:
        maker, rng = self._maker, self._maker.rng
        good = status in ("qualified", "converted")
        known = QUESTIONS if good else rng.sample(QUESTIONS, 2)
        return {
            name: Answer(good or maker.chance(0.4), maker.filled(rng.choice(_NOTES[name])))
            for name in known
        }

    def _twin_account(self, desk: Desk, account: Account) -> None:
        """The same house, entered again on the road."""
        maker = self._maker
        again = Account(
            name=f"{account.name} {maker.rng.choice(('GmbH', 'e.K.', 'OHG'))}",
            emails=account.emails,
            addresses=account.addresses,
            source="On the road",
            territory_id=desk.territory,
            owner_id=desk.rep,
        )
        maker.make(desk.rep, maker.at(maker.day(maker.rng.randrange(3, 30)), 15), again)

    def _twin_contact(self, desk: Desk, person: Contact) -> None:
        """The same person, name the other way round."""
        maker = self._maker
        again = Contact(
            name=f"{person.family_name}, {person.given_name}",
            emails=person.emails,
            account_id=person.account_id,
            source="On the road",
            owner_id=desk.rep,
        )
        maker.make(desk.rep, maker.at(maker.day(maker.rng.randrange(3, 30)), 16), again)
