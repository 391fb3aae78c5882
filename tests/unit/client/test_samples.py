from __future__ import annotations

from typing import TYPE_CHECKING

from client import fieldwork, samples
from client.replica import Replica
from server.domain.starters import starters
from sync_protocol.records import Account, Activity, Contact, Deal, Record, Task

if TYPE_CHECKING:
    from tests.unit.client.conftest import Clock

TYPES: tuple[type[Record], ...] = (Account, Contact, Activity, Task, Deal)


def here(replica: Replica) -> list[str]:
    return [record.id for struct in TYPES for record in replica.find(struct, order_by="id")]


def shop(replica: Replica, name: str) -> Account:
    (found,) = replica.find(Account, name=f"{name} {samples.MARK}")
    return found


def loaded(replica: Replica) -> None:
    for starter in starters():
        replica.create(starter)
    samples.load(replica)


def test_samples_say_that_they_are_and_are_one_act(replica: Replica) -> None:
    loaded(replica)
    assert samples.are_here(replica)
    for struct in (Account, Contact, Deal):
        found = replica.find(struct)
        assert found
        assert all(samples.MARK in record.name for record in found)
    assert replica.can_undo() == samples.LOAD
    replica.undo()
    assert here(replica) == []


def test_samples_loaded_twice_are_there_once(replica: Replica) -> None:
    loaded(replica)
    before = here(replica)
    samples.load(replica)
    assert here(replica) == before


def test_a_sample_visit_is_planned_for_today_however_late_it_is(
    replica: Replica, clock: Clock
) -> None:
    day_ms = 86_400_000
    clock.now_ms += day_ms - clock.now_ms % day_ms - 60_000
    loaded(replica)
    (planned,) = replica.find(Activity, status="planned")
    assert clock.now_ms < planned.at < clock.now_ms + 60_000


def test_removed_with_one_act_and_back_with_undo(replica: Replica) -> None:
    loaded(replica)
    before = here(replica)
    assert samples.remove(replica) == samples.Removed(len(before), ())
    assert here(replica) == []
    assert not samples.are_here(replica)
    replica.undo()
    assert here(replica) == before


def test_practice_goes_along_with_the_customer_it_was_at(replica: Replica) -> None:
    loaded(replica)
    (planned,) = replica.find(Activity, status="planned")
    fieldwork.finish(replica, planned)
    fieldwork.log(
        replica, "call", fieldwork.About(shop(replica, "Café Luna").id), note="Only trying"
    )
    samples.remove(replica)
    assert here(replica) == []


def test_what_was_changed_or_added_by_hand_stays_with_its_customer(replica: Replica) -> None:
    loaded(replica)
    replica.update(shop(replica, "Café Luna"), name="Café Mond")
    hotel = shop(replica, "Hotel Seaview")
    replica.create(Contact(name="Real Person", account_id=hotel.id))
    removed = samples.remove(replica)
    assert removed.kept == ("Café Mond", f"Hotel Seaview {samples.MARK}")
    assert {account.name for account in replica.find(Account)} == set(removed.kept)
    assert [contact.name for contact in replica.find(Contact)] == ["Real Person"]
    assert replica.find(Deal) == []


def test_a_changed_deal_keeps_its_customer_and_its_contact_may_go(replica: Replica) -> None:
    loaded(replica)
    (deal,) = replica.find(Deal)
    replica.update(deal, next_step="Call Ines")
    samples.remove(replica)
    assert [found.id for found in replica.find(Deal)] == [deal.id]
    assert [found.id for found in replica.find(Account)] == [deal.account_id]


def test_removed_samples_can_be_loaded_anew_as_they_were_made(
    replica: Replica, clock: Clock
) -> None:
    loaded(replica)
    before = here(replica)
    (planned,) = replica.find(Activity, status="planned")
    fieldwork.finish(replica, planned)
    samples.remove(replica)
    clock.now_ms += 7 * 86_400_000
    samples.load(replica)
    assert here(replica) == before
    (again,) = replica.find(Activity, status="planned")
    assert again.at > clock.now_ms
