"""What is still written to a record that was merged reaches the one that goes on, by the rules."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

import pytest

from client import talk
from sync_protocol.records import Account, Contact, Notice, entries
from sync_protocol.records import Phone as PhoneNumber
from tests.simulation.world import Phone, World, same

pytestmark = pytest.mark.everywhere


class Shops(NamedTuple):
    """A shop, its doublet and three phones that hold both; Olga's is the office's."""

    world: World
    rita: Phone
    ben: Phone
    olga: Phone

    def shop(self, phone: Phone) -> Account:
        return phone.replica.find(Account, name="Corner shop")[0]

    def double(self, phone: Phone) -> Account:
        return phone.replica.find(Account, name="The corner shop", deleted=True)[0]

    def merge(self) -> None:
        self.world.wait(1_000)
        self.olga.replica.merge(self.double(self.olga), self.shop(self.olga))
        self.olga.sync()
        self.world.wait(1_000)

    def notices(self, phone: Phone) -> list[tuple[str, str, str]]:
        """Reason, record and cells of all that this person was told."""
        found = phone.replica.find(Notice, owner_id=phone.replica.user_id)
        return [(told.reason, told.record_id, told.cells) for told in found]

    def conflicts(self) -> list[tuple[str, str]]:
        """Record and cell of all that the office sees overwritten."""
        page = asyncio.run(self.olga.replica.conflicts())
        return [(found.id, found.lost.cell) for found in page.conflicts]


@pytest.fixture
def shops(world: World) -> Shops:
    rita, ben, olga = world.phone(world.rita), world.phone(world.ben), world.phone(world.olga)
    olga.sync()
    olga.replica.update(world.shop, phones=entries(PhoneNumber("111"), PhoneNumber("999")))
    olga.replica.create(
        Account(
            name="The corner shop",
            territory_id=world.territory.id,
            website="https://corner.example",
            phones=entries(PhoneNumber("222"), PhoneNumber("999")),
        )
    )
    world.settle()
    return Shops(world, rita, ben, olga)


def numbers(account: Account) -> list[str]:
    return sorted(phone.number for phone in account.phones.values())


def test_whoever_is_overwritten_by_a_late_edit_is_told(shops: Shops) -> None:
    world, rita, ben, olga = shops.world, shops.rita, shops.ben, shops.olga
    shops.merge()
    ben.sync()
    ben.replica.update(shops.shop(ben), about="Ben's, on the winner")
    ben.sync()
    world.wait(1_000)
    rita.replica.update(shops.double(rita), about="Rita's, later, on the doublet")
    world.settle()
    shop = shops.shop(olga)
    assert shop.about == "Rita's, later, on the doublet"
    assert shops.notices(ben) == [("overwritten", shop.id, "about")]
    assert shops.notices(rita) == []
    assert shops.conflicts() == [(shop.id, "about")]
    same(world)


def test_whoever_loses_by_a_late_edit_is_told_and_finds_it_in_the_past_of_what_goes_on(
    shops: Shops,
) -> None:
    world, rita, ben = shops.world, shops.rita, shops.ben
    rita.replica.update(shops.double(rita), about="Rita's, early, on the doublet")
    shops.merge()
    ben.sync()
    ben.replica.update(shops.shop(ben), about="Ben's, later, on the winner")
    ben.sync()
    world.settle()
    shop = shops.shop(rita)
    assert shop.about == "Ben's, later, on the winner"
    assert shops.notices(rita) == [("overwritten", shop.id, "about")]
    assert shops.notices(ben) == []
    assert shops.conflicts() == [(shop.id, "about")]
    lost = [written.value for written in rita.replica.history(shop) if written.lost]
    assert lost == ["Rita's, early, on the doublet"]
    same(world)


@pytest.mark.parametrize("first", ["ben", "rita"])
def test_the_later_writer_wins_whoever_syncs_first(shops: Shops, first: str) -> None:
    """What replaces a copy, and so comes after the merge, makes nothing beside it younger."""
    world, rita, ben, olga = shops.world, shops.rita, shops.ben, shops.olga
    rita.replica.update(shops.double(rita), about="Early", website="https://corrected.example")
    world.wait(1_000)
    ben.replica.update(shops.shop(ben), about="Later, on the winner")
    shops.merge()
    for phone in (ben, rita) if first == "ben" else (rita, ben):
        phone.sync()
    world.settle()
    shop = shops.shop(olga)
    assert (shop.about, shop.website) == ("Later, on the winner", "https://corrected.example")
    same(world)


@pytest.mark.parametrize("first", ["rita", "olga"])
def test_what_was_written_unseen_by_whoever_merged_is_carried_whoever_syncs_first(
    shops: Shops, first: str
) -> None:
    world, rita, olga = shops.world, shops.rita, shops.olga
    double = shops.double(rita)
    added = {"3": PhoneNumber("444")}
    rita.replica.update(double, about="Closed on Mondays", website="https://corrected.example")
    rita.replica.update(double, phones=double.phones | added)
    world.wait(1_000)
    olga.replica.merge(shops.double(olga), shops.shop(olga))
    for phone in (rita, olga) if first == "rita" else (olga, rita):
        phone.sync()
    world.settle()
    shop = shops.shop(olga)
    assert (shop.about, shop.website) == ("Closed on Mondays", "https://corrected.example")
    assert numbers(shop) == ["111", "222", "444", "999"]
    assert shops.notices(rita) == shops.notices(olga) == []
    same(world)


def test_what_whoever_merged_had_seen_or_written_is_not_written_again(shops: Shops) -> None:
    world, rita, olga = shops.world, shops.rita, shops.olga
    rita.replica.update(shops.double(rita), about="Closed on Mondays")
    rita.sync()
    olga.sync()
    olga.replica.update(shops.double(olga), website="https://corrected.example")
    shops.merge()
    world.settle()
    written = asyncio.run(rita.replica.full_history(shops.shop(rita)))
    assert {found.name for found in written} >= {"Merge into Corner shop"}
    assert "Fieldbook" not in {found.name for found in written}
    same(world)


def test_of_late_edits_of_what_was_copied_the_latest_stands(shops: Shops) -> None:
    world, rita, ben, olga = shops.world, shops.rita, shops.ben, shops.olga
    for number in ("22", "2229"):
        double = shops.double(rita)
        entry = next(at for at, phone in double.phones.items() if phone.number != "999")
        rita.replica.update(double, phones={**double.phones, entry: PhoneNumber(number)})
        world.wait(1_000)
    rita.replica.update(shops.double(rita), website="https://first.example")
    world.wait(1_000)
    ben.replica.update(shops.double(ben), website="https://second.example")
    shops.merge()
    rita.sync()
    ben.sync()
    world.settle()
    shop = shops.shop(olga)
    assert shop.website == "https://second.example"
    assert numbers(shop) == ["111", "2229", "999"]
    same(world)


def test_a_late_edit_that_was_undone_is_undone_on_the_one_that_goes_on(shops: Shops) -> None:
    world, rita, olga = shops.world, shops.rita, shops.olga
    rita.replica.update(shops.double(rita), website="https://oops.example")
    world.wait(1_000)
    rita.replica.undo()
    shops.merge()
    world.settle()
    assert shops.shop(olga).website == "https://corner.example"
    same(world)


def test_who_is_overwritten_by_a_late_edit_is_told_though_its_author_had_read_it(
    shops: Shops,
) -> None:
    world, rita, ben = shops.world, shops.rita, shops.ben
    ben.replica.update(shops.shop(ben), about="Ben's, on the winner")
    world.settle()
    world.wait(1_000)
    shops.merge()
    rita.replica.update(shops.double(rita), about="Rita's, on the doublet")
    world.settle()
    shop = shops.shop(ben)
    assert shop.about == "Rita's, on the doublet"
    assert shops.notices(ben) == [("overwritten", shop.id, "about")]
    assert shops.conflicts() == [(shop.id, "about")]
    same(world)


def test_whoever_made_the_one_that_goes_on_is_told_of_what_a_late_edit_overwrites(
    shops: Shops,
) -> None:
    """What came with its create was unseen, too, by who wrote to the doublet."""
    world, rita, ben, olga = shops.world, shops.rita, shops.ben, shops.olga
    bakery = ben.replica.create(
        Account(name="Bakery", about="Ben's", source="Fair", territory_id=world.territory.id)
    )
    world.settle()
    double = shops.double(rita)
    olga.replica.merge(shops.double(olga), bakery)
    olga.sync()
    world.wait(1_000)
    rita.replica.update(double, about="Rita's", source="Fair", industry="Food")
    world.settle()
    assert ben.replica.find(Account, id=bakery.id)[0].about == "Rita's"
    assert shops.notices(ben) == [("overwritten", bakery.id, "about")]
    assert shops.conflicts() == [(bakery.id, "about")]
    assert shops.notices(olga) == []
    same(world)


def test_whoever_edits_late_is_told_that_the_one_that_went_on_was_deleted(shops: Shops) -> None:
    world, rita, olga = shops.world, shops.rita, shops.olga
    rita.replica.update(shops.double(rita), website="https://corrected.example")
    shops.merge()
    shop = shops.shop(olga)
    olga.replica.delete(shop)
    olga.sync()
    world.settle()
    assert shops.notices(rita) == [("hidden", shop.id, "")]
    same(world)


def test_a_child_that_is_taken_along_keeps_its_age_beside_a_younger_one(shops: Shops) -> None:
    world, rita, ben, olga = shops.world, shops.rita, shops.ben, shops.olga
    third = ben.replica.create(Account(name="Third", territory_id=world.territory.id))
    old = ben.replica.create(Contact(name="Old", account_id=shops.double(ben).id))
    ben.sync()
    rita.sync()
    world.wait(1_000)
    rita.replica.update(rita.replica.find(Contact, id=old.id)[0], account_id=third.id)
    world.wait(1_000)
    young = ben.replica.create(Contact(name="Young", account_id=shops.double(ben).id))
    ben.sync()
    shops.merge()
    world.settle()
    found = {contact.id: contact.account_id for contact in olga.replica.find(Contact)}
    assert (found[old.id], found[young.id]) == (third.id, shops.shop(olga).id)
    same(world)


def test_what_the_merge_itself_had_copied_is_corrected_and_nobody_is_told(shops: Shops) -> None:
    world, rita, olga = shops.world, shops.rita, shops.olga
    rita.replica.update(shops.double(rita), website="https://corner-shop.example")
    shops.merge()
    world.settle()
    assert shops.shop(rita).website == "https://corner-shop.example"
    assert shops.notices(olga) == []
    olga.replica.update(shops.shop(olga), website="https://shop.example")
    world.settle()
    assert shops.shop(rita).website == "https://shop.example"
    same(world)


def test_a_corrected_number_replaces_the_one_that_was_copied_and_no_other(shops: Shops) -> None:
    world, rita, olga = shops.world, shops.rita, shops.olga
    double = shops.double(rita)
    corrected = {entry: PhoneNumber(f"{phone.number}0") for entry, phone in double.phones.items()}
    rita.replica.update(double, phones=corrected)
    shops.merge()
    world.settle()
    assert numbers(shops.shop(olga)) == ["111", "2220", "9990"]
    rita.replica.update(shops.double(rita), phones={"1": PhoneNumber("333")})
    world.settle()
    assert numbers(shops.shop(olga)) == ["111", "333"]
    same(world)


def test_a_number_added_late_is_added(shops: Shops) -> None:
    world, rita, olga = shops.world, shops.rita, shops.olga
    double = shops.double(rita)
    rita.replica.update(double, phones=double.phones | {"3": PhoneNumber("444")})
    shops.merge()
    world.settle()
    assert numbers(shops.shop(olga)) == ["111", "222", "444", "999"]
    same(world)


def test_what_cannot_be_carried_keeps_nothing_else_back(shops: Shops) -> None:
    """An account that is a branch of the one it is merged into cannot be that of itself."""
    world, rita, ben, olga = shops.world, shops.rita, shops.ben, shops.olga
    ben.replica.update(shops.double(ben), about="Ben's")
    ben.sync()
    world.wait(1_000)
    double = shops.double(rita)
    rita.replica.update(double, parent_id=shops.shop(rita).id, about="Closed on Mondays")
    shops.merge()
    world.settle()
    shop = shops.shop(olga)
    assert (shop.parent_id, shop.about) == ("", "Closed on Mondays")
    assert shops.notices(ben) == [("overwritten", double.id, "about")]
    same(world)


def test_whoever_followed_the_one_follows_the_other_and_can_stop(shops: Shops) -> None:
    world, rita, ben, olga = shops.world, shops.rita, shops.ben, shops.olga
    talk.follow(rita.replica, "account", shops.double(rita).id)
    rita.sync()
    olga.sync()
    talk.follow(ben.replica, "account", shops.double(ben).id)
    shops.merge()
    world.settle()
    shop = shops.shop(olga)
    assert talk.follows(rita.replica, shop.id)
    assert talk.follows(ben.replica, shop.id)
    talk.follow(rita.replica, "account", shop.id, on=False)
    rita.sync()
    told = shops.notices(rita), shops.notices(ben)
    olga.replica.update(shop, about="News")
    world.settle()
    assert shops.notices(rita) == told[0]
    assert shops.notices(ben) == [*told[1], ("followed", shop.id, "")]
    same(world)
