"""A task that falls due with no signal: the system itself tells of it, by the device's clock.

The notice is the service worker's, so it shows over whatever else the person looks at, as long as
the app is open behind it.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, Page

from sync_protocol.records import Task
from tests.e2e.company import RITA, Company, run
from tests.e2e.flutter import PATIENCE_MS, wait_until_offline_ready
from tests.e2e.test_field_day import sign_in

pytestmark = pytest.mark.e2e

AHEAD = timedelta(seconds=45)
"""Longer than it takes to sign in and go offline; where it does not, the notice is only earlier."""
NOTICES = """async () => {
    const worker = await navigator.serviceWorker.getRegistration();
    return (await worker.getNotifications()).map((notice) => notice.title);
}"""


def test_a_task_that_falls_due_offline_is_told_of_by_the_system(
    company: Company, phone: BrowserContext
) -> None:
    phone.grant_permissions(["notifications"], origin=company.server.url)
    run(remind_rita(company, "Bring the menu"))
    rita = phone.new_page()
    sign_in(rita, company.server.url, RITA)
    wait_until_offline_ready(rita)

    company.server.kill()
    phone.set_offline(True)
    phone.new_page().bring_to_front()

    assert notices(rita) == ["Bring the menu"]


async def remind_rita(company: Company, title: str) -> None:
    """The office gives her a task; she is to be reminded at the minute it is due."""
    due = datetime.now(tz=ZoneInfo("Europe/Berlin")) + AHEAD + timedelta(minutes=1)
    async with await company.office("reminding") as replica:
        replica.create(
            Task(
                title=title, due=due.date(), time=f"{due:%H:%M}", remind_min=0,
                assignee_id=company.rita, owner_id=company.rita,
            )
        )  # fmt: skip
        await replica.sync()


def notices(page: Page) -> list[str]:
    """What the system shows of Fieldbook, as soon as it shows anything."""
    end_s = time.monotonic() + PATIENCE_MS / 1000
    while not (shown := page.evaluate(NOTICES)):
        assert time.monotonic() < end_s, "the system tells of nothing"
        page.wait_for_timeout(500)
    return list(shown)
