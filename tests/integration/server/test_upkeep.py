"""What is removed for good takes nothing along that somebody still sees by it."""

from __future__ import annotations

from server.domain.upkeep import DAY_MS, Done, Upkeep
from server.store import workspaces
from sync_protocol.messages import Applied
from sync_protocol.records import Account, Territory
from tests.integration.server.office import Client, Office, create, update

HORIZON = 180


def half_a_year_later(office: Office) -> Done:
    office.clock.now_ms += (HORIZON + 1) * DAY_MS
    return Upkeep(office.store, office.clock, horizon_days=HORIZON).run()


def delete(client: Client, kind: str, record_id: str) -> None:
    assert isinstance(client.push(update(kind, record_id, deleted=True)), Applied)


def deleted_territory(office: Office, admin: Client) -> Territory:
    territory = office.territory(office.user())
    admin.hello()
    delete(admin, "territory", territory.id)
    return territory


def test_every_server_knows_at_once_whom_and_what_upkeep_has_removed(office: Office) -> None:
    admin = office.client(office.admin.user)
    gone = deleted_territory(office, admin)
    before = admin.hello()
    assert half_a_year_later(office).removed == 1
    with office.store.read() as connection:
        head = workspaces.get(connection, office.admin.workspace)
        people = office.access.people(connection, head)
    assert gone.id not in {territory.id for territory in people.territories}
    after = admin.hello().scopes
    office.restart()
    assert admin.hello().scopes == after == before.scopes


def test_what_was_a_deleted_user_s_alone_stays_with_the_administrators(office: Office) -> None:
    admin, rep = office.client(office.admin.user), office.user()
    account = Account(id=office.id(), name="Bakery", owner_id=rep.id)
    office.client(rep).push(create(account))
    delete(admin, "user", rep.id)
    assert half_a_year_later(office).removed == 0
    office.restart()
    assert f"user:{rep.id}" in admin.hello().scopes
    assert account.id in {state.id for state in admin.states()}
    assert office.exchange.users(office.admin.workspace)[rep.id].deleted
