"""The timeline: everything that happened to a record, once, the latest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from client import timeline
from client.replica import Range
from sync_protocol.records import (
    Account,
    Activity,
    Attachment,
    Closing,
    Comment,
    Contact,
    Deal,
    Lead,
    Pipeline,
    Quote,
    SalesOrder,
    Stage,
    Task,
)

if TYPE_CHECKING:
    from client.replica import Replica
    from sync_protocol.records import Record
    from tests.unit.client.conftest import Clock

MANY = 10_000
HASH = "a" * 64


def company(replica: Replica) -> tuple[Account, Contact]:
    shop = replica.create(Account(name="Corner shop"))
    return shop, replica.create(Contact(name="Ada Byrne", account_id=shop.id))


def titles(replica: Replica, record: Record, type_: str = "") -> list[str]:
    kind = type(record).__name__.lower()
    told = timeline.read(replica, kind, record.id, type_, limit=MANY)
    return [entry.title for entry in told.entries]


def a_deal(replica: Replica, **about: str) -> Deal:
    pipeline = replica.create(
        Pipeline(name="Sales", stages={"a": Stage("Contacted"), "b": Stage("Offer")})
    )
    return replica.create(Deal(name="New taps", pipeline_id=pipeline.id, stage_id="a", **about))


def test_every_kind_of_activity_is_in_the_list_of_contact_and_account(replica: Replica) -> None:
    shop, ada = company(replica)
    for place, kind in enumerate(("visit", "call", "email", "meeting", "demo", "chat", "note")):
        replica.create(Activity(kind=kind, at=place, contact_id=ada.id))  # type: ignore[arg-type]
    for record in (shop, ada):
        found = titles(replica, record)
        assert set(timeline.ACTIVITIES.values()) <= set(found)


def test_what_is_planned_or_deleted_did_not_happen(replica: Replica) -> None:
    shop, _ada = company(replica)
    replica.create(Activity(kind="visit", at=1, status="planned", account_id=shop.id))
    gone = replica.create(Activity(kind="call", at=2, account_id=shop.id))
    replica.delete(gone)
    replica.create(Task(title="Send prices", account_id=shop.id))
    assert timeline.read(replica, "account", shop.id, limit=9).counts == {"record": 2}


def test_a_deal_is_told_of_from_its_beginning_to_its_end(replica: Replica, clock: Clock) -> None:
    shop, _ada = company(replica)
    clock.now_ms += 1_000
    deal = a_deal(replica, account_id=shop.id)
    clock.now_ms += 1_000
    deal = replica.update(deal, stage_id="b", stage_since=replica.now())
    clock.now_ms += 1_000
    replica.update(deal, closing=Closing(won=True, at=replica.now()))
    story = ["Deal won: New taps", "Moved to Offer: New taps", "Deal opened: New taps"]
    assert titles(replica, shop, "deal") == titles(replica, deal, "deal") == story


def test_paper_comments_files_and_tasks_of_all_that_belongs_are_there(replica: Replica) -> None:
    shop, ada = company(replica)
    deal = a_deal(replica, contact_id=ada.id)
    visit = replica.create(Activity(kind="visit", at=1, contact_id=ada.id))
    replica.create(Quote(number="Q-1", deal_id=deal.id, contact_id=ada.id))
    replica.create(SalesOrder(number="O-1", at=2, account_id=shop.id))
    replica.create(Task(title="Send prices", done_at=3, account_id=shop.id))
    replica.create(Comment(record_kind="deal", record_id=deal.id, text="Hurry", at=4))
    replica.create(
        Attachment(
            record_kind="activity", record_id=visit.id, name="shelf.jpg", media_type="image/jpeg",
            size=1, content=HASH,
        )
    )  # fmt: skip
    found = titles(replica, shop)
    for title in ("Quote Q-1 made", "Order O-1", "Send prices", "Comment on New taps",
                  "Photo added", "Visit", "Ada Byrne was added as a contact"):  # fmt: skip
        assert title in found


def test_a_merge_is_told_when_it_happened(replica: Replica, clock: Clock) -> None:
    shop, _ada = company(replica)
    double = replica.create(Account(name="Corner shop Ltd"))
    clock.now_ms += 60_000
    replica.merge(double, shop)
    first = timeline.read(replica, "account", shop.id, limit=1).entries[0]
    assert (first.title, first.at_ms) == ("Merged with Corner shop Ltd", clock.now_ms)


def test_a_lead_has_its_own_list(replica: Replica) -> None:
    lead = replica.create(Lead(name="Cy Dent"))
    replica.create(Activity(kind="call", at=1, lead_id=lead.id))
    assert set(titles(replica, lead)) == {"Call", "Cy Dent was added as a lead"}


def test_the_count_is_the_sum_of_the_sources_and_pages_tell_each_entry_once(
    replica: Replica,
) -> None:
    shop, ada = company(replica)
    with replica.changeset("A long time"):
        for place in range(400):
            about = {"contact_id": ada.id} if place % 3 else {"account_id": shop.id}
            replica.create(Activity(kind="call", at=place, **about))
        for place in range(40):
            replica.create(Task(title=f"{place}", done_at=place, account_id=shop.id))
    told = timeline.read(replica, "account", shop.id, limit=1)
    done = replica.count(Activity, status="done") + replica.count(Task, done_at=Range())
    assert told.total() == done + replica.count(Account) + replica.count(Contact)
    keys = [
        entry.key
        for start in range(0, told.total(), 50)
        for entry in timeline.read(replica, "account", shop.id, limit=50, offset=start).entries
    ]
    assert len(keys) == len(set(keys)) == told.total()


def test_the_last_contact_is_the_latest_activity(replica: Replica) -> None:
    shop, ada = company(replica)
    assert timeline.last_contact(replica, "account", shop.id) is None
    replica.create(Activity(kind="call", at=70, contact_id=ada.id))
    replica.create(Activity(kind="visit", at=50, account_id=shop.id))
    replica.create(Task(title="Later", done_at=90, account_id=shop.id))
    assert timeline.last_contact(replica, "account", shop.id) == 70


def test_what_this_version_cannot_word_does_not_break_the_list(replica: Replica) -> None:
    shop, _ada = company(replica)
    deal = a_deal(replica, account_id=shop.id)
    replica.update(deal, stage_id="zz")
    replica.update(deal, closing=msgspec.convert({"won": False, "at": 5}, Closing))
    assert "Moved to another stage: New taps" in titles(replica, shop)
