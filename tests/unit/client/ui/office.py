"""A small company on one device: what the screens are tested with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.replica import Replica
from client.store import incoming, meta, outbox
from sync_protocol.messages import Applied, Rejected
from sync_protocol.records import (
    SETTINGS_ID,
    Account,
    Contact,
    Label,
    Outcome,
    Role,
    Settings,
    Territory,
    User,
)
from sync_protocol.session import Session

if TYPE_CHECKING:
    from pathlib import Path

    from sync_protocol.records import Record
    from tests.unit.client.ui.near_server import NearServer

NOON_MS = 1_790_000_000_000
NOON_MS -= NOON_MS % 86_400_000 - 12 * 3_600_000
OUTCOMES = ("Order placed", "Interested", "Not in")
EMAIL = "rita@example.com"


class Office:
    """A replica with three customers; its clock stands still unless a test moves it."""

    def __init__(self) -> None:
        self.time_ms = NOON_MS
        self.replica: Replica
        self.accounts: list[Account]
        self.contact: Contact
        self.server: NearServer

    def __getitem__(self, place: int) -> Account:
        return self.accounts[place]

    def now(self) -> int:
        return self.time_ms

    def found(self, struct: type[Record], record_id: str) -> Record:
        record = self.replica.get(struct, record_id)
        assert record is not None
        return record


async def open_office(
    folder: Path,
    role: Role = "rep",
    outcomes: tuple[str, ...] = OUTCOMES,
    server: NearServer | None = None,
) -> Office:
    """Everything in it counts as synced already."""
    office = Office()
    replica = await Replica.open(str(folder / "replica.db"), now=office.now, transport=server)
    office.replica = replica
    if server is not None:
        office.server = server
    user = replica.new_id()
    with replica._database.transaction() as connection:
        meta.write(connection, "user", user)
        meta.write(connection, "email", EMAIL)
        session = Session("w", "Alpenquell", user, EMAIL, replica.device)
        meta.write(connection, "session", session)
    with replica.changeset("The office"):
        replica.create(Settings(id=SETTINGS_ID, name="Alpenquell", time_zone="Europe/Berlin"))
        territory = replica.create(Territory(name="South", reps={user: True}))
        for place, name in enumerate(outcomes):
            replica.create(Outcome(name=name, colour="#2e7d32", place=place))
        replica.create(Label(name="Prospect", colour="#1565c0"))
        office.accounts = [
            replica.create(Account(name=name, territory_id=territory.id))
            for name in ("Brauerei Adler", "Café Müller", "Hotel Post")
        ]
        office.contact = replica.create(Contact(name="Ada Byrne", account_id=office[0].id))
        replica.create(User(id=user, name="Rita Berger", role=role))
    accept_all(replica)
    while replica.index_some():
        pass
    return office


def accept_all(replica: Replica) -> None:
    """The server has taken everything that waited."""
    verdicts = tuple(
        Applied(changeset.number, place + 1) for place, changeset in enumerate(replica.pending())
    )
    outbox.settle(replica._database, verdicts, replica.now())
    if not replica.loaded:
        incoming.finish_load(replica._database, {"workspace"})


def refuse_all(replica: Replica, field: str, message: str) -> None:
    """The server has refused everything that waited."""
    verdicts = tuple(
        Rejected(changeset.number, "invalid", message, change.kind, change.id, field)
        for changeset in replica.pending()
        for change in changeset.changes[:1]
    )
    outbox.settle(replica._database, verdicts, replica.now())
