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
from server.domain.sign_in import password_hasher
from server.settings import Settings
from server.store import credentials, devices
from server.store.credentials import Credential
from sync_protocol.records import User
from sync_protocol.session import Session
from tests.benchmarks.company import Measured
from tests.integration.server.process import ServerProcess
from tests.integration.server.running import PASSWORD

EMAIL = "rita@acme.example"


class Site:
    """`measured` writes into the store beside the servers, as several processes may."""

    def __init__(
        self, folder: Path, measured: Measured, database_url: str, web: Path, servers: int = 1
    ) -> None:
        self.folder = folder
        self.measured = measured
        settings = Settings(database_url=database_url, web=web)
        self.servers = [ServerProcess(settings) for _ in range(servers)]
        for server in self.servers:
            server.start()
        self.server = self.servers[0]
        self._credentials()

    async def device(self, name: str) -> Replica:
        """A new device of the rep; not yet synced."""
        path = str(self.folder / f"{name}.db")
        replica = await Replica.open(path, self.server.url, random=Random(name).randbytes)
        assert replica._http is not None
        replica._http.token = self.register(replica.device)
        rep = self.measured.rep.id
        session = Session("measured", "Measured", rep, EMAIL, replica.device)
        with replica._database.transaction() as connection:
            meta.write(connection, "user", rep)
            meta.write(connection, "session", session)
        return replica

    def register(self, device: int, rep: User | None = None) -> str:
        """Let a device of the rep in; returns its token."""
        token = f"token of {device}"
        office = self.measured.office
        office.client(rep or self.measured.rep, device)
        with office.store.write() as connection:
            devices.change(
                connection,
                office.admin.workspace,
                device,
                token_hash=sha256(token.encode()).digest(),
                seen_ms=time.time_ns() // 1_000_000,
            )
        return token

    def close(self) -> None:
        for server in self.servers:
            server.kill()
        self.measured.close()

    def _credentials(self) -> None:
        """All may sign in; only the first has a password for it."""
        office = self.measured.office
        hashed = password_hasher().hash(PASSWORD)
        with office.store.write() as connection:
            for number, team in enumerate(self.measured.teams):
                email, secret = (f"rep{number}@acme.example", "") if number else (EMAIL, hashed)
                may = Credential(office.admin.workspace, team.rep.id, email, secret, active=True)
                credentials.put(connection, may, office.clock())


@contextmanager
def site(
    folder: Path,
    records: int,
    *,
    teams: int = 1,
    web: Path | None = None,
    database_url: str = "",
    servers: int = 1,
) -> Iterator[Site]:
    """A site in a folder of its own, on SQLite if not told; the servers are killed at the end."""
    folder.mkdir()
    database_url = database_url or f"sqlite:///{folder / 'server.db'}"
    measured = Measured(database_url, records, teams)
    opened = Site(folder, measured, database_url, web or folder, servers)
    try:
        yield opened
    finally:
        opened.close()
