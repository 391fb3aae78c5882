"""A first visit without a manual: a new rep on a phone, who taps only what the screen offers.

Nothing is found by an identifier, only by the words one reads, from the sign-in of a company that
has no customers yet to the logged visit. From the sign-in on there is no signal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from server import admin
from server.app import create_domain
from sync_protocol.records import Account, Activity
from tests.e2e.company import RITA, Company, run
from tests.e2e.flutter import (
    open_app,
    patient,
    scroll_until,
    type_into,
    wait_until_offline_ready,
)
from tests.integration.server.process import ServerProcess
from tests.integration.server.running import PASSWORD, set_up

pytestmark = pytest.mark.e2e

PHONE = {"width": 390, "height": 844}
NAME = "Gasthof zum Hirschen"


class NewCompany(Company):
    """A company of an administrator and a rep, just set up: no customers, no territory."""

    def __init__(self, folder: Path, bundle: Path) -> None:
        settings = set_up(folder, web=bundle)
        domain = create_domain(settings)
        self.rita = admin.add_user(domain, "Rita Berger", "rep", email=RITA, password=PASSWORD).id
        domain.store.close()
        self.folder = folder
        self.server = ServerProcess(settings)


@pytest.fixture
def new_company(tmp_path: Path, bundle: Path) -> Iterator[NewCompany]:
    made = NewCompany(tmp_path, bundle)
    try:
        made.server.start()
        yield made
    finally:
        made.server.kill()


@pytest.fixture
def new_phone(browser: Browser) -> Iterator[BrowserContext]:
    context = patient(browser.new_context(viewport=PHONE, has_touch=True))
    yield context
    context.close()


def test_a_new_rep_logs_a_first_visit_by_what_the_screen_says(
    new_company: NewCompany, new_phone: BrowserContext
) -> None:
    page = signed_in(new_phone, new_company)
    new_phone.set_offline(True)
    reads(page, "0 of 3 done")

    tap(page, "Add a customer")
    page.get_by_role("heading", name="New account").wait_for()
    type_into(page, re.compile(r"^Name(\s|$)"), NAME)
    tap(page, "Save")
    today(page)
    reads(page, "1 of 3 done")

    tap(page, "Plan a visit")
    tap(page, "Plan for ")
    today(page)
    reads(page, "2 of 3 done")

    tap(page, "Log the visit")
    tap(page, "Interested")
    reads(page, "Visit logged")
    today(page)
    reads(page, "That is all there is to it")
    tap(page, "Done", exact=True)

    new_phone.set_offline(False)
    page.get_by_role("button", name="Up to date").first.wait_for()
    run(holds_the_visit(new_company))


def test_a_new_rep_tries_with_sample_data_and_clears_them_away(
    new_company: NewCompany, new_phone: BrowserContext
) -> None:
    page = signed_in(new_phone, new_company)
    new_phone.set_offline(True)
    tap(page, "Try with sample data")
    reads(page, "Café Luna")
    reads(page, "2 of 3 done")
    tap(page, "Log the visit")
    tap(page, "Interested")
    reads(page, "Visit logged")
    today(page)
    reads(page, "That is all there is to it")
    tap(page, "Remove the sample data")
    reads(page, "Nothing planned for today")


def signed_in(phone: BrowserContext, company: NewCompany) -> Page:
    page = phone.new_page()
    open_app(page, company.server.url)
    type_into(page, "E-mail", RITA)
    type_into(page, "Password", PASSWORD)
    page.keyboard.press("Enter")
    reads(page, "Your first visit")
    wait_until_offline_ready(page)
    return page


def reads(page: Page, words: str) -> None:
    """The screen says so, by itself or as part of what a group says."""
    page.get_by_text(words).or_(page.get_by_label(words)).first.wait_for()


def tap(page: Page, words: str, *, exact: bool = False) -> None:
    """Touch the button that says so, scrolled to if it must be."""
    button = page.get_by_role("button", name=words, exact=exact)
    scroll_until(page, button)
    button.first.tap()


def today(page: Page) -> None:
    page.get_by_role("tab", name="Today").tap()


async def holds_the_visit(company: NewCompany) -> None:
    async with await company.office("afterwards") as replica:
        (shop,) = replica.find(Account)
        assert shop.name == NAME
        (visit,) = replica.find(Activity, kind="visit", status="done")
        assert visit.account_id == shop.id
        assert visit.owner_id == company.rita
        assert visit.outcome is not None
