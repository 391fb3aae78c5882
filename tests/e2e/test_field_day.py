"""The main job, end to end: a rep works with no signal, and the office sees it.

Rita's phone is a phone-sized Chromium, Olga's office an office-sized one; between them stands a
real server process that is killed and started again. Only Rita's hands are simulated.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from client.replica import Replica
from sync_protocol.records import Activity, Contact
from tests.e2e.company import OLGA, RITA, SHOPS, Company, run
from tests.e2e.conftest import PHONE
from tests.e2e.flutter import (
    PATIENCE_MS,
    hold_bars,
    open_app,
    patient,
    scroll_until,
    tap_away,
    tap_id,
    type_into,
    wait_for_app,
    wait_until_offline_ready,
)
from tests.integration.server.running import PASSWORD

pytestmark = pytest.mark.e2e

OFFICE = {"width": 1440, "height": 900}
CARRIED = ((360, 740), (412, 860), (768, 1024))
"""A small phone, a usual one, a tablet upright."""


@pytest.fixture
def office(browser: Browser) -> Iterator[Page]:
    context = patient(browser.new_context(viewport=OFFICE))
    yield context.new_page()
    context.close()


def sign_in(page: Page, url: str, email: str) -> None:
    open_app(page, url)
    type_into(page, "E-mail", email)
    type_into(page, "Password", PASSWORD)
    page.keyboard.press("Enter")
    strip(page, "Up to date")


def strip(page: Page, text: str) -> None:
    """Wait until the sync strip says `text`."""
    page.get_by_role("button", name=text).first.wait_for()


def place(page: Page, name: str) -> Locator:
    """Where a thumb goes to: in the bar at the foot, or in the rail of a tablet."""
    return page.get_by_role("tab", name=name).or_(page.get_by_role("button", name=name)).first


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def test_a_rep_works_offline_and_the_office_sees_it(
    company: Company, phone: BrowserContext, office: Page
) -> None:
    rita = phone.new_page()
    sign_in(rita, company.server.url, RITA)
    rita.get_by_text("Planned visits").wait_for()
    wait_until_offline_ready(rita)
    sign_in(office, company.server.url, OLGA)

    phone.set_offline(True)
    run(office_edits_meanwhile(company))
    company.server.kill()
    rita.reload()
    wait_for_app(rita)
    rita.get_by_text("Planned visits").wait_for()

    for (width, height), shop in zip(CARRIED, SHOPS[1:], strict=True):
        rita.set_viewport_size({"width": width, "height": height})
        log_an_unplanned_visit(rita)
        log_a_planned_visit(rita, shop)
    rita.set_viewport_size(PHONE)
    tag_a_contact(rita)
    edit_a_contact(rita, title="Head buyer")
    strip(rita, "Offline")

    company.server.start()
    phone.set_offline(False)
    strip(rita, "Up to date")

    strip(office, "Up to date")  # it, too, was cut off, and tries again ever more rarely
    office.get_by_role("button", name="Contacts").click()
    office.get_by_role("button", name="Ada Adler").click()
    scroll_until(office, office.get_by_text("Head buyer"))
    scroll_until(office, office.get_by_text("Prospect").first)
    run(check_what_the_office_holds(company))
    for page in (rita, office):
        check_the_loser_is_in_the_history(page, "Olga's title")


def test_the_first_load_shows_how_far_it_is(company: Company, phone: BrowserContext) -> None:
    rita = phone.new_page()
    phone.route("**/api/sync/snapshot", lambda _route: None)  # held until it is unrouted
    open_app(rita, company.server.url)
    type_into(rita, "E-mail", RITA)
    type_into(rita, "Password", PASSWORD)
    rita.keyboard.press("Enter")
    rita.get_by_text("Fetching your customers").wait_for()
    strip(rita, "Still loading - not everything is here yet")
    phone.unroute("**/api/sync/snapshot")
    rita.get_by_text("Planned visits").wait_for()


def test_a_visit_logged_by_mistake_is_undone_with_one_tap(
    company: Company, phone: BrowserContext
) -> None:
    rita = phone.new_page()
    hold_bars(rita)
    sign_in(rita, company.server.url, RITA)
    rita.get_by_text("Planned visits").wait_for()
    log_an_unplanned_visit(rita, done=False)
    rita.get_by_role("button", name="Undo").click()
    run(until_the_office_knows_the_visit_as_undone(company))


async def until_the_office_knows_the_visit_as_undone(company: Company) -> None:
    async with await company.office("undone") as replica, asyncio.timeout(PATIENCE_MS / 1000):
        visit = None
        while visit is None or not visit.deleted:
            await replica.sync()
            visit = next(iter(replica.find(Activity, status="done", deleted=True)), None)


def log_an_unplanned_visit(page: Page, *, done: bool = True) -> None:
    taps = Taps(page)
    taps.press(place(page, "New"))
    page.get_by_role("heading", name="Someone new").wait_for()
    taps.press(page.get_by_role("button", name="Café Adler"))
    page.get_by_role("heading", name="How was the visit?").wait_for()
    taps.press(page.get_by_role("button", name="Interested").first)
    page.get_by_role("heading", name="Visit logged").wait_for()
    assert taps.count == 3
    if done:
        tap_id(page, "done")


def log_a_planned_visit(page: Page, shop: str = SHOPS[1]) -> None:
    place(page, "Today").click()
    taps = Taps(page)
    page.get_by_role("heading", name="Today", exact=True).wait_for()
    taps.press(page.get_by_role("button", name=shop).first)
    page.get_by_role("heading", name="How was the visit?").wait_for()
    taps.press(page.get_by_role("button", name="Order").first)
    page.get_by_role("heading", name="Visit logged").wait_for()
    assert taps.count == 2
    tap_id(page, "done")


def tag_a_contact(page: Page) -> None:
    tab(page, "Contacts")
    page.get_by_role("button", name="Ada Adler").click()
    tap_id(page, "labels")
    page.get_by_role("checkbox", name="Prospect").click()
    tap_away(page, "sheet-done")
    page.get_by_text("Prospect").first.wait_for()


def edit_a_contact(page: Page, title: str) -> None:
    tap_id(page, "edit")
    type_into(page, "Title", title)
    tap_id(page, "save")
    page.get_by_text(title).first.wait_for()


async def office_edits_meanwhile(company: Company) -> None:
    """Somebody in the office writes another field of the same contact, and the same one too."""
    async with await company.office("meanwhile") as replica:
        ada = find_ada(replica)
        replica.update(ada, title="Olga's title", website="https://adler.example")
        await replica.sync()


async def check_what_the_office_holds(company: Company) -> None:
    async with await company.office("afterwards") as replica:
        ada = find_ada(replica)
        assert (ada.title, ada.website) == ("Head buyer", "https://adler.example")
        done = replica.find(Activity, kind="visit", status="done")
        assert len(done) == 2 * len(CARRIED)
        assert {label.name for label in replica.labels_of(ada.id)} == {"Prospect"}


def check_the_loser_is_in_the_history(page: Page, lost: str) -> None:
    tap_id(page, "record-menu")
    page.get_by_role("menuitem", name="History").click()
    scroll_until(page, page.get_by_text(lost)).first.wait_for()


def find_ada(replica: Replica) -> Contact:
    (ada,) = [contact for contact in replica.find(Contact) if contact.name == "Ada Adler"]
    return ada


class Taps:
    """Counts what a thumb would do."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def press(self, target: object) -> None:
        self.count += 1
        target.click()  # type: ignore[attr-defined]
