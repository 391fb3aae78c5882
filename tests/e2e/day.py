"""What a person's day in the app is made of, for the scripted days.

A step waits for what it needs to be there, scrolls to it and says by its failure what was missing.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from server.domain.starters import SALES
from tests.e2e.flutter import PATIENCE_MS, by_id, scroll_until, tap_id, type_in, type_into

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from client.replica import Replica
    from tests.e2e.company import Company

OFFICE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
STAGES = {stage.name: key for key, stage in SALES.stages.items()}
"""The ids of the stages that a new company's sales go through, by name."""


def tap(page: Page, identifier: str) -> None:
    """Tap what has this identifier, wherever on the screen it is."""
    scroll_until(page, by_id(page, identifier))
    tap_id(page, identifier)


def write(page: Page, label: str, text: str) -> None:
    """Type into the field that is called so; its hint, once it has the focus, is told with it."""
    called = re.compile(rf"^{re.escape(label)}(\s|$)")
    scroll_until(page, page.get_by_label(called))
    type_into(page, called, text)


def search(page: Page, identifier: str, text: str) -> None:
    """Look for something in a search field instead of what was looked for; it has a hint only."""
    type_in(page.locator(f"[flt-semantics-identifier='{identifier}'] input"), text)


def choose(page: Page, name: str) -> None:
    """Tap the button that says exactly this."""
    button = page.get_by_role("button", name=name, exact=True)
    scroll_until(page, button)
    button.first.click()


def heading(page: Page, name: str) -> None:
    """Wait until the screen of this title is there."""
    page.get_by_role("heading", name=name, exact=True).wait_for()


def said(page: Page, text: str) -> Locator:
    """Wait until the screen says it, somewhere; it may have to be scrolled to."""
    found = saying(page, text)
    scroll_until(page, found)
    return found.first


def said_at_once(page: Page, text: str) -> None:
    """Wait until the screen or a sheet says it where one looks."""
    saying(page, text).first.wait_for()


def saying(page: Page, text: str) -> Locator:
    """What says so by itself, or is called so together with all that is in it."""
    return page.get_by_text(text).or_(page.get_by_label(text))


def move_by_chip(page: Page, stage: str) -> None:
    """On a deal's page: a tap on the stage it is to go to."""
    tap(page, f"step-{STAGES[stage]}")


def place(page: Page, name: str) -> None:
    """Go to one of the places that are always in reach: a tab of the bar, or of the rail."""
    page.get_by_role("tab", name=name).or_(
        page.get_by_role("button", name=f"{name} Tab")
    ).first.click()


def undo_last(page: Page) -> None:
    """Take back the last thing done on this device, from the list of them."""
    place(page, "More")
    tap(page, "more-did")
    heading(page, "What you did")
    page.get_by_role("button", name="Undo", exact=True).first.click()
    said(page, "Undone:")


def import_file(page: Page, file: Path) -> None:
    """Through the browser's own file dialog, to the end."""
    place(page, "More")
    tap(page, "more-import")
    by_id(page, "pick-file").first.wait_for()
    with page.expect_file_chooser() as chooser:
        tap_id(page, "pick-file")
    chooser.value.set_files(file)
    by_id(page, "import-start").wait_for()
    page.get_by_role("button", name="Import ").wait_for()
    tap_id(page, "import-start")
    said(page, "Import done")


async def settled(company: Company, name: str, ready: Callable[[Replica], bool]) -> None:
    """Wait until a replica that syncs with the server holds what `ready` asks for."""
    async with await company.office(name) as replica:
        end_s = time.monotonic() + PATIENCE_MS / 1000
        while not ready(replica):
            assert time.monotonic() < end_s, f"the server never got to hold it: {name}"
            await replica.sync()


def add_product(page: Page, name: str) -> None:
    """On a deal's page: one of its products, and two of it."""
    tap(page, "edit-lines")
    search(page, "product-search", name)
    page.locator("[flt-semantics-identifier^='offer-']").first.click()
    page.get_by_label("One more").locator("[role=button]").click()
    tap_id(page, "save")


def download_pdf(page: Page) -> None:
    """The quote that is open, as the file a person gets."""
    with page.expect_download() as download:
        tap(page, "open-pdf")
    assert download.value.suggested_filename.endswith(".pdf")
    assert download.value.path().read_bytes().startswith(b"%PDF")
