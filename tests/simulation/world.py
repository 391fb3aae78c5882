"""A company in one process: the real server domain, real replica files, and a link that fails.

Time is virtual and every random number comes from one seed, so a run can be repeated exactly. The
link is the only fake: it may refuse a request before the server sees it, or lose the answer after
the server has committed.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from client.replica import Replica
from client.runtime.native import NativeRuntime
from client.store import meta
from server.domain.access import Session
from server.store import credentials, devices
from server.store.credentials import Credential
from server.store.devices import Device
from sync_protocol import digest
from sync_protocol.errors import Unreachable
from sync_protocol.messages import (
    Audit,
    ConflictPage,
    Conflicts,
    Done,
    Farewell,
    Hello,
    HistoryOf,
    Page,
    Pull,
    Push,
    Rekey,
    Rekeyed,
    Snapshot,
    States,
    Sums,
    Verdicts,
    Welcome,
    Writes,
)
from sync_protocol.records import Account, Team, Territory, User
from sync_protocol.session import DeviceAction
from tests.integration.server.office import Office
from tests.simulation.sites import Here, Site


@dataclass
class Link:
    """`Exchange` to a world's server, for one device, over a line that can fail."""

    office: Office
    session: Session
    random: Random
    site: Site
    token: str = ""
    loses_request: float = 0.0
    loses_answer: float = 0.0
    repeats: float = 0.0
    calls: int = 0
    traffic: list[Any] = field(default_factory=list)
    loses_next: set[type] = field(default_factory=set)
    """The answer to the next request of these types is lost."""

    async def hello(self, request: Hello) -> Welcome:
        return await self._carry(request)

    async def push(self, request: Push) -> Verdicts:
        return await self._carry(request)

    async def pull(self, request: Pull) -> Page:
        return await self._carry(request)

    async def snapshot(self, request: Snapshot) -> States:
        return await self._carry(request)

    async def audit(self, request: Audit) -> Sums:
        return await self._carry(request)

    async def rekey(self, request: Rekey) -> Rekeyed:
        answer: Rekeyed = await self._carry(request)
        self.session, self.token = self.session._replace(device=answer.device), answer.token
        return answer

    async def history(self, request: HistoryOf) -> Writes:
        return await self._carry(request)

    async def conflicts(self, request: Conflicts) -> ConflictPage:
        return await self._carry(request)

    async def farewell(self, request: Farewell) -> Done:
        return await self._carry(request)

    def cut(self) -> None:
        self.loses_request = 1.0

    def heal(self) -> None:
        self.loses_request = self.loses_answer = self.repeats = 0.0

    async def _carry(self, request: Any) -> Any:
        self.calls += 1
        if self.random.random() < self.loses_request:
            raise Unreachable("The line is cut.")
        if self.random.random() < self.repeats:
            await self._ask(request)
        answer = await self._ask(request)
        if type(request) in self.loses_next or self.random.random() < self.loses_answer:
            self.loses_next.discard(type(request))
            raise Unreachable("The answer was lost.")
        self.traffic.append(answer)
        return answer

    async def _ask(self, request: Any) -> Any:
        return await self.site.ask(self.office, self.session, self.token, request)


@dataclass
class Phone:
    """One device: its replica, its link, and how far its clock is off."""

    replica: Replica
    link: Link
    runtime: NativeRuntime
    path: str
    offset_ms: int = 0

    def sync(self) -> Any:
        return asyncio.run(self.replica.sync())

    def try_sync(self) -> bool:
        try:
            self.sync()
        except Unreachable:
            return False
        return True

    async def restart(self, world: World) -> None:
        await self.replica.close()
        self.replica = await world.open(self)


