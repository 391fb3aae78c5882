"""What a browser does to an app: it kills its tab, runs out of room, opens it twice, clears it."""

from __future__ import annotations

import re
import time
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import pytest
from anyio.from_thread import start_blocking_portal
from playwright.sync_api import Error, expect

from sync_protocol.records import Activity
from tests.e2e.company import RITA, run
from tests.e2e.flutter import PATIENCE_MS, open_app, type_into, wait_for_app
from tests.e2e.site import serving
from tests.e2e.test_field_day import log_an_unplanned_visit, strip
from tests.faults.proxy import Proxy
from tests.integration.server.running import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, CDPSession, Page

    from tests.e2e.company import Company
    from tests.e2e.site import Site

pytestmark = pytest.mark.e2e

FAULTY = Path(__file__).parent / "faulty"
CRASHES = 3
SAVES = 25
ROOM_BYTES = 400_000


@pytest.fixture
def faulty(bundle: Path) -> Iterator[Site]:
    """A page without a screen that runs steps on a real replica in OPFS."""
    with serving(bundle, FAULTY) as running:
        yield running


def test_what_a_crashed_tab_had_said_was_saved_is_there(
    faulty: Site, phone: BrowserContext
) -> None:
    least = 0
    for _ in range(CRASHES):
        page = phone.new_page()
        page.goto(f"{faulty.url}/faulty.html?write")
        said(page, rf"(saved \d+\s+){{{SAVES}}}")
        least = last_saved(page)
        crash(page)
    page = phone.new_page()
    page.goto(f"{faulty.url}/faulty.html?look")
    held, waiting, check = said(page, r"holds (\d+) (\d+) (\w+)").groups()
    assert int(held) == int(waiting) >= least
    assert check == "ok"


@pytest.mark.parametrize("step", ["fill", "fill_before_a_checkpoint"])
def test_a_browser_without_room_says_so_and_goes_on_when_there_is(
    faulty: Site, phone: BrowserContext, step: str
) -> None:
    page = phone.new_page()
    page.goto(f"{faulty.url}/faulty.html?{step}")
    said(page, "opened")
    bounds = bound_storage(page, faulty.url, ROOM_BYTES)
    page.get_by_role("button", name="Go on").click()
    saved, held, sentence = said(page, r"full after (\d+), holds (\d+): (.*)").groups()
    assert saved == held
    assert "no space left" in sentence
    bounds.detach()
    saved, held = said(page, r"room again, saved (\d+), holds (\d+)").groups()
    assert saved == held
    page.goto(f"{faulty.url}/faulty.html?look")
    assert said(page, r"holds (\d+) (\d+) (\w+)").groups() == (saved, saved, "ok")


def test_a_damaged_file_in_the_browser_is_made_anew(faulty: Site, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto(f"{faulty.url}/faulty.html?damage")
    said(page, "damaged")
    page.goto(f"{faulty.url}/faulty.html?look")
    held, waiting, check, told = said(page, r"holds (\d+) (\d+) (\w+) (.*)").groups()
    assert (held, waiting, check) == ("30", "30", "ok")
    assert "30 unsent changes were saved" in told
    page.goto(f"{faulty.url}/faulty.html?look")
    assert said(page, r"holds (\d+) (\d+) (\w+) (.*)").groups() == ("30", "30", "ok", "")


def test_two_tabs_hand_the_replica_to_each_other(counter: Site, phone: BrowserContext) -> None:
    first, second = phone.new_page(), phone.new_page()
    open_app(first, counter.url)
    second.goto(counter.url)
    expect(second.locator("#notice h1")).to_have_text("Fieldbook is open in another tab")
    second.get_by_role("button", name="Use it here").click()
    wait_for_app(second)
    expect(first.locator("#notice h1")).to_have_text("Fieldbook went on in another tab")
    first.get_by_role("button", name="Use it here").click()
    expect(second.locator("#notice h1")).to_have_text("Fieldbook went on in another tab")
    wait_for_app(first)


def test_a_tab_takes_over_from_one_that_crashed(counter: Site, phone: BrowserContext) -> None:
    first, second = phone.new_page(), phone.new_page()
    open_app(first, counter.url)
    second.goto(counter.url)
    expect(second.locator("#notice h1")).to_have_text("Fieldbook is open in another tab")
    crash(first)
    second.get_by_role("button", name="Use it here").click()
    wait_for_app(second)


def test_what_a_tab_was_sending_when_it_was_closed_is_sent_by_the_next_and_is_there_once(
    company: Company, phone: BrowserContext
) -> None:
    first, taken, closed = phone.new_page(), Event(), Event()

    def until_closed() -> None:
        taken.set()
        closed.wait(PATIENCE_MS / 1000)

    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Proxy(company.server.port)) as line,
    ):
        sign_in(first, line.url)
        strip(first, "Up to date")
        second = phone.new_page()
        second.goto(line.url)
        expect(second.locator("#notice h1")).to_have_text("Fieldbook is open in another tab")
        first.bring_to_front()
        line.swallow_answer("/api/sync/push", until_closed)
        log_an_unplanned_visit(first, done=False)
        assert taken.wait(PATIENCE_MS / 1000), "nothing was sent"
        first.close()
        closed.set()
        run(the_visit_is_there_once(company, "before"))

        second.get_by_role("button", name="Use it here").click()
        wait_for_app(second)
        strip(second, "Up to date")
    run(the_visit_is_there_once(company, "after"))


