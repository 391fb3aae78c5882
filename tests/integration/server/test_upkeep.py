"""What is removed for good takes nothing along that somebody still sees by it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import msgspec
import pytest
from msgspec import structs

from server.domain.upkeep import DAY_MS, Done, Upkeep
from server.store import horizon, records
from sync_protocol.messages import Applied, HistoryOf, Write
from sync_protocol.records import Account, Activity, Contact, Label
from tests.integration.server.office import Client, Office, create, update

HORIZON = 180
HOUR_MS = 3_600_000


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


def test_a_deletion_that_comes_late_can_be_taken_back_like_any_other(office: Office) -> None:
    rita, ben = office.user(), office.user()
    territory = office.territory(rita, ben)
    account = Account(id=office.id(), name="Bakery", territory_id=territory.id)
    contact = Contact(id=office.id(), name="Eva", account_id=account.id)
    late, other = office.client(rita), office.client(ben)
    other.push(create(account))
    deleted_long_ago = late.changeset(update("account", account.id, deleted=True))
    half_a_year_later(office)
    other.push(create(contact))
    (verdict,) = late.send(deleted_long_ago)
    assert isinstance(verdict, Applied)
    assert Upkeep(office.store, office.clock, horizon_days=HORIZON).run().removed == 0
    other.push(update("account", account.id, deleted=False))
    assert {account.id, contact.id} <= {state.id for state in other.states()}
    delete(other, "account", account.id)
    assert half_a_year_later(office).removed == 2


def test_what_came_late_beneath_something_deleted_can_be_had_back_for_as_long(
    office: Office,
) -> None:
    rita, ben = office.user(), office.user()
    territory = office.territory(rita, ben)
    account = Account(id=office.id(), name="Bakery", territory_id=territory.id)
    other = Account(id=office.id(), name="Café", territory_id=territory.id)
    contact = Contact(id=office.id(), name="Eva", account_id=account.id)
    author, deleter = office.client(rita), office.client(ben)
    author.push(create(account), create(other), create(contact))
    deleter.push(
        update("account", account.id, deleted=True), update("account", other.id, deleted=True)
    )
    office.clock.now_ms += (HORIZON - 1) * DAY_MS
    visit = Activity(id=office.id(), kind="visit", at=1, contact_id=contact.id, note="Just typed")
    assert isinstance(author.push(create(visit)), Applied)
    office.clock.now_ms += 2 * DAY_MS
    assert Upkeep(office.store, office.clock, horizon_days=HORIZON).run().removed == 1
    assert {account.id, contact.id, visit.id} <= {state.id for state in author.states()}
    assert half_a_year_later(office).removed == 3


def test_what_was_merged_into_a_record_goes_for_good_with_it(office: Office) -> None:
    rep = office.user()
    client, territory = office.client(rep), office.territory(rep)
    names = ("Bakery", "Baker's", "The bakery")
    made = [Account(id=office.id(), name=name, territory_id=territory.id) for name in names]
    client.push(*map(create, made))
    for merged, into in pairwise(made):
        client.push(update("account", merged.id, merged_into=into.id))
    delete(client, "account", made[-1].id)
    assert half_a_year_later(office).removed == 3
    assert {state.id for state in client.states()}.isdisjoint(account.id for account in made)


def test_nor_does_creating_a_record_again_as_deleted_remove_it_at_once(office: Office) -> None:
    rep = office.user()
    client, territory = office.client(rep), office.territory(rep)
    account = Account(id=office.id(), name="Bakery", territory_id=territory.id)
    client.push(create(account))
    again = create(structs.replace(account, deleted=True))
    dated_back = client.changeset(again)
    half_a_year_later(office)
    client.send(dated_back)
    assert Upkeep(office.store, office.clock, horizon_days=HORIZON).run().removed == 0
    assert half_a_year_later(office).removed == 1


def test_what_was_deleted_lately_does_not_make_what_goes_be_looked_through_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(horizon, "_CHUNK", 2)
    admin, looked = office.client(office.admin.user), list[object]()
    beneath = records.beneath

    def counted(*asked: Any) -> Any:
        looked.append(asked)
        return beneath(*asked)

    monkeypatch.setattr(records, "beneath", counted)
    costs = []
    for young in (0, 20):
        account = Account(id=office.id(), name="Bakery", owner_id=office.admin.user)
        admin.push(
            create(account), create(Contact(id=office.id(), name="Eva", account_id=account.id))
        )
        delete(admin, "account", account.id)
        office.clock.now_ms += (HORIZON + 1) * DAY_MS
        for _ in range(young):
            label = Label(id=office.id(), name=f"Label {office.id()}")
            admin.push(create(label))
            delete(admin, "label", label.id)
        looked.clear()
        assert Upkeep(office.store, office.clock, horizon_days=HORIZON).run().removed == 2
        costs.append(len(looked))
    assert costs[1] == costs[0] > 0


def test_a_clock_that_was_wrong_for_a_moment_lets_go_of_nothing(office: Office) -> None:
    admin = office.client(office.admin.user)
    label = Label(id=office.id(), name="Prospect")
    admin.push(create(label))
    admin.push(update("label", label.id, name="Customer"))
    right = office.clock.now_ms
    for wrong in (right - 2_000 * DAY_MS, right + 2_000 * DAY_MS):
        office.clock.now_ms = wrong
        office.user()
        office.clock.now_ms = right
        admin.push(update("label", label.id, name=f"Customer {wrong}"))
    before = past(office, admin, label)
    Upkeep(office.store, office.clock, horizon_days=HORIZON).run()
    assert past(office, admin, label) == before
    half_a_year_later(office)
    assert len(past(office, admin, label)) < len(before)


def test_a_clock_that_was_ahead_for_all_that_is_young_lets_go_of_nothing(office: Office) -> None:
    """Set up an hour ahead, then put right: nothing that was taken is half a year old."""
    admin = office.client(office.admin.user)
    label = Label(id=office.id(), name="Prospect")
    admin.push(create(label))
    admin.push(update("label", label.id, name="Customer"))
    admin.push(update("label", label.id, name="Good customer"))
    before = past(office, admin, label)
    office.clock.now_ms -= HOUR_MS
    Upkeep(office.store, office.clock, horizon_days=HORIZON).run()
    assert past(office, admin, label) == before
    admin.push(update("label", label.id, about="Written while the clock is right"))
    Upkeep(office.store, office.clock, horizon_days=HORIZON).run()
    assert past(office, admin, label)[-len(before) :] == before
    half_a_year_later(office)
    assert len(past(office, admin, label)) < len(before)


def past(office: Office, client: Client, label: Label) -> list[Write]:
    request = HistoryOf(client.session.device, "label", label.id)
    return [*office.exchange.history(client.session, request).writes]


def test_what_is_overwritten_today_stays_for_half_a_year_however_old_it_is(office: Office) -> None:
    admin = office.client(office.admin.user)
    label = Label(id=office.id(), name="Ten years of notes")
    admin.push(create(label))
    admin.push(update("label", label.id, about="Typed long ago"))
    assert half_a_year_later(office).removed == 0
    admin.push(update("label", label.id, name="x", about="y"))
    old = {"Ten years of notes", "Typed long ago"}
    Upkeep(office.store, office.clock, horizon_days=HORIZON).run()
    assert old <= values(office, admin, label)
    half_a_year_later(office)
    assert values(office, admin, label).isdisjoint(old)


def test_a_lost_value_stays_for_half_a_year_from_when_it_was_lost(office: Office) -> None:
    admin, ben = office.client(office.admin.user), office.client(office.user("admin"))
    label = Label(id=office.id(), name="Prospect")
    admin.push(create(label))
    seen = admin.head.sequence
    admin.push(update("label", label.id, about="Ada's"), seen=seen)
    office.clock.now_ms += (HORIZON - 1) * DAY_MS
    ben.push(update("label", label.id, about="Ben's"), seen=seen)
    office.clock.now_ms += 2 * DAY_MS
    Upkeep(office.store, office.clock, horizon_days=HORIZON).run()
    assert [write.lost for write in past(office, ben, label) if value_of(write) == "Ada's"] == [
        True
    ]
    half_a_year_later(office)
    assert "Ada's" not in values(office, ben, label)


def test_what_came_too_late_to_stand_stays_as_long(office: Office) -> None:
    admin, ben = office.client(office.admin.user), office.client(office.user("admin"))
    label = Label(id=office.id(), name="Prospect")
    admin.push(create(label))
    late = ben.changeset(update("label", label.id, about="Too late"))
    admin.push(update("label", label.id, about="Stands"))
    half_a_year_later(office)
    ben.send(late)
    Upkeep(office.store, office.clock, horizon_days=HORIZON).run()
    assert "Too late" in values(office, ben, label)
    half_a_year_later(office)
    assert "Too late" not in values(office, ben, label)


def values(office: Office, client: Client, label: Label) -> set[object]:
    return {value_of(write) for write in past(office, client, label)}


def value_of(write: Write) -> object:
    return msgspec.msgpack.decode(write.value)
