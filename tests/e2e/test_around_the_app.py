"""What stands around any app: offline start, one tab at a time, updates. The app is a counter."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from client.web.letters import AT
from tests.e2e.flutter import by_id, open_app, tap_id, wait_for_app, wait_until_offline_ready
from tests.e2e.site import build_counter

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page, Response

    from tests.e2e.site import Site

pytestmark = pytest.mark.e2e


def test_what_was_written_is_there_after_a_reload_without_a_server(
    counter: Site, tab: Page, renderer: str
) -> None:
    tab.add_init_script(f"localStorage.setItem('fieldbook.renderer', '{renderer}')")
    open_app(tab, counter.url)
    tap_id(tab, "increment")
    tap_id(tab, "increment")
    expect(by_id(tab, "count")).to_have_text("Count: 2")
    wait_until_offline_ready(tab)
    counter.kill()

    tab.reload()
    wait_for_app(tab)
    expect(by_id(tab, "count")).to_have_text("Count: 2")
    tap_id(tab, "increment")
    expect(by_id(tab, "count")).to_have_text("Count: 3")


def test_letters_of_another_script_are_ours_and_stay_without_a_server(
    counter: Site, tab: Page
) -> None:
    with tab.expect_response(_kept_font):
        open_app(tab, counter.url)
    wait_until_offline_ready(tab)
    counter.kill()

    with tab.expect_response(_kept_font):
        tab.reload()


def _kept_font(response: Response) -> bool:
    """It came, and through the service worker, which keeps it."""
    hebrew = f"{AT}notosanshebrew/" in response.url
    return hebrew and response.ok and response.from_service_worker


def test_a_second_tab_says_so_and_takes_over_when_asked(
    counter: Site, phone: BrowserContext
) -> None:
    first, second = phone.new_page(), phone.new_page()
    open_app(first, counter.url)
    tap_id(first, "increment")
    expect(by_id(first, "count")).to_have_text("Count: 1")

    second.goto(counter.url)
    expect(second.locator("#notice h1")).to_have_text("Fieldbook is open in another tab")
    second.get_by_role("button", name="Use it here").click()
    wait_for_app(second)

    expect(by_id(second, "count")).to_have_text("Count: 1")
    expect(first.locator("#notice h1")).to_have_text("Fieldbook went on in another tab")


def test_a_new_version_waits_until_the_person_reloads(
    counter: Site, tab: Page, tmp_path: Path
) -> None:
    open_app(tab, counter.url)
    tap_id(tab, "increment")
    expect(by_id(tab, "count")).to_have_text("Count: 1")
    wait_until_offline_ready(tab)

    shutil.rmtree(tmp_path / "web")
    build_counter(tmp_path / "web", version="second")
    tab.reload()
    wait_for_app(tab)
    expect(tab.get_by_text("Counter, first version")).to_be_attached()
    tab.locator("#strip").get_by_role("button", name="Reload").click()

    expect(tab.get_by_role("status")).to_have_count(0)
    wait_for_app(tab)
    expect(tab.get_by_text("Counter, second version")).to_be_attached()
    expect(by_id(tab, "count")).to_have_text("Count: 1")
