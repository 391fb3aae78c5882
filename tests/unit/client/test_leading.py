from __future__ import annotations

import pytest

from client import leading
from client.errors import Invalid
from client.leading import Plan
from client.replica import Replica
from sync_protocol.records import (
    SETTINGS_ID,
    Account,
    Activity,
    Comment,
    Contact,
    Deal,
    Email,
    Label,
    Lead,
    Phone,
    Pipeline,
    Settings,
    Stage,
    Task,
    entries,
)


@pytest.fixture
def lead(replica: Replica) -> Lead:
    replica.create(Settings(id=SETTINGS_ID, name="Acme", region="DE"))
    return replica.create(
        Lead(
            name="Ada Byrne",
            company="Gasthof Adler",
            title="Landlady",
            phones=entries(Phone("09261 62800")),
            emails=entries(Email("ada@adler.example")),
            source="Fair",
        )
    )


def pipeline(replica: Replica) -> Pipeline:
    stages = {"b": Stage("Offer", place=2), "a": Stage("First talk", place=1)}
    return replica.create(Pipeline(name="Sales", stages=stages))


NEW = Plan(new_account="Gasthof Adler", territory_id="t", deal="First order")


def test_an_answer_keeps_the_others(replica: Replica, lead: Lead) -> None:
    lead = leading.answer(replica, lead, "budget", True, "2,000 a month")
    lead = leading.answer(replica, lead, "need", False)
    assert (lead.answers["budget"].met, lead.answers["need"].met) == (True, False)
    assert lead.answers["budget"].note == "2,000 a month"


def test_a_lead_is_disqualified_with_a_reason_and_reopened(replica: Replica, lead: Lead) -> None:
    with pytest.raises(Invalid) as caught:
        leading.disqualify(replica, lead)
    assert caught.value.field == "reason"
    lost = leading.disqualify(replica, lead, reason="Bound to a brewery")
    assert (lost.status, lost.reason) == ("disqualified", "Bound to a brewery")
    again = leading.reopen(replica, lost)
    assert (again.status, again.reason) == ("working", "")


def test_a_step_that_the_rule_does_not_know_is_refused(replica: Replica, lead: Lead) -> None:
    lost = leading.disqualify(replica, lead, reason="No need")
    with pytest.raises(Invalid, match="reopened before"):
        leading.qualify(replica, lost)
    with pytest.raises(Invalid, match="reopened before"):
        leading.convert(replica, lost, NEW)


def test_a_lead_becomes_an_account_a_contact_and_a_deal(replica: Replica, lead: Lead) -> None:
    sales = pipeline(replica)
    converted = leading.convert(replica, leading.qualify(replica, lead), NEW)
    assert converted.status == "converted"
    became = converted.converted
    assert became is not None
    account, contact = (
        replica.get(Account, became.account_id),
        replica.get(Contact, became.contact_id),
    )
    deal = replica.get(Deal, became.deal_id)
    assert account is not None
    assert contact is not None
    assert deal is not None
    assert (account.name, account.territory_id, account.phones) == ("Gasthof Adler", "t", {})
    assert (contact.name, contact.account_id, contact.phones) == (
        "Ada Byrne",
        account.id,
        lead.phones,
    )
    assert (deal.pipeline_id, deal.stage_id, deal.contact_id) == (sales.id, "a", contact.id)


def test_without_a_pipeline_there_is_no_deal(replica: Replica, lead: Lead) -> None:
    leading.convert(replica, lead, NEW)
    assert replica.find(Deal) == []


def test_a_lead_becomes_part_of_what_exists_and_nothing_is_made_twice(
    replica: Replica, lead: Lead
) -> None:
    account = replica.create(
        Account(name="Gasthof Adler GmbH", phones=entries(Phone("09261/62800")))
    )
    ada = replica.create(
        Contact(name="Ada Birne", phones=entries(Phone("+49 9261 62800")), account_id=account.id)
    )
    assert [m.record.id for m in leading.accounts_like(replica, lead)] == [account.id]
    assert [m.record.id for m in leading.contacts_like(replica, lead)] == [ada.id]
    leading.convert(replica, lead, Plan(account_id=account.id, contact_id=ada.id))
    (contact,) = replica.find(Contact)
    assert len(replica.find(Account)) == 1
    assert [phone.number for phone in contact.phones.values()] == ["+49 9261 62800"]
    assert [mail.address for mail in contact.emails.values()] == ["ada@adler.example"]
    assert contact.title == "Landlady"


def test_what_hung_beneath_the_lead_is_reached_from_the_customer(
    replica: Replica, lead: Lead
) -> None:
    replica.create(Label(name="Prospect", colour="#1565c0"))
    replica.label(lead, "Prospect")
    call = replica.create(Activity(kind="call", at=1, lead_id=lead.id))
    task = replica.create(Task(title="Send list", lead_id=lead.id))
    comment = replica.create(Comment(record_kind="lead", record_id=lead.id, text="Nice", at=1))
    became = leading.convert(replica, lead, NEW).converted
    assert became is not None
    for beneath in (replica.get(Activity, call.id), replica.get(Task, task.id)):
        assert beneath is not None
        assert (beneath.lead_id, beneath.account_id, beneath.contact_id) == (
            lead.id, became.account_id, became.contact_id,
        )  # fmt: skip
    assert [label.name for label in replica.labels_of(became.contact_id)] == ["Prospect"]
    assert replica.get(Comment, comment.id) == comment
    while replica.index_some():
        pass
    contact = replica.get(Contact, became.contact_id)
    assert contact is not None
    assert [each.id for each in leading.came_from(replica, contact)] == [lead.id]


def test_one_undo_takes_a_conversion_back_and_it_can_be_done_again(
    replica: Replica, lead: Lead
) -> None:
    call = replica.create(Activity(kind="call", at=1, lead_id=lead.id))
    leading.convert(replica, lead, NEW)
    undone = replica.undo()
    assert undone is not None
    assert (undone.name, undone.kept) == (leading.CONVERT, ())
    assert (replica.find(Account), replica.find(Contact)) == ([], [])
    assert replica.get(Lead, lead.id) == lead
    assert replica.get(Activity, call.id) == call
    leading.convert(replica, lead, NEW._replace(new_account="Adler"))
    assert [account.name for account in replica.find(Account)] == ["Adler"]
    assert len(replica.find(Contact)) == 1


def test_a_private_person_becomes_a_household(replica: Replica) -> None:
    lead = replica.create(Lead(name="Ada Byrne"))
    account = leading.account_of(lead)
    assert (account.name, account.kind) == ("Ada Byrne", "household")


def test_a_lead_that_is_to_become_nothing_is_refused(replica: Replica, lead: Lead) -> None:
    with pytest.raises(Invalid):
        leading.convert(replica, lead, Plan(new_contact=False))
