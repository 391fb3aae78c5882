"""Warnings of blocked channels, and facts that have grown old."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from client import facts, phones
from client.errors import Invalid
from sync_protocol.records import Account, Address, Contact, Need, entries

if TYPE_CHECKING:
    from client.replica import Replica
    from tests.unit.client.conftest import Clock

YEAR = 365


def test_a_blocked_channel_is_warned_of_in_words() -> None:
    ada = Contact(name="Ada", channels={"phone": "blocked", "email": "preferred"})
    assert facts.warning("phone", ada) == "Ada does not want calls."
    assert facts.warning("email", ada) == facts.warning("post", ada) == ""
    assert facts.preferred(ada) == ["email"]


def test_what_a_contact_says_goes_before_what_their_account_says() -> None:
    shop = Account(name="Shop", channels={"phone": "blocked", "visit": "blocked"})
    ada = Contact(name="Ada", channels={"phone": "allowed"})
    assert facts.warning("phone", ada, shop) == ""
    assert facts.warning("visit", ada, shop) == "Shop does not want visits."


def test_needs_of_the_contact_come_before_the_accounts() -> None:
    shop = Account(name="Shop", needs=entries(Need("Ramp at the back")))
    ada = Contact(name="Ada", needs=entries(Need("No calls before ten")))
    assert [need.text for need in facts.needs(ada, shop)] == [
        "No calls before ten",
        "Ramp at the back",
    ]


def test_facts_grow_stale_and_one_act_makes_them_fresh(replica: Replica, clock: Clock) -> None:
    shop = replica.create(Account(name="Shop"))
    assert not facts.is_stale(shop, replica.now(), YEAR)
    assert facts.known_since(shop) == replica.now()
    clock.now_ms += (YEAR + 1) * facts.DAY_MS
    assert facts.is_stale(shop, replica.now(), YEAR)
    facts.still_right(replica, shop)
    (shop,) = replica.find(Account)
    assert not facts.is_stale(shop, replica.now(), YEAR)
    replica.undo()
    assert facts.is_stale(replica.find(Account)[0], replica.now(), YEAR)


def test_an_account_cannot_belong_to_its_own_branch(replica: Replica) -> None:
    head = replica.create(Account(name="Head office"))
    branch = replica.create(Account(name="Branch", parent_id=head.id))
    assert facts.branches(replica, head) == [branch]
    with pytest.raises(Invalid) as refused:
        replica.update(head, parent_id=branch.id)
    assert refused.value.field == "parent_id"


@pytest.mark.parametrize(
    ("typed", "region", "nice"),
    [
        ("0892180 0", "DE", "089 21800"),
        ("+49 89/21800", "AT", "+49 89 21800"),
        ("0043 1 58858", "DE", "+43 1 58858"),
        ("ask Ada", "DE", "ask Ada"),
        ("112233", "DE", "112233"),
    ],
)
def test_a_phone_is_shown_as_people_there_write_it(typed: str, region: str, nice: str) -> None:
    assert phones.shown(typed, region) == nice


def test_a_number_is_read_by_the_country_of_the_address() -> None:
    assert phones.region_for([Address(town="Wien"), Address(country="Austria")], "DE") == "AT"
    assert phones.region_for([Address(country="Nowhere")], "DE") == "DE"
