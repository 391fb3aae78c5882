"""A real file through the browser's own file dialog, into the replica, and out again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from client.interchange import package
from tests.e2e.company import OLGA, Company
from tests.e2e.flutter import by_id, scroll_until, tap_id
from tests.e2e.test_field_day import sign_in, strip, tab

pytestmark = pytest.mark.e2e

ROWS = [
    "Name,Phone,City,Website,Favourite beer",
    "Brauerei Falke,09261 555000,Kronach,https://falke.example,Pils",
    "Gasthof Igel,3.53215E+11,Kronach,,Helles",
]


def test_a_csv_file_is_previewed_imported_and_undone(
    company: Company, phone: BrowserContext, tmp_path: Path
) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("\n".join(ROWS), encoding="utf-8")
    olga = phone.new_page()
    sign_in(olga, company.server.url, OLGA)
    choose(olga, file)
    scroll_until(olga, olga.get_by_text("2 accounts").first)
    scroll_until(olga, by_id(olga, "import-start"))
    tap_id(olga, "import-start")
    scroll_until(olga, by_id(olga, "import-undo")).first.wait_for()
    strip(olga, "Up to date")
    look_at_accounts(olga)
    olga.get_by_role("button", name="Call Brauerei Falke").wait_for()
    olga.go_back()
    olga.go_back()
    tap_id(olga, "import-undo")
    look_at_accounts(olga)
    olga.get_by_role("button", name="Call Café Adler").wait_for()
    expect(olga.get_by_role("button", name="Brauerei Falke")).to_have_count(0)


def test_all_together_is_saved_and_read_in_again(
    company: Company, phone: BrowserContext, tmp_path: Path
) -> None:
    olga = phone.new_page()
    sign_in(olga, company.server.url, OLGA)
    tab(olga, "More")
    tap_id(olga, "more-export")
    tap_id(olga, "export-what-all")
    olga.get_by_role("button", name=re.compile(r"^Save \d+ records")).wait_for()
    with olga.expect_download() as download:
        tap_id(olga, "export-save")
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "fieldbook.zip"
    assert package.is_package(file.read_bytes())
    choose(olga, file)
    by_id(olga, "import-start").wait_for()
    olga.get_by_text("already here").first.wait_for()


def look_at_accounts(page: Page) -> None:
    tab(page, "More")
    tap_id(page, "more-accounts")


def choose(page: Page, file: Path) -> None:
    tab(page, "More")
    tap_id(page, "more-import")
    by_id(page, "pick-file").first.wait_for()
    with page.expect_file_chooser() as chooser:
        tap_id(page, "pick-file")
    chooser.value.set_files(file)
