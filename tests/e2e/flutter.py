"""Finding and pressing things in a Flet page, through the semantics Flutter draws into the DOM.

Only rows in or near the viewport exist there. Text typed into a field is read back from the app,
not from the field: the DOM keeps stale text once the field has lost focus. The page's policy
forbids eval, so nothing here waits with a JavaScript expression.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

START_MS = 90_000
SCROLLS = 40
SCROLL_PAUSE_MS = 120


def open_app(page: Page, url: str) -> None:
    """Load the app and wait for its first screen."""
    page.goto(url)
    wait_for_app(page)


def wait_for_app(page: Page) -> None:
    """Wait until the first screen is drawn, then ask Flutter for its semantics."""
    page.locator("#splash").wait_for(state="detached", timeout=START_MS)
    notice = page.locator("#notice")
    assert notice.count() == 0, notice.inner_text()
    enable_semantics(page)


def wait_until_offline_ready(page: Page) -> None:
    page.locator("html[data-offline=ready]").wait_for(state="attached", timeout=START_MS)


def enable_semantics(page: Page) -> None:
    """The placeholder is one pixel off the screen: it takes an event but no click."""
    placeholder = page.locator("flt-semantics-placeholder")
    placeholder.wait_for(state="attached", timeout=START_MS)
    placeholder.dispatch_event("click")
    page.locator("flt-semantics-host flt-semantics").first.wait_for(state="attached")


def by_id(page: Page, identifier: str) -> Locator:
    return page.locator(f"[flt-semantics-identifier='{identifier}']")


def tap_id(page: Page, identifier: str) -> None:
    """The button role sits on the identified node or on a child of it."""
    node = by_id(page, identifier)
    node.first.wait_for(state="attached")
    child = node.locator("[role=button]")
    (child.first if child.count() else node).click()


def type_into(page: Page, label: str, text: str) -> None:
    """The field is a live input only while it has the focus."""
    field = page.get_by_label(label)
    field.click()
    field.press_sequentially(text, delay=30)


def scroll_until(page: Page, target: Locator, step: int = 400) -> Locator:
    size = page.viewport_size or {"width": 400, "height": 800}
    page.mouse.move(size["width"] / 2, size["height"] * 0.8)
    for _ in range(SCROLLS):
        if target.count():
            return target
        page.mouse.wheel(0, step)
        page.wait_for_timeout(SCROLL_PAUSE_MS)
    raise AssertionError("scrolled to the end and did not find it")
