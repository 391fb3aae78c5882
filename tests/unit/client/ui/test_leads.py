"""Leads on screen: taken down in a few taps, asked about, qualified, made customers of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from client import leading
from sync_protocol.records import (
    Account,
    Activity,
    Contact,
    Deal,
    Email,
    Lead,
    Phone,
    Pipeline,
    Reason,
    Stage,
    entries,
)
from tests.unit.client.ui.harness import OFFICE, opened
from tests.unit.client.ui.test_resizing import resize

if TYPE_CHECKING:
    from tests.unit.client.ui.office import Office


def a_lead(office: Office, **fields: object) -> Lead:
    made = office.replica.create(
        Lead(
            name="Zoe Brown",
            company="Weinhaus Rebe",
            phones=entries(Phone("09261 55555")),
            emails=entries(Email("zoe@rebe.example")),
        )
    )
    return office.replica.update(made, **fields) if fields else made


def now(office: Office, lead: Lead) -> Lead:
    found = office.replica.get(Lead, lead.id)
    assert found is not None
    return found


async def test_a_lead_is_taken_down_with_a_name_and_a_number(office: Office) -> None:
    async with opened(office.replica, "/new") as screen:
        await screen.tap("new-lead")
        await screen.until_target("save")
        await screen.type("Name", "Zoe Brown")
        await screen.type("Company", "Weinhaus Rebe")
        await screen.type("Where they came from", "Fair")
        await screen.type("Phone", "09261 55555")
        await screen.tap("save")
        assert screen.bar() == "Lead saved"
        (lead,) = office.replica.find(Lead)
        assert screen.page.route == f"/leads/{lead.id}"
    assert (lead.status, lead.source, lead.company) == ("new", "Fair", "Weinhaus Rebe")


async def test_the_list_shows_open_leads_and_the_other_groups_by_a_tap(office: Office) -> None:
    lead = a_lead(office)
    lost = office.replica.create(Lead(name="Max Lost"))
    leading.disqualify(office.replica, lost, reason="No need")
    async with opened(office.replica, "/leads") as screen:
        await screen.until_target(f"lead-{lead.id}")
        assert not screen.has(f"lead-{lost.id}")
        assert screen.says("Open (1)")
        await screen.tap("group-disqualified")
        await screen.until_target(f"lead-{lost.id}")


async def test_a_lead_is_found_by_any_digits_of_its_phone(office: Office) -> None:
    lead = a_lead(office)
    while office.replica.index_some():
        pass
    async with opened(office.replica, "/leads") as screen:
        await screen.type("Name, company, phone", "5555")
        await screen.until_target(f"lead-{lead.id}")


async def test_without_leads_the_list_says_what_belongs_there(office: Office) -> None:
    async with opened(office.replica, "/leads", OFFICE) as screen:
        await screen.until_says("No leads yet")


async def test_the_four_questions_are_answered_on_the_page(office: Office) -> None:
    lead = a_lead(office)
    async with opened(office.replica, f"/leads/{lead.id}") as screen:
        await screen.tap("budget-met")
        await screen.tap("need-unmet")
        await screen.type("Note on budget", "2,000 a month")
        await screen.until(lambda: now(office, lead).answers["budget"].note)
    answers = now(office, lead).answers
    assert (answers["budget"].met, answers["need"].met) == (True, False)


async def test_a_lead_is_qualified_and_that_is_undone(office: Office) -> None:
    lead = a_lead(office)
    async with opened(office.replica, f"/leads/{lead.id}") as screen:
        await screen.tap("qualify")
        assert now(office, lead).status == "qualified"
        await screen.undo()
        assert now(office, lead).status == "new"


async def test_a_lead_is_disqualified_only_with_a_reason_and_can_be_reopened(
    office: Office,
) -> None:
    lead = a_lead(office)
    async with opened(office.replica, f"/leads/{lead.id}") as screen:
        await screen.tap("disqualify")
        await screen.tap("refuse")
        await screen.until_says("Say why, so that nobody asks again.")
        await screen.type("Why does it lead nowhere?", "Bound to a brewery")
        await screen.tap("refuse")
        await screen.until_says("Disqualified: Bound to a brewery")
        await screen.tap("reopen")
        await screen.until(lambda: now(office, lead).status == "working")


async def test_a_reason_on_offer_is_one_tap(admins_office: Office) -> None:
    office = admins_office
    lead = a_lead(office)
    reason = office.replica.create(Reason(name="No budget", of="disqualified"))
    async with opened(office.replica, f"/leads/{lead.id}") as screen:
        await screen.tap("disqualify")
        await screen.tap("reason-0")
        await screen.until_says("Disqualified: No budget")
    assert now(office, lead).reason_id == reason.id


async def test_a_lead_becomes_a_new_customer_and_one_undo_takes_it_back(office: Office) -> None:
    replica, lead = office.replica, a_lead(office)
    replica.create(Activity(kind="call", at=1, lead_id=lead.id))
    async with opened(replica, f"/leads/{lead.id}") as screen:
        await screen.tap("convert")
        await screen.until_says("New contact: Zoe Brown")
        await screen.tap("convert")
        assert screen.bar() == "Lead converted"
        await screen.until_says("Has become")
        (contact,) = replica.find(Contact, name="Zoe Brown")
        account = replica.get(Account, contact.account_id)
        assert account is not None
        assert (account.name, account.territory_id) == ("Weinhaus Rebe", office[0].territory_id)
        await screen.undo()
        await screen.until_target("convert")
    assert replica.find(Contact, name="Zoe Brown") == []
    assert now(office, lead) == lead


async def test_who_is_here_already_is_proposed_and_nothing_is_made_twice(office: Office) -> None:
    replica = office.replica
    mail = entries(Email("ada@adler.example"))
    replica.update(office.contact, emails=mail)
    lead = replica.create(Lead(name="Ada Birne", company="Brauerei Adler GmbH", emails=mail))
    async with opened(replica, f"/leads/{lead.id}/convert") as screen:
        await screen.until_says("Here already: Ada Byrne")
        await screen.tap("convert")
        await screen.until_says("Has become")
        await screen.tap("became-contact")
        assert screen.page.route == f"/contacts/{office.contact.id}"
    assert (replica.count(Contact), replica.count(Account)) == (1, 3)
    became = now(office, lead).converted
    assert became is not None
    assert (became.account_id, became.contact_id) == (office[0].id, office.contact.id)


@pytest.mark.parametrize("tapped", [False, True])
async def test_who_comes_later_is_offered_and_does_not_take_the_place_of_what_was_chosen(
    office: Office, tapped: bool
) -> None:
    replica, lead = office.replica, a_lead(office)
    async with opened(replica, f"/leads/{lead.id}/convert") as screen:
        await screen.until_target("choose-contact-new")
        if tapped:
            await screen.tap("choose-contact-new")
        came = Contact(name=lead.name, account_id=office[0].id, emails=lead.emails)
        other = replica.create(came)
        while replica.index_some():
            pass
        await screen.until_target(f"choose-contact-{other.id}")
        assert screen.target("choose-contact-new").selected
        resize(screen, OFFICE[0])
        await screen.until(lambda: not screen.has("bottom-bar"))
        assert screen.target("choose-contact-new").selected
        await screen.tap("convert")
        await screen.until_says("Has become")
    became = now(office, lead).converted
    assert became is not None
    assert became.contact_id != other.id
    assert became.account_id != office[0].id


async def test_a_deal_begins_in_the_first_stage_where_there_is_a_pipeline(
    admins_office: Office,
) -> None:
    office = admins_office
    replica, lead = office.replica, a_lead(office)
    replica.create(Pipeline(name="Sales", stages={"a": Stage("First talk")}))
    async with opened(replica, f"/leads/{lead.id}/convert") as screen:
        await screen.type("Name of the deal", "Autumn order")
        await screen.tap("convert")
        await screen.until_says("Autumn order")
    (deal,) = replica.find(Deal)
    assert (deal.name, deal.stage_id) == ("Autumn order", "a")


async def test_a_customer_leads_back_to_the_lead_they_came_from(office: Office) -> None:
    replica, lead = office.replica, a_lead(office)
    leading.convert(replica, lead, leading.Plan(account_id=office[0].id))
    while replica.index_some():
        pass
    async with opened(replica, f"/accounts/{office[0].id}") as screen:
        await screen.until_target(f"came-from-{lead.id}")
        await screen.tap(f"came-from-{lead.id}")
        assert screen.page.route == f"/leads/{lead.id}"


async def test_a_lead_that_is_not_here_or_deleted_says_so(office: Office) -> None:
    lead = a_lead(office)
    office.replica.delete(lead)
    async with opened(office.replica, "/leads/nowhere") as screen:
        await screen.until_says("This lead is not visible to you")
        await screen.go(f"/leads/{lead.id}/edit")
        await screen.until_says("Zoe Brown was deleted")
        await screen.go(f"/leads/{lead.id}")
        await screen.press("Restore")
        await screen.until_target("convert")


async def test_a_call_and_a_note_are_logged_with_a_lead(office: Office) -> None:
    replica, lead = office.replica, a_lead(office)
    async with opened(replica, f"/leads/{lead.id}") as screen:
        await screen.tap("log-call")
        await screen.until_says("Zoe Brown")
        assert screen.says("Call logged")
        await screen.tap("done")
        await screen.go(f"/leads/{lead.id}")
        await screen.tap("add-note")
        await screen.until_says("Zoe Brown")
    (call,) = replica.find(Activity)
    assert (call.kind, call.lead_id, call.account_id, call.contact_id) == (
        "call", lead.id, "", "",
    )  # fmt: skip


async def test_any_account_can_be_found_for_it(office: Office) -> None:
    replica, lead = office.replica, a_lead(office)
    async with opened(replica, f"/leads/{lead.id}/convert") as screen:
        await screen.type("Another account", "hotel")
        await screen.until_target(f"choose-account-{office[2].id}")
        await screen.tap(f"choose-account-{office[2].id}")
        await screen.tap("convert")
        await screen.until_says("Has become")
    (contact,) = replica.find(Contact, name="Zoe Brown")
    assert contact.account_id == office[2].id
    assert replica.count(Account) == 3


async def test_any_contact_can_be_found_for_it_and_stays_in_its_account(office: Office) -> None:
    replica, lead = office.replica, a_lead(office)
    async with opened(replica, f"/leads/{lead.id}/convert") as screen:
        await screen.type("Another contact", "ada")
        await screen.until_target(f"choose-contact-{office.contact.id}")
        await screen.tap(f"choose-contact-{office.contact.id}")
        await screen.tap("convert")
        await screen.until_says("Has become")
    became = now(office, lead).converted
    assert became is not None
    assert (became.account_id, became.contact_id) == (office[0].id, office.contact.id)
    assert replica.count(Contact) == 1
