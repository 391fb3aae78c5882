"""A server without its web edge: `Office` is its domain, `Client` a device of one of its users."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from server.domain.access import Access, Session
from server.domain.exchange import Exchange
from server.domain.fleet import Fleet
from server.domain.workspaces import Company, Workspaces
from server.store import devices, digests, schema
from server.store.devices import Device
from server.store.store import Store
from server.store.unit import Unit
from sync_protocol import clock
from sync_protocol.changes import Change, Changeset, State
from sync_protocol.messages import (
    Cursor,
    Hello,
    Page,
    Pull,
    Push,
    Snapshot,
    States,
    Verdict,
    Welcome,
)
from sync_protocol.records import Record, Territory, User, kind_of
from sync_protocol.records.cells import of_new, raw

if TYPE_CHECKING:
    from server.domain.sign_in import SignIns

START = 1_760_000_000_000


@dataclass
class Clock:
    now_ms: int = START

    def __call__(self) -> int:
        return self.now_ms


@dataclass
class Randomness:
    """Counts instead of drawing: every value is new, and every run the same."""

    counter: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __call__(self, size: int) -> bytes:
        return next(self.counter).to_bytes(size, "big")


@dataclass
class Client:
    """A device that says exactly what a test tells it to say."""

    office: Office
    session: Session
    number: int = 0
    time: int = 0

    def changeset(self, *changes: Change, **facts: Any) -> Changeset:
        self.number += 1
        self.office.clock.now_ms += 1
        self.time = clock.tick(self.time, self.office.clock.now_ms)
        values = {"time": self.time, "seen": 0, "number": self.number} | facts
        return Changeset(device=self.session.device, changes=changes, **values)

    def send(self, *changesets: Changeset) -> tuple[Verdict, ...]:
        request = Push(self.session.device, changesets)
        return self.office.exchange.push(self.session, request).verdicts

    def push(self, *changes: Change, **facts: Any) -> Verdict:
        (verdict,) = self.send(self.changeset(*changes, **facts))
        return verdict

    def hello(self, **facts: Any) -> Welcome:
        return self.office.exchange.hello(self.session, Hello(self.session.device, **facts))

    def pull(self, cursor: Cursor, scopes: tuple[str, ...] | None = None, **facts: Any) -> Page:
        held = self.hello().scopes if scopes is None else scopes
        request = Pull(self.session.device, cursor, held, **facts)
        return self.office.exchange.pull(self.session, request)

    def page(self, scopes: tuple[str, ...] | None = None, **facts: Any) -> States:
        held = self.hello().scopes if scopes is None else scopes
        request = Snapshot(self.session.device, held, **facts)
        return self.office.exchange.snapshot(self.session, request)

    def states(self, **facts: Any) -> list[State]:
        page = self.page(**facts)
        found = list(page.states)
        while page.after:
            page = self.page(after=page.after, **facts)
            found += page.states
        return found

    @property
    def head(self) -> Cursor:
        return self.hello().head


@dataclass
class Office:
    store: Store
    exchange: Exchange
    workspaces: Workspaces
    access: Access
    fleet: Fleet
    clock: Clock
    random: Randomness
    admin: Session
    accepted: list[tuple[str, int]]

    @cached_property
    def sign_ins(self) -> SignIns:
        """Imported when asked for: hashing is native, and the browser's Python runs offices too."""
        from server.domain.sign_in import SignIns, password_hasher  # noqa: PLC0415

        hasher = password_hasher()
        return SignIns(self.store, self.access, self.clock, self.random, hasher=hasher)

    def id(self) -> str:
        return self.workspaces.new_id()

    def add(self, *records: Record) -> None:
        """Create records in the server's own name."""
        with self.store.write() as connection:
            self.workspaces.add(connection, self.admin, list(records))

    def restart(self) -> None:
        """Forget all that a process knows; the store stays."""
        access = Access()
        self.exchange = Exchange(
            self.store, self.clock, lambda *told: self.accepted.append(told), access
        )
        self.workspaces = Workspaces(self.store, self.exchange, self.clock, self.random)
        self.fleet = Fleet(self.store, access, self.clock)

    def keep_unknown(self, state: State, scope: str) -> None:
        """Store a record of a kind this version does not know, as a newer client left it."""
        with self.store.write() as connection:
            unit = Unit(connection, self.admin.workspace)
            unit.save(state, scope, {})
            unit.flush()
            digests.rebuild(connection)

    def user(self, role: str = "rep", **facts: Any) -> User:
        user = User(id=self.id(), name=f"A {role}", **({"role": role} | facts))
        self.add(user)
        return user

    def territory(self, *reps: User, **facts: Any) -> Territory:
        held = {user.id: True for user in reps}
        territory = Territory(id=self.id(), **({"name": "North", "reps": held} | facts))
        self.add(territory)
        return territory

    def client(self, user: User | str, device: int = 0) -> Client:
        user_id = user if isinstance(user, str) else user.id
        number = device or next(self.random.counter) + 1_000
        session = Session(self.admin.workspace, user_id, number)
        with self.store.write() as connection:
            row = Device(session.workspace, number, user_id, 0, 0, self.clock.now_ms, None)
            devices.create(connection, row)
        return Client(self, session)


def create(record: Record) -> Change:
    return Change(kind_of(record).name, record.id, of_new(record), create=True)


def update(kind: str, record_id: str, **values: Any) -> Change:
    cells = {cell: raw(value) for cell, value in values.items()}
    return Change(kind, record_id, cells)


def value(state: State, cell: str) -> Any:
    return msgspec.msgpack.decode(state.cells[cell])


def open_office(
    database_url: str, *, clock: Any = None, random: Randomness | None = None
) -> Office:
    """A new workspace, in a new database unless it is shared; the caller closes `office.store`."""
    store = Store(database_url)
    schema.ensure(store)
    now, random = clock or Clock(), random or Randomness()
    accepted: list[tuple[str, int]] = []
    access = Access()
    exchange = Exchange(store, now, lambda *told: accepted.append(told), access)
    workspaces = Workspaces(store, exchange, now, random)
    fleet = Fleet(store, access, now)
    admin = User(id=workspaces.new_id(), name="Ada", role="admin")
    with store.write() as connection:
        session = workspaces.create(connection, Company("Acme"), admin)
    return Office(store, exchange, workspaces, access, fleet, now, random, session, accepted)
