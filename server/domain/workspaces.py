"""Setting up a workspace, and opening a new life of a restored one.

The first records go through the same acceptance as everybody's, from a device of the server's own,
so that replicas get them like anything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec

from server.domain.access import SERVER_DEVICE, Session
from server.domain.starters import starters
from server.store import devices, workspaces
from server.store.devices import Device
from server.store.workspaces import Workspace
from sync_protocol import ids
from sync_protocol.changes import Change
from sync_protocol.messages import Rejected
from sync_protocol.records import SETTINGS_ID, Record, Settings, User, kind_of
from sync_protocol.records.cells import of_new

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from server.domain.exchange import Exchange
    from server.store.store import Store

R = TypeVar("R", bound=Record)


class Refused(Exception):
    """The server's own change was rejected; the message says why."""


class Company(NamedTuple):
    """What a workspace is set up with."""

    name: str
    time_zone: str = "UTC"
    region: str = "GB"
    currency: str = "EUR"
    locale: str = "en"


class Workspaces:
    """`random(n)` gives n random bytes."""

    def __init__(
        self,
        store: Store,
        exchange: Exchange,
        now_ms: Callable[[], int],
        random: Callable[[int], bytes],
    ) -> None:
        self._store = store
        self._exchange = exchange
        self._now_ms = now_ms
        self._random = random

    def listed(self) -> list[Workspace]:
        with self._store.read() as connection:
            return workspaces.listed(connection)

    def sequence(self, workspace: str) -> int:
        """The sequence of the workspace's head."""
        with self._store.read() as connection:
            return workspaces.get(connection, workspace).sequence

    def create(self, connection: Connection, company: Company, admin: User) -> Session:
        """Make a workspace with its settings, first administrator, and what it begins with."""
        now_ms = self._now_ms()
        session = Session(self.new_id(), admin.id, SERVER_DEVICE)
        row = Workspace(session.workspace, company.name, self._epoch(), 0, 0, 0, 0)
        workspaces.create(connection, row, now_ms)
        server = Device(session.workspace, SERVER_DEVICE, admin.id, 0, 0, now_ms, None)
        devices.create(connection, server, name="server")
        settings = Settings(id=SETTINGS_ID, **company._asdict())
        self.add(
            connection,
            session,
            [settings, admin, *map(self._new, starters())],
            "Set up the workspace",
        )
        return session

    def add(
        self, connection: Connection, session: Session, records: list[Record], name: str = ""
    ) -> int:
        """Create records in the server's own name; returns the sequence. `Refused` if invalid."""
        changes = tuple(
            Change(kind_of(record).name, record.id, of_new(record), create=True)
            for record in records
        )
        verdict, sequence = self._exchange.write(connection, session, changes, name=name)
        if isinstance(verdict, Rejected):
            raise Refused(verdict.message)
        return sequence

    def new_id(self) -> str:
        return ids.new(self._now_ms(), self._random(ids.RANDOM_BYTES))

    def open_epoch(self) -> None:
        """Begin a new life of every workspace: cursors of the old one are answered Resnapshot."""
        with self._store.write() as connection:
            for workspace in workspaces.listed(connection):
                workspaces.open_epoch(connection, workspace.workspace_id, self._epoch())

    def _new(self, record: R) -> R:
        return msgspec.structs.replace(record, id=self.new_id())

    def _epoch(self) -> str:
        return self._random(8).hex()
