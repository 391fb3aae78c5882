"""A large company's data on one device: 50,000 contacts, 10,000 accounts, 200,000 activities.

From a seed. As in life a few accounts have very much and most have little, some names are frequent
and most are not, and customers live in towns of all sizes. Filled and indexed once, which takes
some minutes, and then kept beside what else is built; `client.store` brings it up to date.
"""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import date
from functools import partial
from itertools import accumulate, islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from client.replica import Replica
from client.store import incoming, meta
from client.store.states import Placed
from server.demo import names
from server.demo.places import AREAS, STREETS
from sync_protocol import ids
from sync_protocol.changes import State
from sync_protocol.clock import Stamp, at
from sync_protocol.records import (
    SETTINGS_ID,
    Account,
    Activity,
    Address,
    Contact,
    Deal,
    Label,
    Labelling,
    Money,
    Phone,
    Pipeline,
    Settings,
    Stage,
    Task,
    Territory,
    User,
    cells,
    entries,
    kind_of,
)
from sync_protocol.records.labels import labelling_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sync_protocol.records import Record

NOW_MS = 1_790_000_000_000
DAY_MS = 86_400_000
ACCOUNTS, CONTACTS, ACTIVITIES, DEALS, TASKS = 10_000, 50_000, 200_000, 5_000, 2_000
LARGEST, MODEST = 5_000, 40
"""Activities with the first account, and with the second."""
LABELS = ("Customer", "Prospect", "VIP", "Wholesale", "Organic", "Beer garden", "Weddings", "Chain")
STAGES = ("New", "Qualified", "Offer", "Tasting", "Negotiation", "Agreed")
KEPT = Path("build/bench/territory.db")
PART = 500


class Known(NamedTuple):
    """What a measurement asks for by id."""

    largest: str
    modest: str
    label: str


