"""The same work on a phone with no signal at all, and all of it in the office afterwards.

Rita's phone is 390 by 844 and touched; the server's process is dead from the moment her app is
ready, until the end of the day.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from client.replica import Replica
from sync_protocol.records import Account, Contact, Deal, Lead, Quote
from tests.e2e.company import RITA, Company, run
from tests.e2e.day import (
    PHONE,
    STAGES,
    add_product,
    download_pdf,
    heading,
    place,
    said,
    said_at_once,
    settled,
    tap,
    undo_last,
    write,
)
from tests.e2e.flutter import by_id, patient, tap_away, tap_id, wait_until_offline_ready
from tests.e2e.test_field_day import sign_in, strip

pytestmark = pytest.mark.e2e

DEAL = "Weinhaus Rebe: first deal"


@pytest.fixture
def pocket(browser: Browser) -> Iterator[BrowserContext]:
    context = patient(browser.new_context(viewport=PHONE, has_touch=True, accept_downloads=True))
    yield context
    context.close()


def test_a_day_of_selling_with_no_signal_arrives_at_the_office(
    company: Company, pocket: BrowserContext
) -> None:
    rita = pocket.new_page()
    sign_in(rita, company.server.url, RITA)
    rita.get_by_text("Planned visits").wait_for()
    wait_until_offline_ready(rita)
    pocket.set_offline(True)
    company.server.kill()

    is_told_who_is_here_already(rita)
    take_down_a_lead(rita)
    label_it(rita)
    convert_it(rita)
    plan_the_next_step(rita)
    move_the_deal(rita)
    undo_last(rita)
    move_the_deal(rita)
    make_a_quote_of_a_product(rita)
    strip(rita, "Offline")

    company.server.start()
    pocket.set_offline(False)
    strip(rita, "Up to date")
    run(settled(company, "afterwards", has_it_all))


def is_told_who_is_here_already(page: Page) -> None:
    place(page, "New")
    tap(page, "new-contact")
    write(page, "Name", "Ada Adler")
    by_id(page, "likes-warning").wait_for()
    page.get_by_label("Back").locator("[role=button]").first.click()
    tap_away(page, "answer-yes")


def take_down_a_lead(page: Page) -> None:
    place(page, "New")
    tap(page, "new-lead")
    write(page, "Name", "Zoe Brown")
    write(page, "Company", "Weinhaus Rebe")
    write(page, "Phone", "09261 55555")
    tap_id(page, "save")
    heading(page, "Zoe Brown")


def label_it(page: Page) -> None:
    tap(page, "labels")
    tap_id(page, "label-Prospect")
    tap_away(page, "sheet-done")
    said(page, "Prospect")


def convert_it(page: Page) -> None:
    tap(page, "convert")
    heading(page, "Convert lead")
    tap(page, "convert")
    said(page, "Has become")
    tap(page, "became-deal")
    heading(page, DEAL)


def plan_the_next_step(page: Page) -> None:
    write(page, "What comes next", "Send samples")
    tap(page, "step-7")
    place(page, "Pipeline")
    said_at_once(page, "Send samples")


def move_the_deal(page: Page) -> None:
    place(page, "Pipeline")
    heading(page, "Pipeline")
    tap(page, f"stage-{STAGES['First talk']}")
    page.get_by_label("Move to\u2026").locator("[role=button]").click()
    tap(page, f"move-{STAGES['Needs known']}")
    page.get_by_role("button", name="Needs known (1)").wait_for()


def make_a_quote_of_a_product(page: Page) -> None:
    tap(page, f"stage-{STAGES['Needs known']}")
    page.locator("[flt-semantics-identifier^='deal-']").first.click()
    heading(page, DEAL)
    add_product(page, "Helles")
    heading(page, DEAL)
    tap(page, "new-quote")
    said(page, "Helles")
    download_pdf(page)


def has_it_all(replica: Replica) -> bool:
    """Lead, account, contact, label, deal in its stage, quote."""
    (lead,) = replica.find(Lead) or [None]
    became = lead.converted if lead else None
    if became is None or not replica.find(Quote):
        return False
    contact = replica.get(Contact, became.contact_id)
    deal = replica.get(Deal, became.deal_id)
    (quote,) = replica.find(Quote)
    return (
        replica.get(Account, became.account_id) is not None
        and contact is not None
        and {label.name for label in replica.labels_of(contact.id)} == {"Prospect"}
        and deal is not None
        and (deal.stage_id, deal.next_step) == (STAGES["Needs known"], "Send samples")
        and (quote.deal_id, quote.lines) == (deal.id, deal.lines)
    )
