"""A territory of any size for measuring: its rep, and customers put straight into the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle
from random import Random
from typing import Any, NamedTuple

from client.replica import Replica
from client.store import meta
from server.demo import names
from server.demo.places import AREAS, STREETS
from server.domain.access import Session
from server.domain.exchange import Exchange
from server.store.unit import Unit
from sync_protocol import digest, ids
from sync_protocol.changes import Change, State
from sync_protocol.clock import Stamp, at
from sync_protocol.records import (
    Account,
    Address,
    Phone,
    Territory,
    User,
    cells,
    entries,
    kind_of,
    kinds,
    rows,
)
from sync_protocol.rules.scopes import territory_scope
from tests.integration.server.office import START, Office, open_office, update

CHUNK = 5_000


class Team(NamedTuple):
    """A rep and the territory that is theirs alone."""

    rep: User
    territory: Territory


class Measured:
    """An office with so many accounts, dealt out in turn among the territories of its reps."""

    def __init__(self, database_url: str, accounts: int, teams: int = 1) -> None:
        self.office: Office = open_office(database_url)
        reps = [self.office.user() for _ in range(teams)]
        self.teams = [Team(rep, self.office.territory(rep)) for rep in reps]
        self.rep, self.territory = self.teams[0]
        self.ids: list[str] = []
        self._random = Random(1)
        self._fill(accounts)

    def edits(self, count: int) -> Iterator[Change]:
        """A new name for each of so many accounts."""
        for place, record_id in enumerate(self._random.sample(self.ids, count)):
            yield update("account", record_id, name=f"Renamed {place} {self._random.random()}")

    def close(self) -> None:
        self.office.store.close()

    def _fill(self, accounts: int) -> None:
        workspace = self.office.admin.workspace
        scopes = [territory_scope(team.territory.id) for team in self.teams]
        for some in _chunks(self._accounts(accounts)):
            with self.office.store.write() as connection:
                unit = Unit(connection, workspace)
                for scope, state in zip(cycle(scopes), some, strict=False):
                    unit.save(state, scope, rows.dump(kinds()[state.kind], state))
                unit.add_digests(
                    {
                        scope: digest.of(map(rows.normal, some[place :: len(scopes)]))
                        for place, scope in enumerate(scopes)
                    }
                )
                unit.flush()

    def _accounts(self, count: int) -> Iterator[State]:
        made = range(START - 86_400_000, START - 86_400_000 + count)
        self.ids = [ids.new(at_ms, self._random.randbytes(ids.RANDOM_BYTES)) for at_ms in made]
        for at_ms, record in zip(made, self.records(), strict=True):
            cells_of = cells.of_new(record)
            yield State(kind_of(record).name, record.id, Stamp(at(at_ms), 1), cells_of)

    def records(self) -> Iterator[Account]:
        """The accounts, as they are put into the store: some 350 bytes each, and no two alike."""
        drawn = Random(2)
        notes = [note for some in names.NOTES.values() for note in some]
        for place, record_id in enumerate(self.ids):
            town = drawn.choice(drawn.choice(AREAS).towns)
            about = drawn.choice(notes).format(n=drawn.randrange(2, 90), m=7, year=2030)
            street = f"{drawn.choice(STREETS)} {drawn.randrange(1, 120)}"
            yield Account(
                id=record_id,
                name=f"{drawn.choice(names.VIEWS)} {drawn.randrange(10**6)} {place}",
                territory_id=self.teams[place % len(self.teams)].territory.id,
                industry=drawn.choice(("Restaurants", "Hotels", "Retail", "Events")),
                about=about,
                phones=entries(Phone(f"+49 171 {drawn.randrange(10**7):07}")),
                addresses=entries(Address(street=street, town=town.name)),
            )


@dataclass
class Loopback:
    """`Exchange` for one device by a call."""

    exchange: Exchange
    session: Session

    async def hello(self, request: Any) -> Any:
        return self.exchange.hello(self.session, request)

    async def push(self, request: Any) -> Any:
        return self.exchange.push(self.session, request)

    async def pull(self, request: Any) -> Any:
        return self.exchange.pull(self.session, request)

    async def snapshot(self, request: Any) -> Any:
        return self.exchange.snapshot(self.session, request)


async def open_replica(measured: Measured, path: str) -> Replica:
    """A new device of the rep, at the other end of a call; not yet synced."""
    office, random = measured.office, Random(path)
    replica = await Replica.open(path, now=office.clock, random=random.randbytes)
    client = office.client(measured.rep, replica.device)
    with replica._database.transaction() as connection:
        meta.write(connection, "user", measured.rep.id)
    replica._exchange = Loopback(office.exchange, client.session)  # type: ignore[assignment]
    return replica


def _chunks(states: Iterable[State]) -> Iterator[list[State]]:
    some: list[State] = []
    for state in states:
        some.append(state)
        if len(some) == CHUNK:
            yield some
            some = []
    if some:
        yield some
