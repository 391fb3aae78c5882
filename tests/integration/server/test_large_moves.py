"""However much moves or is told at once, what the log holds comes in pieces that can be carried."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from sqlalchemy import func, select

from server.store.tables import log
from sync_protocol import digest, merge
from sync_protocol.changes import MAX_CHANGESET_BYTES, State
from sync_protocol.clock import Stamp
from sync_protocol.messages import Applied, Cursor
from sync_protocol.records import Account, Activity, Contact, rows
from tests.integration.server.office import Client, Office, create, update, value

NOTE = "x" * 20_000
HEAVY = 120
"""Visits with such a note weigh more than two entries of the log may."""


@dataclass
class Reader:
    """A replica that reads the log one entry at a time."""

    client: Client
    cursor: Cursor
    scopes: tuple[str, ...]
    held: dict[tuple[str, str], State] = field(default_factory=dict)

    @classmethod
    def of(cls, client: Client) -> Reader:
        reader = cls(client, client.head, client.hello().scopes)
        reader.held = {(state.kind, state.id): state for state in client.states()}
        return reader

    def read(self) -> None:
        more = True
        while more:
            page = self.client.pull(self.cursor, self.scopes, limit=1)
            for entry in page.entries:
                for key in entry.leave:
                    del self.held[key]
                self.held |= {(state.kind, state.id): state for state in entry.enter}
                for change in entry.changes:
                    key = change.kind, change.id
                    before = self.held.get(key) or merge.blank(*key)
                    after = merge.apply(before, change, Stamp(entry.time, entry.device)).state
                    self.held[key] = rows.normal(after)
            self.cursor, more = page.cursor, page.more

    def holds(self, kind: str) -> int:
        return sum(name == kind for name, _ in self.held)


@dataclass
class Branch:
    office: Office
    admin: Client
    shops: tuple[Account, Account]
    readers: tuple[Reader, Reader]


@pytest.fixture
def branch(office: Office) -> Branch:
    """A shop in one territory with a contact and heavy visits beneath it, another elsewhere."""
    admin = office.client(office.admin.user)
    reps = office.user(), office.user()
    north, south = (office.territory(rep, name=f"{rep.id}") for rep in reps)
    shops = (
        Account(id=office.id(), name="Bakery", territory_id=north.id),
        Account(id=office.id(), name="Butcher", territory_id=south.id),
    )
    contact = Contact(id=office.id(), name="Eva", account_id=shops[0].id)
    admin.push(create(shops[0]), create(shops[1]), create(contact))
    for _ in range(HEAVY // 30):
        visits = [
            Activity(id=office.id(), kind="visit", at=1, contact_id=contact.id, note=NOTE)
            for _ in range(30)
        ]
        assert isinstance(admin.push(*map(create, visits)), Applied)
    old, new = (Reader.of(office.client(rep)) for rep in reps)
    return Branch(office, admin, shops, (old, new))


def heaviest(office: Office) -> int:
    with office.store.read() as connection:
        return int(connection.execute(select(func.max(func.length(log.c.body)))).scalar_one())


def settled(branch: Branch) -> None:
    """Everybody has read on, and holds what the server says they should."""
    assert heaviest(branch.office) <= 2 * MAX_CHANGESET_BYTES
    for reader in branch.readers:
        reader.read()
        assert reader.cursor == reader.client.head
        assert reader.held == {(state.kind, state.id): state for state in reader.client.states()}
        welcome = reader.client.hello(
            cursor=reader.cursor,
            scopes=digest.scopes(reader.scopes),
            digest=digest.of(reader.held.values()),
        )
        assert not welcome.diverged


def test_a_large_branch_moves_in_entries_that_fit(branch: Branch) -> None:
    office, (old, new) = branch.office, branch.readers
    author = Reader.of(branch.admin)
    before = branch.admin.head.sequence
    verdict = branch.admin.push(
        update("account", branch.shops[0].id, territory_id=branch.shops[1].territory_id)
    )
    scopes = (f"territory:{branch.shops[1].territory_id}",)
    assert verdict == Applied(branch.admin.number, before + 1, scopes=scopes)
    assert branch.admin.head.sequence > before + 2
    assert office.accepted[-1][1] == branch.admin.head.sequence
    settled(branch)
    assert (old.holds("activity"), new.holds("activity")) == (0, HEAVY)
    author.read()
    assert author.holds("activity") == HEAVY
    assert isinstance(branch.admin.push(update("account", branch.shops[0].id, about="")), Applied)
    settled(branch)


def test_what_a_merge_takes_along_comes_in_entries_that_fit(branch: Branch) -> None:
    old, new = branch.readers
    merged = update("account", branch.shops[0].id, merged_into=branch.shops[1].id)
    assert isinstance(branch.admin.push(merged), Applied)
    settled(branch)
    assert (old.holds("activity"), new.holds("activity")) == (0, HEAVY)
    undone = update("account", branch.shops[0].id, merged_into="")
    assert isinstance(branch.admin.push(undone), Applied)
    settled(branch)
    assert (old.holds("activity"), new.holds("activity")) == (HEAVY, 0)


def test_many_long_notices_at_once_do_not_fail_the_work_they_tell_of(office: Office) -> None:
    first, second = office.user("office"), office.user("office")
    north = office.territory(first, second)
    rita, ben = office.client(first), office.client(second)
    shops = [Account(id=office.id(), name="A", territory_id=north.id) for _ in range(500)]
    rita.push(*map(create, shops))
    seen = rita.head.sequence
    for client in (rita, ben):
        cells = {f"{number:02}{'x' * 85}": client.number for number in range(22)}
        written = [update("account", shop.id, **cells) for shop in shops]
        assert isinstance(client.push(*written, seen=seen), Applied)
    told = [state for state in rita.states() if state.kind == "notice"]
    assert {value(state, "record_id") for state in told} == {shop.id for shop in shops}
    assert heaviest(office) <= 2 * MAX_CHANGESET_BYTES
