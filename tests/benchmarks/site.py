"""A server in a process of its own, a territory in its store, and devices that are signed in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from random import Random

from client.replica import Replica
from client.store import meta
from server.settings import Settings
from server.store import credentials, devices
from server.store.credentials import Credential
from sync_protocol.session import Session
from tests.benchmarks.company import Measured
from tests.integration.server.process import ServerProcess


class Site:
    """`measured` writes into the store beside the server; both may, it is one SQLite file."""

    def __init__(self, folder: Path, records: int) -> None:
        self.folder = folder
        self.measured = Measured(folder, records)
        settings = Settings(database_url=f"sqlite:///{folder / 'server.db'}", web=folder)
        self.server = ServerProcess(settings)
        self.server.start()
        self._credential()

    async def device(self, name: str) -> Replica:
        """A new device of the rep; not yet synced."""
        path = str(self.folder / f"{name}.db")
        replica = await Replica.open(path, self.server.url, random=Random(name).randbytes)
        assert replica._http is not None
        replica._http.token = self.register(replica.device)
        rep = self.measured.rep.id
        session = Session("measured", "Measured", rep, "rita@acme.example", replica.device)
        with replica._database.transaction() as connection:
            meta.write(connection, "user", rep)
            meta.write(connection, "session", session)
        return replica

    def register(self, device: int) -> str:
        """Let a device of the rep in; returns its token."""
        token = f"token of {device}"
        self.measured.office.client(self.measured.rep, device)
        with self.measured.office.store.write() as connection:
            devices.change(
                connection,
                self.measured.office.admin.workspace,
                device,
                token_hash=sha256(token.encode()).digest(),
                seen_ms=time.time_ns() // 1_000_000,
            )
        return token

    def close(self) -> None:
        self.server.kill()
        self.measured.close()

    def _credential(self) -> None:
        office = self.measured.office
        may = Credential(
            office.admin.workspace, self.measured.rep.id, "rita@acme.example", "", active=True
        )
        with office.store.write() as connection:
            credentials.put(connection, may, office.clock())


@contextmanager
def site(folder: Path, records: int) -> Iterator[Site]:
    """A site in a folder of its own; the server is killed at the end."""
    folder.mkdir()
    opened = Site(folder, records)
    try:
        yield opened
    finally:
        opened.close()
