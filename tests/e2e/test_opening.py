"""While Python starts one sees the day as it last was, and may take a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.company import RITA
from tests.e2e.flutter import (
    enable_semantics,
    open_app,
    tap_id,
    type_into,
    wait_for_app,
    wait_until_offline_ready,
)
from tests.integration.server.running import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.company import Company

pytestmark = pytest.mark.e2e

NOTE = "Ask about the new taps"


def signed_in(tab: Page, company: Company) -> Page:
    open_app(tab, company.server.url)
    type_into(tab, "E-mail", RITA)
    type_into(tab, "Password", PASSWORD)
    tab.keyboard.press("Enter")
    tab.get_by_text("Planned visits").wait_for()
    wait_until_offline_ready(tab)
    return tab


def test_the_day_shows_at_once_without_a_server_and_a_note_is_a_task(
    tab: Page, company: Company
) -> None:
    signed_in(tab, company)
    company.server.kill()

    tab.reload(wait_until="commit")
    glimpse = tab.locator("#splash.glimpse")
    expect(glimpse).to_contain_text("Gasthof Bär")
    expect(glimpse).to_contain_text("Send the menu")
    field = glimpse.get_by_label("A note")
    field.type(NOTE, delay=30)

    tab.reload(wait_until="commit")  # ended in the middle of a note
    expect(field).to_have_value(NOTE)
    field.click()
    expect(tab.locator("#splash-text")).to_have_text("Fieldbook is open")
    expect(field).to_be_focused()
    glimpse.get_by_role("button", name="Save and go on").click()
    wait_for_app(tab)
    tab.get_by_text(NOTE).first.wait_for()

    tab.reload()
    wait_for_app(tab)
    expect(tab.get_by_role("checkbox", name=NOTE)).to_have_count(1)


def test_who_signs_out_leaves_nothing_to_see(tab: Page, company: Company) -> None:
    signed_in(tab, company)
    tab.goto(f"{company.server.url}/more")
    wait_for_app(tab)
    tap_id(tab, "sign-out")
    tap_id(tab, "answer-yes")
    tab.get_by_label("Password").wait_for()

    tab.reload(wait_until="commit")
    tab.locator("#splash").wait_for()
    expect(tab.locator("#splash.glimpse")).to_have_count(0)
    tab.locator("#splash").wait_for(state="detached")
    enable_semantics(tab)
    tab.get_by_label("Password").wait_for()
