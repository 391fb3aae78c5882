"""Two records become one while others still write to the one that goes."""

from __future__ import annotations

import pytest

from client.clashes import found as taken_twice
from client.errors import Invalid
from sync_protocol.records import Account, Activity, Contact, Label, Territory, entries
from sync_protocol.records import Phone as PhoneNumber
from tests.simulation.world import Phone, World, same

pytestmark = pytest.mark.everywhere


@pytest.fixture
def phones(world: World) -> tuple[Phone, Phone]:
    """Rita's phone and the office, both holding a doublet of the corner shop with a contact."""
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    olga.sync()
    olga.replica.update(world.shop, phones=entries(PhoneNumber("1")))
    double = olga.replica.create(
        Account(
            name="The corner shop",
            territory_id=world.territory.id,
            website="https://corner.example",
            phones=entries(PhoneNumber("2")),
        )
    )
    olga.replica.create(Contact(name="Ada Byrne", account_id=double.id))
    olga.replica.label(double, "Customer")
    world.settle()
    return rita, olga


def shop(phone: Phone) -> Account:
    return phone.replica.find(Account, name="Corner shop")[0]


def double(phone: Phone) -> Account:
    return phone.replica.find(Account, name="The corner shop", deleted=True)[0]


def test_the_winner_gets_what_it_lacks_and_all_that_hung_beneath(
    world: World, phones: tuple[Phone, Phone]
) -> None:
    rita, olga = phones
    olga.replica.merge(double(olga), shop(olga))
    world.settle()
    for phone in (rita, olga):
        (account,) = phone.replica.find(Account)
        assert account.website == "https://corner.example"
        assert [phone_.number for phone_ in account.phones.values()] == ["1", "2"]
        assert [c.account_id for c in phone.replica.find(Contact)] == [account.id]
        assert [label.name for label in phone.replica.labels_of(account.id)] == ["Customer"]
    same(world)


def test_a_late_edit_and_a_late_visit_land_on_the_winner(
    world: World, phones: tuple[Phone, Phone]
) -> None:
    rita, olga = phones
    rita.replica.update(double(rita), about="Closed on Mondays")
    rita.replica.create(Activity(kind="visit", at=1, account_id=double(rita).id, note="Late"))
    rita.replica.label(double(rita), "Prospect")
    world.wait(1_000)
    olga.replica.merge(double(olga), shop(olga))
    olga.sync()
    world.settle()
    for phone in (rita, olga):
        (account,) = phone.replica.find(Account)
        assert account.about == "Closed on Mondays"
        assert [visit.account_id for visit in phone.replica.find(Activity)] == [account.id]
        names = {label.name for label in phone.replica.labels_of(account.id)}
        assert names == {"Customer", "Prospect"}
    same(world)


def test_what_others_had_added_before_the_merge_reached_the_server_comes_along(
    world: World, phones: tuple[Phone, Phone]
) -> None:
    rita, olga = phones
    rita.replica.create(Contact(name="Ben", account_id=double(rita).id))
    rita.sync()
    olga.replica.merge(double(olga), shop(olga))
    world.settle()
    for phone in (rita, olga):
        accounts = {contact.account_id for contact in phone.replica.find(Contact)}
        assert accounts == {shop(phone).id}
    same(world)


def test_undo_brings_both_back(world: World, phones: tuple[Phone, Phone]) -> None:
    rita, olga = phones
    rita.replica.create(Contact(name="Ben", account_id=double(rita).id))
    rita.sync()
    olga.replica.merge(double(olga), shop(olga))
    world.settle()
    undone = olga.replica.undo()
    assert undone is not None
    world.settle()
    for phone in (rita, olga):
        assert {account.name for account in phone.replica.find(Account)} == {
            "Corner shop",
            "The corner shop",
        }
        accounts = {contact.account_id for contact in phone.replica.find(Contact)}
        assert accounts == {double(phone).id}
        assert shop(phone).website == ""
    same(world)