class World:
    """A workspace with an administrator, a team, a territory with its reps, and one account."""

    def __init__(self, folder: Path, seed: int = 1, site: Site | None = None) -> None:
        self.folder = folder
        self.site = site or Here()
        self.office = self.site.office(folder)
        self.random = Random(f"{seed} {self.office.admin.workspace}")
        self.phones: list[Phone] = []
        office = self.office
        self.team = Team(id=office.id(), name="South")
        self.rita = User(id=office.id(), name="Rita", role="rep", team_id=self.team.id)
        self.ben = User(id=office.id(), name="Ben", role="rep", team_id=self.team.id)
        self.boss = User(id=office.admin.user, name="Ada", role="admin")
        self.olga = User(id=office.id(), name="Olga", role="office")
        self.territory = Territory(
            id=office.id(),
            name="Franconia",
            team_id=self.team.id,
            reps={self.rita.id: True, self.ben.id: True},
        )
        office.add(self.team, self.rita, self.ben, self.olga, self.territory)
        self.shop = Account(id=office.id(), name="Corner shop", territory_id=self.territory.id)
        office.add(self.shop)

    def phone(self, user: User, **faults: float) -> Phone:
        """A new device of `user`, signed in, still empty."""
        path = str(self.folder / f"replica-{len(self.phones)}.db")
        phone = Phone(None, None, NativeRuntime(), path)  # type: ignore[arg-type]
        replica = asyncio.run(self.open(phone))
        session = Session(self.office.admin.workspace, user.id, replica.device)
        token = self.random.randbytes(8).hex()
        with self.office.store.write() as connection:
            row = Device(
                session.workspace, replica.device, user.id, 0, 0, self.office.clock.now_ms, None
            )
            token_hash = sha256(token.encode()).digest()
            devices.create(connection, row, token_hash=token_hash)
            who = Credential(session.workspace, user.id, f"{user.id}@acme.example", "", active=True)
            credentials.put(connection, who, self.office.clock.now_ms)
        phone.link = Link(self.office, session, self.random, self.site, token, **faults)
        with replica._database.transaction() as connection:
            meta.write(connection, "user", user.id)
        asyncio.run(replica.close())
        phone.replica = asyncio.run(self.open(phone))
        self.phones.append(phone)
        return phone

    def copied(self, phone: Phone) -> Phone:
        """A second phone with a copy of the first one's replica, as a restored backup makes it."""
        path = str(self.folder / f"clone-{len(self.phones)}.db")
        phone.replica.flush()
        shutil.copy(phone.path, path)
        shutil.copy(phone.path + "-wal", path + "-wal")
        copy = Phone(None, replace(phone.link, traffic=[]), NativeRuntime(), path)  # type: ignore[arg-type]
        copy.replica = asyncio.run(self.open(copy))
        self.phones.append(copy)
        return copy

    async def open(self, phone: Phone) -> Replica:
        return await Replica.open(
            phone.path,
            runtime=phone.runtime,
            now=lambda: self.office.clock.now_ms + phone.offset_ms,
            random=self.random.randbytes,
            exchange=phone.link,
        )

    def restart_server(self) -> None:
        """The server's process ends and another one begins, on the same store."""
        self.site.restart(self.office)

    def wait(self, milliseconds: int) -> None:
        self.office.clock.now_ms += milliseconds

    def settle(self) -> None:
        """Heal every line and sync until nobody has anything left to say."""
        for phone in self.phones:
            phone.link.heal()
        for _ in range(3):
            for phone in self.phones:
                self.wait(10)
                phone.sync()

    def close(self) -> None:
        for phone in self.phones:
            asyncio.run(phone.replica.close())
        self.office.store.close()


def boss(world: World) -> Session:
    """The administrator, at a device that is not among the phones."""
    return Session(world.office.admin.workspace, world.boss.id, 4_000_000_000)


def command(world: World, phone: Phone, action: DeviceAction) -> None:
    """The administrator locks, wipes or reloads a phone."""
    world.office.fleet.command(boss(world), phone.replica.device, action)


def recorded(phone: Phone, name: str) -> list[Any]:
    """What the phone asks under this name from now on."""
    asked: list[Any] = []
    ask = getattr(phone.link, name)

    async def noted(request: Any) -> Any:
        asked.append(request)
        return await ask(request)

    setattr(phone.link, name, noted)
    return asked


def before_next(phone: Phone, name: str, act: Callable[[], object]) -> None:
    """Something happens just before the phone's next request of this name arrives."""
    ask = getattr(phone.link, name)

    async def later(request: Any) -> Any:
        setattr(phone.link, name, ask)
        act()
        return await ask(request)

    setattr(phone.link, name, later)


def same(world: World) -> None:
    """Everybody holds what the server has in their scopes, to the last cell, and nothing else."""
    workspace = world.office.admin.workspace
    for phone in world.phones:
        welcome = world.office.exchange.hello(phone.link.session, Hello(phone.replica.device))
        server = world.office.exchange.digests(workspace, welcome.scopes)
        assert phone.replica.pending() == []
        for scope in welcome.scopes:
            assert phone.replica.digest(scope) == server.get(scope, 0), (phone.path, scope)
        assert phone.replica.digest() == sum(server.values()) % digest.MODULUS, phone.path


def broken_off(world: World, phone: Phone, what: type, at: int = 1) -> None:
    """A round that ends with its `at`th request of a kind, and then the app."""
    break_off(phone, what, at)
    asyncio.run(phone.restart(world))


def break_off(phone: Phone, what: type, at: int) -> None:
    """A round that ends with its `at`th request of a kind."""
    carry, asked = phone.link._carry, []

    async def breaking(request: object) -> object:
        asked.extend([request] if isinstance(request, what) else [])
        if len(asked) == at:
            raise Unreachable("The line is cut.")
        return await carry(request)

    phone.link._carry = breaking  # type: ignore[method-assign]
    assert not phone.try_sync()
    phone.link._carry = carry  # type: ignore[method-assign]
