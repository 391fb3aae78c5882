"""The company every run begins with: made once per process, then only copied.

A `Site` is where a server keeps its data: on SQLite an image of a database in memory, on PostgreSQL
the rows of all tables. Both can be put back to any moment taken earlier.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import event, text

from server.domain.exchange import Exchange
from server.domain.workspaces import Company, Workspaces
from server.store import credentials, schema
from server.store.credentials import Credential
from server.store.store import Store
from sync_protocol.changes import Change, State
from sync_protocol.messages import Entry
from sync_protocol.records import Account, Contact, Record, Team, Territory, User
from tests.integration.server.office import START, Randomness
from tests.simulation import backups
from tests.simulation.model import Accepted, Ledger

_WRITES = "fieldbook_writes"
FOUNDED = START - 60_000
PASSWORD = "everybody's password"
_entry = msgspec.msgpack.Decoder(Entry).decode


class Site:
    """A store with the company in it. `on_commit` is called just before a write commits."""

    def __init__(self, database_url: str = "sqlite://") -> None:
        self.store = Store(database_url)
        self.on_commit: Callable[[], None] = lambda: None
        schema.upgrade(self.store)
        event.listen(self.store.engine, "commit", self._before_commit)
        self.people, self.admin = _found(self.store)
        self.beginning = self.take()
        self.ledger = Ledger()
        for key, accepted in self.news(0):
            self.ledger.write(key, accepted, FOUNDED)

    def take(self) -> Any:
        """All data as it is now, for `put`."""
        if self.store.is_sqlite:
            return self._raw().serialize()
        return backups.take(self.store)

    def put(self, taken: Any) -> None:
        if self.store.is_sqlite:
            self._raw().deserialize(taken)
            return
        backups.put(self.store, taken)

    def news(self, after: int) -> list[tuple[tuple[int, int], Accepted]]:
        """What the server wrote in its own name since sequence `after`."""
        query = text("SELECT body FROM log WHERE sequence > :after ORDER BY sequence")
        with self.store.read() as connection:
            bodies = connection.execute(query, {"after": after}).scalars().all()
        parts: dict[tuple[int, int], Accepted] = {}
        for entry in map(_entry, bodies):
            if entry.device == 0:
                key, stamp = (0, entry.sequence), (entry.time, entry.device)
                before = parts[key].changes if key in parts else ()
                entered = tuple(_as_change(state, stamp) for state in entry.enter)
                changes = before + entry.changes + tuple(c for c in entered if c.cells)
                parts[key] = Accepted(entry.sequence, stamp, entry.user, changes)
        return list(parts.items())

    def close(self) -> None:
        self.store.close()

    def _before_commit(self, connection: Any) -> None:
        if connection.get_execution_options().get(_WRITES):
            self.on_commit()

    def _raw(self) -> sqlite3.Connection:
        return self.store.engine.raw_connection().driver_connection  # type: ignore[return-value]


def _as_change(state: State, stamp: tuple[int, int]) -> Change:
    """What a changeset wrote to a record that it also moved, which is logged as a whole."""
    cells = {
        cell: value for cell, value in state.cells.items() if tuple(state.stamp_of(cell)) == stamp
    }
    return Change(state.kind, state.id, cells)


def _found(store: Store) -> tuple[dict[str, User], Any]:
    """Found the company: its people by name, and the session of the server itself."""
    random = Randomness()
    exchange = Exchange(store, lambda: FOUNDED)
    workspaces = Workspaces(store, exchange, lambda: FOUNDED, random)
    team = Team(id=workspaces.new_id(), name="South")
    ada = User(id=workspaces.new_id(), name="Ada", role="admin")

    def person(name: str, role: Any) -> User:
        return User(id=workspaces.new_id(), name=name, role=role, team_id=team.id)

    people = [
        person("Rita", "rep"), person("Ben", "rep"), person("Mona", "manager"),
        person("Olga", "office"),
    ]  # fmt: skip
    with store.write() as connection:
        session = workspaces.create(connection, Company("Acme"), ada)
        for batch in ([team, *people], _customers(workspaces.new_id, team, people)):
            workspaces.add(connection, session, list(batch))
        for user in (*people, ada):
            who = Credential(session.workspace, user.id, email_of(user), PASSWORD, active=True)
            credentials.put(connection, who, FOUNDED)
    return {user.name: user for user in (*people, ada)}, session


def email_of(user: User) -> str:
    return f"{user.name.lower()}@acme.example"


def _customers(new_id: Callable[[], str], team: Team, people: list[User]) -> list[Record]:
    rita, ben = people[0].id, people[1].id
    south = Territory(id=new_id(), name="Franconia", team_id=team.id, reps={rita: True, ben: True})
    north = Territory(id=new_id(), name="North", reps={ben: True})
    shop = Account(id=new_id(), name="Corner shop", territory_id=south.id)
    inn = Account(id=new_id(), name="Old inn", territory_id=south.id)
    mill = Account(id=new_id(), name="Mill", territory_id=north.id)
    contacts = [
        Contact(id=new_id(), name=name, account_id=account.id)
        for name, account in (("Carla", shop), ("Otto", inn), ("Marta", mill))
    ]
    return [south, north, shop, inn, mill, *contacts]
