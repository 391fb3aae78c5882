"""The bundle as a test meets it: built once, served by a process that can be killed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from client.web.__main__ import APP, build
from tests.e2e.browser import chromium
from tests.e2e.flutter import PATIENCE_MS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

REPOSITORY = Path(__file__).parents[2]
BUILD = REPOSITORY / "build"
COUNTER = Path(__file__).parent / "counter"
SERVER = Path(__file__).parent / "static_server.py"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def build_bundle() -> Path:
    """The web app of this checkout, built if it is not; other workers of this run wait for it.

    `FIELDBOOK_BUNDLE` names one that is built already.
    """
    named = os.environ.get("FIELDBOOK_BUNDLE")
    if named:
        return Path(named)
    with _building():
        subprocess.run(["make", "--silent", "web"], cwd=REPOSITORY, check=True)
    return BUILD / "web"


def build_counter(out: Path, version: str = "first") -> Path:
    """A bundle of the counter app instead of Fieldbook."""
    app = out.with_name(out.name + "-app") / "counter"
    shutil.copytree(COUNTER, app, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__*__"))
    main = app / "main.py"
    main.write_text(main.read_text("utf-8").replace('"first"', repr(version)), "utf-8")
    with _building():
        build(out, BUILD / "web-cache", [*APP, app], "counter.main")
    return out


@contextmanager
def _building() -> Iterator[None]:
    """One build at a time: all go through the same cache."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "web.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        yield


class Site:
    """A server of a bundle. It keeps its address when it is killed and started again."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def start(self) -> None:
        port = self.url.rpartition(":")[2] or "0"
        command = [sys.executable, str(SERVER), *map(str, self._folders), "--port", port]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        assert self.url.startswith("http"), "the server did not start"

    def kill(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.communicate()
        self._process = None


@contextmanager
def serving(*folders: Path) -> Iterator[Site]:
    site = Site(*folders)
    site.start()
    try:
        yield site
    finally:
        site.kill()


@contextmanager
def launched() -> Iterator[Browser]:
    """A headless Chromium, the system's where there is one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=list(ARGUMENTS), timeout=PATIENCE_MS
        )
        try:
            yield browser
        finally:
            browser.close()