async def the_visit_is_there_once(company: Company, name: str) -> None:
    async with await company.office(name) as replica:
        assert len(replica.find(Activity, kind="visit", status="done")) == 1


def test_an_evicted_app_says_so_and_loads_again(company: Company, phone: BrowserContext) -> None:
    page = phone.new_page()
    sign_in(page, company.server.url)
    page.goto("about:blank")
    clear_files(page, company.server.url)

    page.goto(company.server.url)
    expect(page.locator("#notice h1")).to_have_text("This browser has cleared Fieldbook's data")
    page.get_by_role("button", name="Go on").click()
    wait_for_app(page)
    fill_in(page)


def sign_in(page: Page, url: str) -> None:
    open_app(page, url)
    fill_in(page)


def fill_in(page: Page) -> None:
    type_into(page, "E-mail", RITA)
    type_into(page, "Password", PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_text("Planned visits").wait_for()


def said(page: Page, pattern: str) -> re.Match[str]:
    """Wait until the page has said something; what matched."""
    expect(page.locator("#said")).to_contain_text(re.compile(f"{pattern}|failed"))
    words = page.locator("#said").inner_text()
    found = re.search(pattern, words)
    assert found is not None, words
    return found


def last_saved(page: Page) -> int:
    return int(page.locator("#said").inner_text().strip().splitlines()[-1].split()[1])


def crash(page: Page) -> None:
    """End the tab's process, as a phone short of memory does."""
    with page.expect_event("crash"), pytest.raises(Error, match="crash"):
        page.goto("chrome://crash")
    page.close()


def bound_storage(page: Page, url: str, more_bytes: int) -> CDPSession:
    """Let the browser give our site only so much more room than it uses, until detached."""
    session = page.context.new_cdp_session(page)
    asked = {"origin": url}
    used = session.send("Storage.getUsageAndQuota", asked)["usage"]
    session.send("Storage.overrideQuotaForOrigin", asked | {"quotaSize": used + more_bytes})
    return session


def clear_files(page: Page, url: str) -> None:
    """Take the site's private files away, as a browser short of room does.

    A worker that has just ended may hold them a moment longer.
    """
    session = page.context.new_cdp_session(page)
    asked = {"origin": url, "storageTypes": "file_systems"}
    end_s = time.monotonic() + PATIENCE_MS / 1000
    session.send("Storage.clearDataForOrigin", asked)
    while used_by_files(session, url):
        assert time.monotonic() < end_s, "the files are still there"
        session.send("Storage.clearDataForOrigin", asked)
    session.detach()


def used_by_files(session: CDPSession, url: str) -> int:
    """How many bytes the site's private files take."""
    used = session.send("Storage.getUsageAndQuota", {"origin": url})["usageBreakdown"]
    return sum(part["usage"] for part in used if part["storageType"] == "file_systems")
