"""What lists find and how they are ordered, beyond what the property test draws."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from sync_protocol.records import (
    Account,
    Activity,
    Address,
    Condition,
    Contact,
    Deal,
    Filter,
    Money,
    Phone,
    SalesOrder,
    Task,
    entries,
)

if TYPE_CHECKING:
    from client.replica import Replica
    from sync_protocol.records import Record

DAY = 86_400_000


def names(replica: Replica, struct: type[Record], **options: object) -> list[str]:
    return [str(getattr(found, "name", "")) for found in replica.find(struct, **options)]


def three_shops(replica: Replica) -> None:
    """One seen yesterday, one fifty days ago, one never."""
    for name, days in (("Adler", 50), ("Müller", 1), ("Post", 0)):
        shop = replica.create(Account(name=name))
        if days:
            at = replica.now() - days * DAY
            replica.create(Activity(kind="call", at=at, account_id=shop.id))
            replica.create(Activity(kind="visit", at=at - DAY, account_id=shop.id))
            soon = replica.now() + DAY
            replica.create(Activity(kind="visit", at=soon, status="planned", account_id=shop.id))


def test_lists_are_sorted_by_the_last_activity_those_without_one_at_the_end(
    replica: Replica,
) -> None:
    three_shops(replica)
    assert names(replica, Account, order_by="-last_activity") == ["Müller", "Adler", "Post"]
    assert names(replica, Account, order_by="last_activity") == ["Adler", "Müller", "Post"]


def test_the_last_activity_is_the_latest_that_was_done_and_is_not_deleted(replica: Replica) -> None:
    three_shops(replica)
    late = Filter(conditions=(Condition("last_activity", "older", ("40",)),))
    assert names(replica, Account, filter=late) == ["Adler"]
    (call,) = replica.find(Activity, kind="call", at=replica.now() - DAY)
    replica.delete(call)
    recent = Filter(conditions=(Condition("last_activity", "within", ("1",)),))
    assert names(replica, Account, filter=recent) == []


def test_the_best_buyers_and_who_has_not_bought_in_a_while_are_found(replica: Replica) -> None:
    three_shops(replica)
    for name, days, status in (("Adler", 90, "placed"), ("Müller", 5, "delivered"),
                               ("Adler", 2, "cancelled")):  # fmt: skip
        (shop,) = replica.find(Account, name=name)
        at = replica.now() - days * DAY
        replica.create(SalesOrder(at=at, status=status, account_id=shop.id))
    quiet = Filter(conditions=(Condition("last_order", "older", ("60",)),))
    assert names(replica, Account, filter=quiet) == ["Adler"]
    never = Filter(conditions=(Condition("last_order", "empty"),))
    assert names(replica, Account, filter=never) == ["Post"]
    assert names(replica, Account, order_by="-last_order") == ["Müller", "Adler", "Post"]


def test_who_waits_for_a_visit_is_found(replica: Replica) -> None:
    three_shops(replica)
    overdue = Filter(conditions=(Condition("overdue", "is", ("yes",)),))
    assert names(replica, Account, filter=overdue, order_by="name") == ["Adler", "Post"]


def test_a_task_is_overdue_when_its_day_is_over(replica: Replica) -> None:
    today = replica.moment.day()
    replica.create(Task(title="Late", due=replica.moment.day(-1)))
    replica.create(Task(title="Today", due=today))
    replica.create(Task(title="Done", due=date(2020, 1, 1), done_at=replica.now()))
    overdue = Filter(conditions=(Condition("overdue", "is", ("yes",)),))
    assert [task.title for task in replica.find(Task, filter=overdue)] == ["Late"]


def test_lists_are_sorted_by_a_part_of_a_cell(replica: Replica) -> None:
    for name, town in (("One", "Zeil"), ("Two", "Ärla"), ("Three", "")):
        replica.create(Account(name=name, addresses=entries(Address(town=town, street="S"))))
    assert names(replica, Account, order_by="addresses.town") == ["Two", "One", "Three"]


def test_amounts_are_sorted_as_numbers(replica: Replica) -> None:
    for name, amount in (("Ten", "10"), ("Nine", "9"), ("More", "100.5")):
        value = Money(amount, "EUR")
        replica.create(Deal(name=name, pipeline_id="p", stage_id="s", value=value))
    assert names(replica, Deal, order_by="-value.amount") == ["More", "Ten", "Nine"]


def test_names_are_sorted_without_accents_and_case(replica: Replica) -> None:
    for name in ("zoe", "Ärger", "anton", "Bea"):
        replica.create(Contact(name=name))
    assert names(replica, Contact, order_by="name") == ["anton", "Ärger", "Bea", "zoe"]


def test_ids_go_by_the_time_records_were_made_however_they_came_here(replica: Replica) -> None:
    ids = [f"01a2244f-4906-7842-9422-d690a476041{digit}" for digit in range(4)]
    for each in (ids[2], ids[0], ids[3], ids[1]):
        replica.create(Contact(name="Ada", id=each))
    assert list(replica.ids(Contact, order_by="id")) == ids
    assert list(replica.ids(Contact, order_by="-id", limit=2)) == [ids[3], ids[2]]


def test_a_filter_and_other_options_hold_together(replica: Replica) -> None:
    three_shops(replica)
    wanted = Filter(conditions=(Condition("name", "is_not", ("post",)),), text="adl")
    while replica.index_some():
        pass
    assert names(replica, Account, filter=wanted) == ["Adler"]
    assert replica.count(Account, filter=wanted, name="Müller") == 0


@pytest.mark.parametrize("typed", ["0171 55", "\uff10\uff11\uff17\uff11 55 - 3"])
def test_a_part_of_a_number_is_found_in_whatever_digits_it_is_kept(
    replica: Replica, typed: str
) -> None:
    ada = replica.create(Contact(name="Ada", phones=entries(Phone(typed))))
    replica.create(Contact(name="Karl", phones=entries(Phone("0172 55"))))
    for operator, value in (("starts", "0171 5"), ("contains", "71 55")):
        wanted = Filter(conditions=(Condition("phones.number", operator, (value,)),))
        assert replica.find(Contact, filter=wanted) == [ada]


def test_an_unknown_column_sorts_nothing(replica: Replica) -> None:
    three_shops(replica)
    assert len(names(replica, Account, order_by="-nowhere.town")) == 3
