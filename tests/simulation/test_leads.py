"""Two devices, each without a signal, do the same with one customer: what is left of it."""

from __future__ import annotations

import pytest

from client import leading
from client.leading import Plan
from sync_protocol.records import Account, Contact, Email, Lead, entries
from tests.simulation.world import Phone, World, same

pytestmark = pytest.mark.everywhere


@pytest.fixture
def phones(world: World) -> tuple[Phone, Phone]:
    """Rita's phone and the office, both holding a lead of the territory."""
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    olga.sync()
    olga.replica.create(Lead(name="Ada Byrne", company="Adler", territory_id=world.territory.id))
    world.settle()
    return rita, olga


def lead(phone: Phone) -> Lead:
    return phone.replica.find(Lead, name="Ada Byrne")[0]


def index(phone: Phone) -> None:
    while phone.replica.index_some():
        pass


def test_two_devices_that_convert_one_lead_make_one_account_and_one_contact(
    world: World, phones: tuple[Phone, Phone]
) -> None:
    rita, olga = phones
    territory = world.territory.id
    leading.convert(rita.replica, lead(rita), Plan(new_account="Adler", territory_id=territory))
    world.wait(1_000)
    leading.convert(
        olga.replica, lead(olga), Plan(new_account="Gasthof Adler", territory_id=territory)
    )
    world.settle()
    for phone in (rita, olga):
        accounts = [a for a in phone.replica.find(Account) if a.id != world.shop.id]
        assert [account.name for account in accounts] == ["Gasthof Adler"]
        (contact,) = phone.replica.find(Contact)
        assert contact.account_id == accounts[0].id
        converted = lead(phone).converted
        assert converted is not None
        assert (converted.account_id, converted.contact_id) == (accounts[0].id, contact.id)
        assert phone.replica.problems() == []
    same(world)


def test_if_one_chose_an_account_that_existed_the_later_conversion_says_where_the_contact_belongs(
    world: World, phones: tuple[Phone, Phone]
) -> None:
    rita, olga = phones
    leading.convert(
        rita.replica, lead(rita), Plan(new_account="Adler", territory_id=world.territory.id)
    )
    world.wait(1_000)
    leading.convert(olga.replica, lead(olga), Plan(account_id=world.shop.id))
    world.settle()
    for phone in (rita, olga):
        (contact,) = phone.replica.find(Contact)
        assert contact.account_id == world.shop.id
        converted = lead(phone).converted
        assert converted is not None
        assert converted.account_id == world.shop.id
    same(world)


def test_a_conversion_and_a_disqualification_end_with_the_later_one(
    world: World, phones: tuple[Phone, Phone]
) -> None:
    rita, olga = phones
    leading.convert(
        rita.replica, lead(rita), Plan(new_account="Adler", territory_id=world.territory.id)
    )
    world.wait(1_000)
    leading.disqualify(olga.replica, lead(olga), reason="No budget")
    world.settle()
    for phone in (rita, olga):
        assert lead(phone).status == "disqualified"
        assert len(phone.replica.find(Contact)) == 1
        assert phone.replica.problems() == []
    same(world)


def test_two_reps_who_made_the_same_customer_offline_are_proposed_one_after_sync(
    world: World,
) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    for phone, name in ((rita, "Gasthof Adler"), (olga, "Gasthof Adler GmbH")):
        phone.replica.create(
            Account(
                name=name,
                territory_id=world.territory.id,
                emails=entries(Email("info@adler.example")),
            )
        )
        index(phone)
        assert phone.replica.twins() == []
    world.settle()
    for phone in (rita, olga):
        index(phone)
        (pair,) = phone.replica.twins()
        assert pair.reasons == "same name, same e-mail"
    one, two = (rita.replica.get(Account, i) for i in (pair.one, pair.two))
    assert one is not None
    assert two is not None
    rita.replica.merge(two, one)
    world.settle()
    for phone in (rita, olga):
        index(phone)
        assert phone.replica.twins() == []
        assert len(phone.replica.find(Account)) == 2
    same(world)


def test_two_reps_who_merge_one_pair_both_ways_end_with_one_customer(world: World) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    one, two = (
        olga.replica.create(Account(name="Adler", territory_id=world.territory.id))
        for _ in range(2)
    )
    world.settle()
    rita.replica.merge(one, two)
    olga.replica.merge(two, one)
    world.settle()
    assert len(olga.replica.find(Account, name="Adler")) == 1
    assert len(rita.replica.problems()) + len(olga.replica.problems()) == 1
    same(world)
