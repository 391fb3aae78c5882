"""How long an unplanned visit takes in Chromium on a phone's screen: `make bench-browser`.

From the tap on + to the screen that says it is saved, three taps, by a script that taps as soon as
it sees what to tap: what the app itself takes, without a person's looking and deciding.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.e2e.company import RITA, Company
from tests.e2e.day import PHONE
from tests.e2e.flutter import patient, tap_id, wait_until_offline_ready
from tests.e2e.site import build_bundle, launched
from tests.e2e.test_field_day import log_an_unplanned_visit, sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

VISITS = 7


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        company = Company(Path(folder), build_bundle())
        try:
            company.open()
            with launched() as browser:
                page = patient(browser.new_context(viewport=PHONE, has_touch=True)).new_page()
                sign_in(page, company.server.url, RITA)
                wait_until_offline_ready(page)
                _tell(list(visits(page)), browser.version)
        finally:
            company.server.kill()


def visits(page: Page) -> Iterator[float]:
    """Seconds of one visit after the other; the first one, which loads the screens, is no guide."""
    for place in range(VISITS + 1):
        began = time.perf_counter()
        log_an_unplanned_visit(page, done=False)
        if place:
            yield time.perf_counter() - began
        tap_id(page, "done")


def _tell(seconds: list[float], version: str) -> None:
    sys.stdout.write(
        f"Chromium {version}, 390x844: a visit from + to saved, three taps:"
        f" {median(seconds):.1f} s in the middle, {max(seconds):.1f} s at most of {len(seconds)}\n"
    )


if __name__ == "__main__":
    main()
