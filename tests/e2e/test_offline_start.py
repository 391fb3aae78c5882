"""The app starts, keeps what was written, and does both again with no server at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.flutter import by_id, open_app, tap_id, wait_for_app, wait_until_offline_ready

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.e2e.site import Site

pytestmark = pytest.mark.e2e


def test_what_was_written_is_there_after_a_reload_without_a_server(
    site: Site, tab: Page, renderer: str
) -> None:
    tab.add_init_script(f"localStorage.setItem('fieldbook.renderer', '{renderer}')")
    open_app(tab, site.url)
    tap_id(tab, "increment")
    tap_id(tab, "increment")
    expect(by_id(tab, "count")).to_have_text("Count: 2")
    wait_until_offline_ready(tab)
    site.kill()

    tab.reload()
    wait_for_app(tab)
    expect(by_id(tab, "count")).to_have_text("Count: 2")
    tap_id(tab, "increment")
    expect(by_id(tab, "count")).to_have_text("Count: 3")


def test_a_second_tab_says_so_and_takes_over_when_asked(site: Site, phone: BrowserContext) -> None:
    first, second = phone.new_page(), phone.new_page()
    open_app(first, site.url)
    tap_id(first, "increment")
    expect(by_id(first, "count")).to_have_text("Count: 1")

    second.goto(site.url)
    expect(second.locator("#notice h1")).to_have_text("Fieldbook is open in another tab")
    second.get_by_role("button", name="Use it here").click()
    wait_for_app(second)

    expect(by_id(second, "count")).to_have_text("Count: 1")
    expect(first.locator("#notice h1")).to_have_text("Fieldbook went on in another tab")
