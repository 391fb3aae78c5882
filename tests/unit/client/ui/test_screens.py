"""Screens are imported when they are first shown, so that the first one is there soon."""

from __future__ import annotations

import subprocess
import sys

from client.ui.routes import ROUTES
from client.ui.screens import screens

LATER = {
    "client.ui.views.records.page", "client.ui.views.deals.page", "client.ui.views.admin.users",
    "client.interchange", "client.pdfs", "flet_map", "flet_charts", "pypdfium2", "segno", "sklearn",
}  # fmt: skip
"""Some of the most that Today can do without."""


def test_every_address_names_a_screen_there_is() -> None:
    found = [screen.fetch() for screen in screens(ROUTES)]
    assert len(found) > 100
    assert all(map(callable, found))


def test_the_first_screen_imports_no_other() -> None:
    asked = [sys.executable, "-c", "import sys, client.app; print(*sys.modules)"]
    told = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    assert LATER.isdisjoint(told.split())
