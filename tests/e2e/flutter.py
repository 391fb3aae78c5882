"""Finding and pressing things in a Flet page, through the semantics Flutter draws into the DOM.

Only rows in or near the viewport exist there. Text typed into a field is read back from the app,
not from the field: the DOM keeps stale text once the field has lost focus. The page's policy
forbids eval, so nothing here waits with a JavaScript expression.

There is one limit to all waiting, `PATIENCE_MS`. It only ends what has failed: it is several times
what a start takes on a busy machine, or the longest pause between two tries to reach the server.
"""

from __future__ import annotations

import time
from itertools import cycle
from typing import TYPE_CHECKING

from client.ui.theme import BAR_MS

if TYPE_CHECKING:
    from re import Pattern

    from playwright.sync_api import BrowserContext, ElementHandle, Locator, Page

PATIENCE_MS = 240_000
SCROLLS = 40
LOOKS = 20
SCROLL_PAUSE_MS = 120


def patient(context: BrowserContext) -> BrowserContext:
    """The same profile; whatever is waited for in its pages has `PATIENCE_MS`."""
    context.set_default_timeout(PATIENCE_MS)
    return context


def open_app(page: Page, url: str) -> None:
    """Load the app and wait for its first screen."""
    page.goto(url)
    wait_for_app(page)


def wait_for_app(page: Page) -> None:
    """Wait until the first screen is drawn, then ask Flutter for its semantics."""
    page.locator("#splash").wait_for(state="detached")
    notice = page.locator("#notice")
    assert notice.count() == 0, notice.inner_text()
    enable_semantics(page)


def wait_until_offline_ready(page: Page) -> None:
    page.locator("html[data-offline=ready]").wait_for(state="attached")


def enable_semantics(page: Page) -> None:
    """The placeholder is one pixel off the screen: it takes an event but no click."""
    placeholder = page.locator("flt-semantics-placeholder")
    placeholder.wait_for(state="attached")
    placeholder.dispatch_event("click")
    page.locator("flt-semantics-host flt-semantics").first.wait_for(state="attached")


def by_id(page: Page, identifier: str) -> Locator:
    return page.locator(f"[flt-semantics-identifier='{identifier}']")


def tap_id(page: Page, identifier: str) -> None:
    """The button role sits on the identified node or on a child of it."""
    node = f"[flt-semantics-identifier='{identifier}']"
    page.locator(f"{node} [role=button], {node}:not(:has([role=button]))").first.click()


def tap_away(page: Page, identifier: str) -> None:
    """Tap what ends the sheet or question it is in; until that has gone, nothing else is tapped."""
    tap_id(page, identifier)
    by_id(page, identifier).first.wait_for(state="detached")


def type_into(page: Page, label: str | Pattern[str], text: str) -> None:
    """Type into the field that is called so.

    One that is named by its hint only has no name once something is in it: it is looked up once.
    """
    type_in(page.get_by_label(label), text)


def type_in(where: Locator, text: str) -> None:
    """Tap the field, type in place of what it holds, and look at what has arrived, as one does.

    The field is a live input only while it has the focus, and Flutter sets up its editing shortly
    after: on a busy machine a script is faster than that, and the first key is nobody's. A field
    that had the focus before there were semantics is edited elsewhere and stays empty in the DOM.
    """
    field = where.element_handle()
    field.click()
    _type_over(field, text)
    end_s = time.monotonic() + PATIENCE_MS / 1000
    while (arrived := field.input_value()) and arrived != text:
        assert time.monotonic() < end_s, f"{where} does not take what is typed"
        _type_over(field, text)


def _type_over(field: ElementHandle, text: str) -> None:
    """The DOM may know late what the field holds: its word is not asked for."""
    field.press("ControlOrMeta+a")
    field.press("Backspace")
    field.type(text, delay=30)


def hold_bars(page: Page) -> None:
    """Let the bars at the foot stay from the next load on: a busy machine may be slower than they.

    A bar goes when the browser's timer of `BAR_MS` runs out, and no other timer is that long.
    """
    page.add_init_script(f"""{{
        const set = globalThis.setTimeout;
        globalThis.setTimeout = (call, ms, ...given) =>
            set(call, ms === {BAR_MS} ? {PATIENCE_MS} : ms, ...given);
    }}""")


def scroll_until(page: Page, target: Locator, step: int = 400) -> Locator:
    """Scroll down, and again from the top: what comes late may stand where one has been.

    Back at the top one stays for a while: a busy machine takes long to draw it.
    """
    size = page.viewport_size or {"width": 400, "height": 800}
    page.mouse.move(size["width"] / 2, size["height"] * 0.8)
    steps = cycle([step] * SCROLLS + [-step * SCROLLS] + [0] * LOOKS)
    end_s = time.monotonic() + PATIENCE_MS / 1000
    while not target.count():
        assert time.monotonic() < end_s, "scrolled to the end and did not find it"
        page.mouse.wheel(0, next(steps))
        page.wait_for_timeout(SCROLL_PAUSE_MS)
    return target
