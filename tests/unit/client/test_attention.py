"""What needs attention in a customer's facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from client import attention, facts
from sync_protocol.records import Account, Address, Contact, Email, Label, Phone, entries

if TYPE_CHECKING:
    from client.replica import Replica
    from tests.unit.client.conftest import Clock

NOW = 1_760_000_000_000
WELL = Contact(
    name="Ada", phones=entries(Phone("089 21800")), emails=entries(Email("ada@example.com")),
    verified_at=NOW,
)  # fmt: skip


def codes(record: Account | Contact, *, labelled: bool = True) -> list[str]:
    found = attention.issues(record, labelled=labelled, region="DE", now_ms=NOW, stale_days=365)
    return [issue.code for issue in found]


def test_a_record_that_is_all_right_has_no_issue() -> None:
    assert codes(WELL) == []


def test_each_planted_fault_is_named() -> None:
    odd = Account(
        name="Shop", phones=entries(Phone("call Ada")), emails=entries(Email("ada@home")),
        verified_at=NOW - 400 * facts.DAY_MS,
    )  # fmt: skip
    assert codes(odd, labelled=False) == ["phone", "email", "address", "label", "stale"]
    assert codes(WELL, labelled=False) == []
    assert "reach" in codes(Contact(name="Ada", verified_at=NOW))


def test_a_number_is_judged_by_the_country_of_its_address() -> None:
    shop = Account(name="Shop", phones=entries(Phone("1 58858")), verified_at=NOW)
    vienna = entries(Address(town="Wien", country="Austria"))
    assert codes(Account(name="x", phones=shop.phones, addresses=vienna, verified_at=NOW)) == []


@pytest.mark.parametrize("address", ["a.b+c@mail.example.com", "jürgen@müller.de"])
def test_unusual_addresses_are_not_called_odd(address: str) -> None:
    assert codes(Contact(name="x", emails=entries(Email(address)), verified_at=NOW)) == []


def test_the_scan_finds_what_each_record_says_and_forgets_what_was_mended(
    replica: Replica, clock: Clock
) -> None:
    shop = replica.create(Account(name="Shop"))
    replica.create(Label(name="Customer"))
    found = [one for part in attention.scan(replica, 1) for one in part]
    assert [(one.record, list(one.issues)) for one in found] == [
        (shop, attention.of(replica, shop))
    ]
    assert [issue.code for issue in found[0].issues] == ["reach", "address", "label"]
    shop = replica.update(
        shop, phones=entries(Phone("+49 89 21800")), addresses=entries(Address(town="Wien"))
    )
    replica.label(shop, "Customer")
    assert [one for part in attention.scan(replica, 1) for one in part] == []
    clock.now_ms += 400 * facts.DAY_MS
    assert [issue.code for issue in attention.of(replica, shop)] == ["stale"]
    facts.still_right(replica, shop)
    assert attention.of(replica, replica.find(Account)[0]) == []
