"""The digests kept beside the records are put right, should they ever say something else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, delete, update

from server.store.tables import scope_digest
from sync_protocol import digest
from sync_protocol.messages import Audit, Sums
from sync_protocol.records import Account
from tests.integration.server.office import Client, Office, create


def says_diverged(office: Office, client: Client) -> bool:
    """What a replica is told that holds exactly what the server's rows do."""
    welcome = client.hello()
    found = office.exchange.digests(office.admin.workspace, welcome.scopes)
    held = sum(found.values()) % digest.MODULUS
    asked = client.hello(cursor=welcome.head, scopes=digest.scopes(welcome.scopes), digest=held)
    return asked.diverged


def audited(office: Office, client: Client) -> Sums:
    request = Audit(client.session.device, client.hello().scopes)
    return office.exchange.audit(client.session, request)


def with_shops(office: Office) -> tuple[Client, str]:
    """A device, and a scope of its own with a few accounts in it."""
    rep = office.user()
    territory = office.territory(rep)
    client = office.client(rep)
    for name in ("Bakery", "Butcher"):
        client.push(create(Account(id=office.id(), name=name, territory_id=territory.id)))
    return client, f"territory:{territory.id}"


def drift(office: Office, scope: str) -> None:
    with office.store.write() as connection:
        connection.execute(
            update(scope_digest).where(scope_digest.c.scope == scope).values(total=1)
        )


def test_a_kept_digest_that_has_drifted_is_put_right_by_the_first_audit(office: Office) -> None:
    client, scope = with_shops(office)
    assert not says_diverged(office, client)
    drift(office, scope)
    assert says_diverged(office, client)
    audited(office, client)
    assert not says_diverged(office, client)


def test_kept_digests_that_are_missing_or_of_nothing_are_put_right_too(office: Office) -> None:
    client, scope = with_shops(office)
    empty = f"user:{client.session.user}"
    with office.store.write() as connection:
        connection.execute(delete(scope_digest).where(scope_digest.c.scope == scope))
        row = {"workspace_id": office.admin.workspace, "scope": empty, "total": 7}
        connection.execute(scope_digest.insert().values(row))
    assert says_diverged(office, client)
    audited(office, client)
    assert not says_diverged(office, client)
    client.push(create(Account(id=office.id(), name="Late", owner_id=client.session.user)))
    assert not says_diverged(office, client)


def test_an_audit_that_was_overtaken_puts_nothing_wrong(office: Office) -> None:
    client, scope = with_shops(office)
    drift(office, scope)
    write = office.store.write

    @contextmanager
    def overtaken() -> Iterator[Connection]:
        office.store.write = write  # type: ignore[method-assign]
        audited(office, client)
        client.push(create(Account(id=office.id(), name="Late", territory_id=scope[10:])))
        with write() as connection:
            yield connection

    office.store.write = overtaken  # type: ignore[method-assign]
    audited(office, client)
    assert not says_diverged(office, client)
