"""Facts mended at the door: what is asked, and each answer as one act that can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from client import facts, mending
from client.errors import Invalid
from sync_protocol.records import Account, Address, Contact, Email, Label, Phone, Position, entries
from sync_protocol.rules import quality
from sync_protocol.rules.quality import LATER_DAYS

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from sync_protocol.rules.quality import Code
    from tests.unit.client.conftest import Clock


def lacking(replica: Replica) -> tuple[Code, ...]:
    (shop,) = replica.find(Account)
    return quality.lacking(mending.known(replica, shop), replica.now(), 365)


def test_what_one_of_the_people_has_is_not_asked_for(replica: Replica) -> None:
    shop = replica.create(Account(name="Shop"))
    assert mending.offered(replica, shop) == ("email", "phone", "place")
    replica.create(
        Contact(
            name="Ada", phones=entries(Phone("1")), emails=entries(Email("a@b.example")),
            account_id=shop.id,
        )
    )  # fmt: skip
    assert mending.offered(replica, shop) == ("place", "label")


@pytest.mark.parametrize(
    ("code", "mend"),
    [
        ("email", lambda replica, shop: mending.put_email(replica, shop, " ada@example.com ")),
        ("phone", lambda replica, shop: mending.put_phone(replica, shop, "+49 89 21800")),
        ("person", lambda replica, shop: mending.put_person(replica, shop, "  Ada   Byrne ")),
        ("label", lambda replica, shop: mending.put_label(
            replica, shop, mending.labels(replica)[0].id)),
    ],
)  # fmt: skip
def test_an_answer_is_one_act_and_undo_asks_again(
    replica: Replica, code: str, mend: Callable[[Replica, Account], object]
) -> None:
    replica.create(Label(name="Customer"))
    shop = replica.create(Account(name="Shop", addresses=entries(Address(position=Position(1, 1)))))
    before = lacking(replica)
    assert code in before
    mend(replica, shop)
    assert code not in lacking(replica)
    replica.undo()
    assert lacking(replica) == before
    assert not replica.find(Contact)


@pytest.mark.parametrize(
    ("mend", "typed", "field"),
    [
        (mending.put_email, "ada at home", "email"),
        (mending.put_phone, "ask Ada", "phone"),
        (mending.put_person, "  ", "person"),
    ],
)
def test_what_does_not_fit_is_refused_beside_its_field(
    replica: Replica, mend: Callable[[Replica, Account, str], object], typed: str, field: str
) -> None:
    shop = replica.create(Account(name="Shop"))
    with pytest.raises(Invalid) as refused:
        mend(replica, shop, typed)
    assert refused.value.field == field


def test_old_facts_are_asked_about_until_somebody_says_they_hold(
    replica: Replica, clock: Clock
) -> None:
    shop = replica.create(Account(name="Shop"))
    clock.now_ms += 400 * facts.DAY_MS
    assert mending.known(replica, shop).since_ms < clock.now_ms - 365 * facts.DAY_MS
    facts.still_right(replica, shop)
    found = replica.get(Account, shop.id)
    assert found is not None
    assert mending.known(replica, found).since_ms == clock.now_ms


def test_asking_later_is_for_one_customer_and_ends_by_itself(
    replica: Replica, clock: Clock
) -> None:
    shop, other = (replica.create(Account(name=name)) for name in ("Shop", "Other"))
    asked = mending.offered(replica, shop)
    mending.later(replica, shop)
    assert (mending.offered(replica, shop), mending.offered(replica, other)) == ((), asked)
    mending.ask_again(replica, shop)
    assert mending.offered(replica, shop) == asked
    mending.later(replica, shop)
    clock.now_ms += LATER_DAYS * facts.DAY_MS
    assert mending.offered(replica, shop) == asked
    mending.later(replica, other)
    assert shop.id not in replica.preference(mending.PREFERENCE)