def filled(path: Path = KEPT) -> Path:
    """The file of the filled replica, made if it is not there."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        making = path.with_suffix(".making")
        making.unlink(missing_ok=True)
        asyncio.run(_make(making))
        making.rename(path)
    return path


async def opened(path: Path) -> tuple[Replica, Known]:
    """A filled replica, and what is asked of it."""
    replica = await Replica.open(str(path), now=lambda: NOW_MS)
    largest, modest = replica.ids(Account, order_by="", limit=2)
    return replica, Known(largest, modest, replica.label_named(LABELS[0]).id)


async def _make(path: Path) -> None:
    async with await Replica.open(str(path), now=lambda: NOW_MS) as replica:
        made = _Maker(Random(50_000))
        began = time.perf_counter()
        records = made.everything()
        count = 0
        while part := list(islice(records, PART)):
            count += len(part)
            incoming.take_states(replica._database, [made.placed(x) for x in part], None)
        _say("filled", count, began)
        with replica._database.transaction() as connection:
            meta.write(connection, "user", made.rep)
        began = time.perf_counter()
        while replica.index_some():
            pass
        _say("indexed and compared", count, began)
        replica._database.connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _say(what: str, count: int, began: float) -> None:
    took = time.perf_counter() - began
    each = took / count * 1e6
    sys.stdout.write(f"{what:34} {took:10.1f} s    {count:,} records, {each:.0f} µs each\n")


class _Maker:
    def __init__(self, random: Random) -> None:
        self.random = random
        self._made = NOW_MS - 730 * DAY_MS
        towns = [town for area in AREAS for town in area.towns]
        self._town = partial(self._one, towns, [*accumulate(town.size for town in towns)])
        families = [*names.FAMILIES, *self._families(3_000)]
        weights = [*accumulate(1 / (place + 8) for place in range(len(families)))]
        self._family = partial(self._one, families, weights)
        self.rep, self.territory = self.id(), self.id()
        self.accounts = [self.id() for _ in range(ACCOUNTS)]
        self.contacts: dict[str, list[str]] = {}

    def id(self) -> str:
        self._made += 1
        return ids.new(self._made, self.random.randbytes(ids.RANDOM_BYTES))

    def placed(self, record: Record) -> Placed:
        stamp = Stamp(at(self._made), 1)
        return Placed(State(kind_of(record).name, record.id, stamp, cells.of_new(record)), 1)

    def everything(self) -> Iterator[Record]:
        yield Settings(id=SETTINGS_ID, name="Measured", region="DE", time_zone="Europe/Berlin")
        yield User(id=self.rep, name="Rita Rep")
        reps = {self.rep: True}
        yield Territory(id=self.territory, name="Everywhere", reps=reps)
        labels = [Label(id=self.id(), name=name) for name in LABELS]
        yield from labels
        yield from map(self.account, self.accounts)
        yield from self.people()
        carriers = [*self.accounts, *(i for some in self.contacts.values() for i in some)]
        for record_id in self.random.sample(carriers, len(carriers) // 3):
            kind = "account" if record_id in self.contacts else "contact"
            for label in self.random.sample(labels, self.random.choice((1, 1, 2))):
                derived = labelling_id(label.id, record_id)
                yield Labelling(
                    id=derived, label_id=label.id, record_kind=kind, record_id=record_id
                )
        yield from self.activities()
        yield from self.deals()
        yield from self.tasks()

    def account(self, account_id: str) -> Account:
        random, town = self.random, self._town()
        trade = random.choice(names.TRADES)
        name = random.choice(trade.shapes).format(
            sign=random.choice(names.SIGNS), spot=random.choice(names.SPOTS),
            view=random.choice(names.VIEWS), south=random.choice(names.SOUTHERN),
            greek=random.choice(names.GREEK), flower=random.choice(names.FLOWERS),
            family=self._family(), town=town.name,
        )  # fmt: skip
        self.contacts[account_id] = []
        return Account(
            id=account_id,
            name=name,
            industry=trade[0],
            phones=entries(self._phone(town.dial)),
            addresses=entries(
                Address(
                    street=f"{random.choice(STREETS)} {random.randrange(1, 90)}",
                    postal_code=random.choice(town.postal_codes), town=town.name,
                )
            ),
            territory_id=self.territory,
            owner_id=self.rep,
        )  # fmt: skip

    def people(self) -> Iterator[Contact]:
        random = self.random
        for place in range(CONTACTS):
            account = self.accounts[place if place < ACCOUNTS else self._skewed(ACCOUNTS)]
            given, family = random.choice(names.GIVEN), self._family()
            contact = Contact(
                id=self.id(),
                name=f"{given} {family}",
                title=random.choice(("Owner", "Manager", "Purchasing", "Chef", "")),
                phones=entries(self._phone(random.choice(("0171", "0176", "0151", "0160")))),
                account_id=account,
                owner_id=self.rep,
            )
            self.contacts[account].append(contact.id)
            yield contact

    def activities(self) -> Iterator[Activity]:
        random = self.random
        rest = ACTIVITIES - LARGEST - MODEST
        with_whom = [self.accounts[0]] * LARGEST + [self.accounts[1]] * MODEST
        with_whom += [self.accounts[2 + self._skewed(ACCOUNTS - 2)] for _ in range(rest)]
        random.shuffle(with_whom)
        said = [note for notes in names.NOTES.values() for note in notes]
        for place, account in enumerate(with_whom):
            planned = place % 100 == 0
            day = random.randrange(0, 20) if planned else -random.randrange(1, 720)
            note = random.choice(said).format(n=random.randrange(2, 90), m=7, year=2030)
            yield Activity(
                id=self.id(),
                kind="visit" if planned else random.choice(("visit", "visit", "call", "note")),
                status="planned" if planned else "done",
                at=NOW_MS + day * DAY_MS + random.randrange(DAY_MS),
                note=note,
                account_id=account,
                contact_id=random.choice(self.contacts[account]) if random.random() < 0.6 else "",
                owner_id=self.rep,
            )

    def deals(self) -> Iterator[Record]:
        random = self.random
        stages = {
            self.id(): Stage(name=name, place=place, probability=15 * place)
            for place, name in enumerate(STAGES)
        }
        pipeline = Pipeline(id=self.id(), name="Sales", stages=stages)
        yield pipeline
        for _ in range(DEALS):
            account = self.accounts[self._skewed(ACCOUNTS)]
            yield Deal(
                id=self.id(),
                name=f"{random.choice(('Season', 'First order', 'Fridge'))} {self._family()}",
                pipeline_id=pipeline.id,
                stage_id=random.choice(list(stages)),
                stage_since=NOW_MS - random.randrange(90) * DAY_MS,
                value=Money(f"{random.randrange(200, 40_000)}.00", "EUR"),
                next_step=random.choice(("Call", "Send the offer", "")),
                account_id=account,
                owner_id=self.rep,
            )

    def tasks(self) -> Iterator[Task]:
        for place in range(TASKS):
            day = 1 + place % 28
            yield Task(
                id=self.id(),
                title=self.random.choice(names.TASKS).format(n=place),
                due=date(2026, 10, day) if place % 40 else date(2026, 9, 1),
                account_id=self.accounts[self._skewed(ACCOUNTS)],
                assignee_id=self.rep,
                owner_id=self.rep,
            )

    def _one(self, some: Sequence[Any], weights: Sequence[float]) -> Any:
        return self.random.choices(some, cum_weights=weights)[0]

    def _skewed(self, count: int) -> int:
        """A place, the first ones more often."""
        return int(count * self.random.random() ** 2)

    def _phone(self, dial: str) -> Phone:
        return Phone(f"{dial} {self.random.randrange(100_000, 9_999_999)}")

    def _families(self, count: int) -> list[str]:
        starts, ends = _STARTS.split(), _ENDS.split()
        every = [f"{one}{two}{end}" for one in starts for two in starts for end in ends]
        return [name.capitalize() for name in self.random.sample(every, count)]


_STARTS = "ka ber gra ho stei wei lin roh mer bla schu tal fen dor ke zim pfi nau ru sal wim gol"
_ENDS = "ner mann ler er t berg ing ke sch feld l huber"
