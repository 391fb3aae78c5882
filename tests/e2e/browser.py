"""Finds the Chromium that the browser tests drive, or installs one: `python tests/e2e/browser.py`.

A system's own Chromium comes first, because playwright's needs a download of its own. On Debian and
its like apt brings one when we may ask it to; anywhere else playwright does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def system_chromium() -> str | None:
    """The path of a Chromium on PATH, or the one `FIELDBOOK_CHROMIUM` names."""
    named = os.environ.get("FIELDBOOK_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


def chromium() -> str | None:
    """A Chromium that is here: the system's, else playwright's."""
    found = system_chromium()
    if found:
        return found
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None  # noqa: PTH110 - a plain question


def install() -> None:
    sudo = _sudo()
    if shutil.which("apt-get") and sudo is not None:
        subprocess.run([*sudo, "apt-get", "update", "--quiet"], check=False)
        # Without what goes with a desktop: printers, notifications, a hundred packages.
        apt = [*sudo, "apt-get", "install", "--yes", "--quiet", "--no-install-recommends"]
        apt += ["chromium", "fonts-liberation"]
        if subprocess.run(apt, check=False).returncode == 0:
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


def _sudo() -> list[str] | None:
    """What to put before a command that only root may run; None where that is nobody."""
    if os.geteuid() == 0:
        return []
    allowed = shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], check=False)
    return ["sudo", "-n"] if allowed and allowed.returncode == 0 else None


if __name__ == "__main__":
    if chromium() is None:
        install()
    found = chromium()
    sys.stdout.write(f"{found or 'no Chromium could be installed'}\n")
    sys.exit(found is None)