def test_two_merges_that_would_go_round_do_not_both_stand(
    world: World, phones: tuple[Phone, Phone]
) -> None:
    rita, olga = phones
    olga.replica.merge(double(olga), shop(olga))
    rita.replica.merge(shop(rita), double(rita))
    world.settle()
    assert [p.rejection.code for p in (*rita.replica.problems(), *olga.replica.problems())] == [
        "cycle"
    ]
    for phone in (rita, olga):
        assert len(phone.replica.find(Account)) == 1
    same(world)


def test_a_record_cannot_be_merged_into_itself(world: World, phones: tuple[Phone, Phone]) -> None:
    _rita, olga = phones
    with pytest.raises(Invalid):
        olga.replica.merge(shop(olga), shop(olga))
    olga.replica.merge(double(olga), shop(olga))
    with pytest.raises(Invalid):
        olga.replica.update(shop(olga), merged_into=double(olga).id)


def test_a_name_taken_twice_offline_is_held_by_the_first_and_flagged_on_the_other(
    world: World,
) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    first = rita.replica.create(Label(name="VIP"))
    world.wait(1_000)
    second = olga.replica.create(Label(name="vip "))
    olga.sync()
    world.settle()
    for phone in (rita, olga):
        clashes = {label.id: label.clash for label in phone.replica.find(Label)}
        assert (clashes[first.id], clashes[second.id]) == ("", "name")
        (clash,) = taken_twice(phone.replica)
        assert (clash.holder.id, [other.id for other in clash.others]) == (first.id, [second.id])
    olga.replica.update(olga.replica.get(Label, second.id) or second, name="Very important")
    world.settle()
    assert {label.clash for label in rita.replica.find(Label)} == {""}
    assert taken_twice(rita.replica) == []
    olga.replica.update(olga.replica.get(Label, second.id) or second, name="VIP")
    world.settle()
    olga.replica.delete(olga.replica.get(Label, first.id) or first)
    world.settle()
    assert {label.clash for label in rita.replica.find(Label)} == {""}
    same(world)


def test_nothing_is_carried_into_a_record_its_author_may_not_see(world: World) -> None:
    rita, olga = world.phone(world.rita), world.phone(world.olga)
    world.settle()
    elsewhere = Territory(id=world.office.id(), name="Elsewhere")
    secret = Account(id=world.office.id(), name="Secret Ltd", territory_id=elsewhere.id)
    world.office.add(elsewhere, secret)
    world.settle()
    olga.replica.merge(
        olga.replica.get(Account, world.shop.id) or world.shop,
        olga.replica.get(Account, secret.id) or secret,
    )
    rita.replica.update(world.shop, about="Rita's, for her own customer only")
    world.settle()
    assert (olga.replica.get(Account, secret.id) or secret).about == ""
    assert (olga.replica.get(Account, world.shop.id) or secret).about.startswith("Rita's")
    same(world)


def test_a_merge_takes_the_values_that_were_chosen_and_undo_brings_them_back(
    world: World, phones: tuple[Phone, Phone]
) -> None:
    rita, olga = phones
    before = (shop(olga), double(olga))
    merged = olga.replica.merge(before[1], before[0], name="The corner shop", about="Chosen")
    assert (merged.name, merged.about) == ("The corner shop", "Chosen")
    world.settle()
    assert [account.name for account in rita.replica.find(Account)] == ["The corner shop"]
    undone = olga.replica.undo()
    assert undone is not None
    assert undone.kept == ()
    assert (shop(olga), double(olga)) == before
    world.settle()
    same(world)


def test_one_number_written_in_two_ways_is_joined_to_one(
    world: World, phones: tuple[Phone, Phone]
) -> None:
    _rita, olga = phones
    first, second = shop(olga), double(olga)
    olga.replica.update(first, phones=entries(PhoneNumber("+49 9261 62800")))
    olga.replica.update(second, phones=entries(PhoneNumber("0049 9261/62800")))
    merged = olga.replica.merge(double(olga), shop(olga))
    assert [phone.number for phone in merged.phones.values()] == ["+49 9261 62800"]
