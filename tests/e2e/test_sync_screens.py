"""What two people see of each other's work: at once, and what became of the edit that lost.

Olga sits in the office before the real app; Rita's device is a replica without a screen, so that
the moment of its sync is known exactly.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from client.replica import Replica
from sync_protocol.records import Contact
from tests.e2e.company import OLGA, RITA, Company, run
from tests.e2e.flutter import PATIENCE_MS, open_app, patient, tap_id, type_into
from tests.integration.server.running import PASSWORD

pytestmark = pytest.mark.e2e

OFFICE = {"width": 1440, "height": 900}
CHANGES = 3


@pytest.fixture
def olga(browser: Browser, company: Company) -> Iterator[Page]:
    """The app, signed in and up to date."""
    context = patient(browser.new_context(viewport=OFFICE))
    page = context.new_page()
    open_app(page, company.server.url)
    type_into(page, "E-mail", OLGA)
    type_into(page, "Password", PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Up to date").first.wait_for()
    yield page
    context.close()


def test_changes_show_by_themselves_and_the_loser_gets_theirs_back(
    company: Company, olga: Page, record_property: Callable[[str, object], None]
) -> None:
    olga.get_by_role("button", name="Contacts").click()
    olga.get_by_role("button", name="Ada Adler").click()
    olga.get_by_role("heading", name="Ada Adler").wait_for()
    for number in range(CHANGES):
        took_s = seconds_until_seen(company, olga, f"Buyer {number}")
        record_property("seconds from a rep's sync to the office's screen", round(took_s, 2))

    olga.context.set_offline(True)
    tap_id(olga, "edit")
    type_into(olga, "Title", "Buyer 2 of wine")
    tap_id(olga, "save")
    olga.get_by_text("Buyer 2 of wine").first.wait_for()
    olga.get_by_role("button", name="Offline").first.wait_for()
    Rita(company).writes(title="Head buyer")
    olga.context.set_offline(False)

    olga.get_by_text("Head buyer").first.wait_for()
    olga.get_by_label("1 notice").locator("[role=button]").click()
    olga.get_by_label("Rita Berger changed Title of Ada Adler after you.").wait_for()
    tap_id(olga, "see-history")
    olga.get_by_text("Not kept: somebody wrote later").first.wait_for()
    olga.get_by_text("Olga Ott").first.wait_for()
    tap_id(olga, "restore-value")
    Rita(company).reads_sooner_or_later("Buyer 2 of wine")


def seconds_until_seen(company: Company, page: Page, title: str) -> float:
    """From the end of Rita's sync until Olga's screen shows what she wrote."""
    synced_s = Rita(company).writes(title=title)
    page.get_by_text(title).first.wait_for()
    return time.monotonic() - synced_s


class Rita:
    """Her device: it keeps its replica and its session from one use to the next."""

    def __init__(self, company: Company) -> None:
        self._path = str(company.folder / "rita.db")
        self._url = company.server.url
        self._ada: Contact
        self._synced_s = 0.0

    def writes(self, title: str) -> float:
        """Edit Ada and sync; the monotonic second at which the sync was over."""
        run(self._use(title))
        return self._synced_s

    def reads_sooner_or_later(self, title: str) -> None:
        """Sync until Ada has the title: no screen says that what was just written has been sent."""
        end_s = time.monotonic() + PATIENCE_MS / 1000
        while self._reads().title != title:
            assert time.monotonic() < end_s, self._ada

    def _reads(self) -> Contact:
        run(self._use())
        return self._ada

    async def _use(self, title: str = "") -> None:
        async with await Replica.open(self._path, server=self._url) as replica:
            if replica.session is None:
                await replica.sign_in(RITA, PASSWORD, device_name="Rita's phone")
            await replica.sync()
            (ada,) = replica.find(Contact, name="Ada Adler")
            if title:
                ada = replica.update(ada, title=title)
                await replica.sync()
                self._synced_s = time.monotonic()
            self._ada = ada
