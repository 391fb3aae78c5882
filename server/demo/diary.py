"""Half a year in a rep's diary: visits, calls, notes and tasks, and what is planned from today on.

Customers are called on every four to twelve weeks, on working days. On purpose some customers are
overdue, a few were never visited, and each rep has three to eight visits planned for today.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

from server.demo import names
from server.demo.customers import Customer, Desk, put_label
from server.demo.making import MINUTE, Maker
from sync_protocol.records import Activity, OutcomeGiven, Phone, Position, Task, entries

if TYPE_CHECKING:
    from collections.abc import Mapping

HALF_A_YEAR = 182
_TODAY = (3, 8)
_NEVER_VISITED = 0.04
_OVERDUE = 0.08
_ODDS = {
    "Customer": {"Order": 68, "Interested": 12, "Call again": 13, "Not at home": 7},
    "Partner": {"Order": 55, "Interested": 35, "Call again": 10},
    "Prospect": {"Interested": 38, "Call again": 32, "Not at home": 14, "No interest": 16},
    "Former customer": {"Call again": 35, "No interest": 55, "Interested": 10},
}
_REASONS = ("Bound by contract", "Price", "No space", "Has its own brand")


class Diary:
    """Fills one rep's half year. `outcomes` are outcome ids by name."""

    def __init__(
        self, maker: Maker, desk: Desk, customers: list[Customer], outcomes: Mapping[str, str]
    ) -> None:
        self._maker = maker
        self._desk = desk
        self._customers = customers
        self._outcomes = outcomes

    def fill(self) -> None:
        rounds: dict[date, list[Customer]] = defaultdict(list)
        for customer in self._customers:
            for day in self._visit_days(customer):
                rounds[day].append(customer)
        for day in sorted(rounds):
            self._round(day, rounds[day])
        self._plan()
        self._calls()
        self._tasks()
        self._corrections()

    def _visit_days(self, customer: Customer) -> set[date]:
        maker, rng = self._maker, self._maker.rng
        earliest = max(maker.at(maker.day(HALF_A_YEAR), 0), customer.since_ms)
        if customer.stage in ("Customer", "Partner"):
            days_ago = self._regular(customer)
        else:
            days_ago = [
                rng.randrange(1, HALF_A_YEAR) for _ in range(rng.choice((0, 0, 1, 1, 2, 3)))
            ]
        days = {maker.day(ago) for ago in days_ago}
        return {day for day in days if maker.at(day, 8) > earliest}

    def _regular(self, customer: Customer) -> list[float]:
        rng = self._maker.rng
        if customer.stage == "Customer" and self._maker.chance(_NEVER_VISITED):
            return []
        every = rng.choice((28, 42, 56, 84))
        overdue = self._maker.chance(_OVERDUE)
        last = rng.uniform(100, 150) if overdue else rng.uniform(1, every)
        return [last + n * every + rng.uniform(-4, 4) for n in range(HALF_A_YEAR // every + 1)]

    def _round(self, day: date, customers: list[Customer]) -> None:
        """One day on the road, visit after visit."""
        if day >= self._maker.today:
            return
        pace = min(55, 540 // len(customers))
        for place, customer in enumerate(customers):
            start = self._maker.at(day, 8, 30 + place * pace)
            self._visit(customer, start, self._maker.rng.randrange(max(6, pace // 3), pace))

    def _visit(self, customer: Customer, start: int, minutes: int) -> None:
        maker, rng = self._maker, self._maker.rng
        odds = _ODDS[customer.stage]
        outcome = rng.choices(list(odds), list(odds.values()))[0]
        reason = rng.choice(_REASONS) if outcome == "No interest" else ""
        end = start + minutes * MINUTE
        activity = Activity(
            kind="visit",
            at=start,
            ended_at=end,
            outcome=OutcomeGiven(self._outcomes[outcome], reason),
            note=maker.filled(rng.choice(names.NOTES[outcome])) if maker.chance(0.75) else "",
            position=self._checked_in(customer, start),
            account_id=customer.account.id,
            contact_id=rng.choice(customer.contacts).id if maker.chance(0.5) else "",
            owner_id=self._desk.rep,
        )
        maker.make(self._desk.rep, end, activity)
        if customer.stage == "Prospect" and outcome == "Interested" and maker.chance(0.15):
            self._win(customer, end)

    def _win(self, customer: Customer, at_ms: int) -> None:
        """A prospect becomes a customer: one label off, another on."""
        if customer.stage_label is not None:
            self._maker.edit(self._desk.rep, at_ms, customer.stage_label, on=False)
        customer.stage = "Customer"
        customer.stage_label = put_label(self._maker, self._desk, customer, "Customer", at_ms)

    def _checked_in(self, customer: Customer, at_ms: int) -> Position | None:
        where = next(iter(customer.account.addresses.values())).position
        if where is None or not self._maker.chance(0.8):
            return None
        rng = self._maker.rng
        return Position(
            round(where.lat + rng.gauss(0, 0.0002), 6),
            round(where.lon + rng.gauss(0, 0.0003), 6),
            accuracy_m=float(rng.randrange(4, 40)),
            fixed_at=at_ms,
        )

    def _plan(self) -> None:
        maker, rng = self._maker, self._maker.rng
        live = [c for c in self._customers if c.stage in ("Customer", "Prospect")]
        town = rng.choice(live).account.addresses["1"].town
        near_first = sorted(live, key=lambda c: c.account.addresses["1"].town != town)
        for place, customer in enumerate(near_first[: rng.randint(*_TODAY)]):
            self._planned(customer, maker.at(maker.today, 9, place * 55))
        for ahead in range(1, 12):
            day = maker.today + timedelta(days=ahead)
            if day == maker.day(-ahead):
                for place, customer in enumerate(rng.sample(live, rng.randrange(0, 4))):
                    self._planned(customer, maker.at(day, 9, place * 75))

    def _planned(self, customer: Customer, at_ms: int) -> None:
        maker = self._maker
        visit = Activity(
            kind="visit",
            at=at_ms,
            status="planned",
            note=maker.rng.choice(names.PLANS),
            account_id=customer.account.id,
            owner_id=self._desk.rep,
        )
        maker.make(self._desk.rep, maker.at(maker.today - timedelta(days=1), 17), visit)

    def _calls(self) -> None:
        maker, rng = self._maker, self._maker.rng
        for customer in rng.choices(self._customers, k=230):
            at_ms = maker.at(maker.day(rng.randrange(2, HALF_A_YEAR)), 8, rng.randrange(15, 540))
            if at_ms <= customer.since_ms:
                continue
            call = maker.chance(0.7)
            activity = Activity(
                kind="call" if call else "note",
                at=at_ms,
                note=maker.filled(rng.choice(names.CALLS if call else names.REMARKS)),
                account_id=customer.account.id,
                contact_id=rng.choice(customer.contacts).id if call else "",
                owner_id=self._desk.rep,
            )
            maker.make(self._desk.rep, at_ms, activity)

    def _tasks(self) -> None:
        maker, rng = self._maker, self._maker.rng
        settled = [c for c in self._customers if c.since_ms == self._desk.import_ms]
        for customer in rng.sample(settled, 90):
            made = maker.day(rng.randrange(3, 80))
            due = made + timedelta(days=rng.randrange(2, 30))
            done = due < maker.today and maker.chance(0.75)
            done_at = maker.at(min(due, maker.day(1)), 11) if done else None
            author = self._desk.office if maker.chance(0.25) else self._desk.rep
            task = Task(
                title=maker.filled(rng.choice(names.TASKS)),
                due=due,
                account_id=customer.account.id,
                assignee_id=self._desk.rep,
                owner_id=author,
            )
            task = maker.make(author, maker.at(made, 16), task)
            if done_at is not None:
                maker.edit(self._desk.rep, done_at, task, done_at=done_at)

    def _corrections(self) -> None:
        """A record's history should have something to show."""
        maker, rng = self._maker, self._maker.rng
        settled = [c for c in self._customers if c.since_ms == self._desk.import_ms]
        for customer in rng.sample(settled, 25):
            contact = rng.choice(customer.contacts)
            at_ms = maker.at(maker.day(rng.randrange(3, 150)), 12, rng.randrange(200))
            number = f"0176 0406{rng.randrange(10_000):04}"
            maker.edit(self._desk.rep, at_ms, contact, phones=entries(Phone(number, "mobile")))
        for customer in rng.sample(settled, 25):
            at_ms = maker.at(maker.day(rng.randrange(3, 150)), 9, rng.randrange(200))
            about = rng.choice(names.ABOUT)
            maker.edit(self._desk.office, at_ms, customer.account, about=about)
