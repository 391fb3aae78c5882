"""A day of leads in the office: from a card handed over at a fair to a deal that is won.

Olga has a window of 1440 by 900 and nothing but the app; what she did is read at the end from a
replica of somebody else's, so from what the server holds.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from client.replica import Replica
from sync_protocol.records import Account, Contact, Deal, Lead, Reason
from tests.e2e.company import OLGA, Company, run
from tests.e2e.day import (
    OFFICE,
    STAGES,
    choose,
    heading,
    move_by_chip,
    place,
    said,
    said_at_once,
    settled,
    tap,
    write,
)
from tests.e2e.flutter import by_id, patient, tap_away, tap_id
from tests.e2e.test_field_day import sign_in

pytestmark = pytest.mark.e2e

DEAL = "Weinhaus Rebe: first deal"


@pytest.fixture
def olga(browser: Browser) -> Iterator[Page]:
    context = patient(browser.new_context(viewport=OFFICE))
    yield context.new_page()
    context.close()


def test_a_lead_becomes_a_customer_and_its_deal_is_won(company: Company, olga: Page) -> None:
    sign_in(olga, company.server.url, OLGA)
    take_down_a_lead(olga)
    ask_the_four_questions(olga)
    qualify(olga)
    convert(olga)
    open_what_it_became(olga)
    is_stopped_without_a_next_step(olga)
    plan_the_next_step(olga)
    move_by_chip(olga, "Needs known")
    said(olga, "Before it can go on, it needs a value.")
    say_what_it_is_worth(olga)
    for stage in ("Offer", "Negotiation", "Commitment"):
        move_by_chip(olga, stage)
    win_with_a_reason(olga)
    look_back_at_the_lead(olga)
    run(settled(company, "evening", is_won))
    run(check_what_the_office_holds(company))


def take_down_a_lead(page: Page) -> None:
    tap_id(page, "new")
    tap(page, "new-lead")
    heading(page, "New lead")
    write(page, "Name", "Zoe Brown")
    write(page, "Company", "Weinhaus Rebe")
    write(page, "Where they came from", "Fair")
    write(page, "Phone", "09261 55555")
    write(page, "E-mail", "zoe@rebe.example")
    tap_id(page, "save")
    heading(page, "Zoe Brown")


def ask_the_four_questions(page: Page) -> None:
    for question in ("budget", "authority", "need", "timing"):
        tap(page, f"{question}-met")
    write(page, "Note on budget", "5,000 until summer")
    said(page, "4 of 4 met")


def qualify(page: Page) -> None:
    tap(page, "qualify")
    by_id(page, "qualify").wait_for(state="detached")


def convert(page: Page) -> None:
    tap(page, "convert")
    heading(page, "Convert lead")
    tap(page, "convert")
    said(page, "Has become")


def open_what_it_became(page: Page) -> None:
    tap(page, "became-deal")
    heading(page, DEAL)


def is_stopped_without_a_next_step(page: Page) -> None:
    move_by_chip(page, "Needs known")
    page.get_by_text("Before it can go to Needs known, this deal needs a next step.").wait_for()
    tap_away(page, "answer-no")


def plan_the_next_step(page: Page) -> None:
    write(page, "What comes next", "Send samples")
    tap(page, "step-7")
    place(page, "Pipeline")
    said_at_once(page, "Send samples")
    page.locator("[flt-semantics-identifier^='deal-']").first.click()
    heading(page, DEAL)


def say_what_it_is_worth(page: Page) -> None:
    tap_id(page, "edit")
    heading(page, "Edit deal")
    write(page, "Value", "1,200")
    write(page, "Expected on", "2030-06-30")
    tap_id(page, "save")
    said(page, "1,200.00 EUR")


def win_with_a_reason(page: Page) -> None:
    tap(page, "won")
    heading(page, "Deal won")
    choose(page, "Relationship")
    write(page, "Note (optional)", "They know us from the fair")
    tap(page, "save")
    said(page, "Won today. Relationship: They know us from the fair")


def look_back_at_the_lead(page: Page) -> None:
    tap(page, "to-contact")
    heading(page, "Zoe Brown")
    said(page, DEAL)


def is_won(replica: Replica) -> bool:
    """The last of what she did has arrived."""
    return any(deal.closing is not None for deal in replica.find(Deal))


async def check_what_the_office_holds(company: Company) -> None:
    async with await company.office("afterwards") as replica:
        (lead,) = replica.find(Lead)
        (deal,) = replica.find(Deal)
        became = lead.converted
        assert lead.status == "converted"
        assert became is not None
        assert all(answer.met for answer in lead.answers.values())
        assert len(lead.answers) == 4
        assert lead.answers["budget"].note == "5,000 until summer"
        account, contact = (
            replica.get(Account, became.account_id),
            replica.get(Contact, became.contact_id),
        )
        assert account is not None
        assert account.name == "Weinhaus Rebe"
        assert contact is not None
        assert contact.account_id == account.id
        assert [phone.number for phone in contact.phones.values()] == ["09261 55555"]
        assert (deal.id, deal.account_id) == (became.deal_id, account.id)
        assert (deal.stage_id, deal.next_step) == (STAGES["Commitment"], "Send samples")
        assert deal.value is not None
        assert deal.value.amount == "1200"
        assert deal.closing is not None
        assert deal.closing.won
        reason = replica.get(Reason, deal.closing.reason_id)
        assert reason is not None
        assert reason.name == "Relationship"
