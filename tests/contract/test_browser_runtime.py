"""The runtime contract inside Pyodide, in a real Chromium, on OPFS."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.contract import cases
from tests.e2e.site import build_bundle, launched, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.e2e

HERE = Path(__file__).parent
PATIENCE_MS = 90_000


def report_of(page: Page, address: str) -> dict[str, str]:
    page.goto(address)
    shown = page.locator("#report[data-done]")
    shown.wait_for(state="attached", timeout=PATIENCE_MS)
    told: dict[str, str] = json.loads(shown.inner_text())
    assert "error" not in told, told["error"]
    return told


@pytest.fixture(scope="module")
def report() -> tuple[dict[str, str], dict[str, str]]:
    """What the cases told in one worker, and in the next after a reload."""
    with serving(build_bundle(), HERE / "page", HERE) as site, launched() as browser:
        page = browser.new_page()
        before = report_of(page, f"{site.url}/contract.html")
        return before, report_of(page, f"{site.url}/contract.html?reloaded")


@pytest.mark.parametrize("name", cases.NAMES)
def test_the_browser_keeps_the_contract(
    name: str, report: tuple[dict[str, str], dict[str, str]]
) -> None:
    assert report[0][name] == "passed", report[0][name]


def test_what_was_flushed_outlives_the_worker(
    report: tuple[dict[str, str], dict[str, str]],
) -> None:
    written, read = report[0][cases.ENDING], report[1][cases.ENDING]
    assert written == "passed", written
    assert read == "passed", read
