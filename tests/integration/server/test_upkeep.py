"""What is removed for good takes nothing along that somebody still sees by it."""

from __future__ import annotations

from server.domain.upkeep import DAY_MS, Done, Upkeep
from sync_protocol.messages import Applied
from sync_protocol.records import Account
from tests.integration.server.office import Client, Office, create, update

HORIZON = 180


def half_a_year_later(office: Office) -> Done:
    office.clock.now_ms += (HORIZON + 1) * DAY_MS
    return Upkeep(office.store, office.clock, horizon_days=HORIZON).run()


def delete(client: Client, kind: str, record_id: str) -> None:
    assert isinstance(client.push(update(kind, record_id, deleted=True)), Applied)


def test_a_deleted_territory_keeps_its_accounts_for_whoever_takes_it_back(office: Office) -> None:
    admin, rep = office.client(office.admin.user), office.user()
    territory = office.territory(rep)
    account = Account(id=office.id(), name="Bakery", territory_id=territory.id)
    office.client(rep).push(create(account))
    delete(admin, "territory", territory.id)
    assert account.id not in {state.id for state in admin.states()}
    assert half_a_year_later(office).removed == 0
    admin.push(update("territory", territory.id, deleted=False))
    assert account.id in {state.id for state in admin.states()}


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
