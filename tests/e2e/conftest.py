"""A built bundle, a server to kill, a browser, and a page that notices what leaves the machine.

The browser lives for one module: playwright's own event loop would be in the way of async tests.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from tests.e2e.company import Company
from tests.e2e.flutter import PATIENCE_MS, patient
from tests.e2e.site import Site, build_bundle, build_counter, launched, serving

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from playwright.sync_api import Browser

PHONE = {"width": 412, "height": 860}
LOOKS_WITHIN_MS = 30_000


@pytest.fixture(scope="session")
def bundle() -> Path:
    return build_bundle()


@pytest.fixture(scope="session")
def counter_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_counter(tmp_path_factory.mktemp("counter") / "web")


@pytest.fixture
def counter(counter_bundle: Path, tmp_path: Path) -> Iterator[Site]:
    """The counter app, served from a folder that a test may replace."""
    with serving(Path(shutil.copytree(counter_bundle, tmp_path / "web"))) as running:
        yield running


@pytest.fixture
def site(bundle: Path) -> Iterator[Site]:
    with serving(bundle) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with launched() as running:
        yield running


@pytest.fixture(params=["skwasm", "canvaskit"])
def renderer(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh phone-sized profile whose tabs may talk to this machine only."""
    context = patient(browser.new_context(viewport=PHONE, has_touch=True))
    left: list[str] = []
    context.on("response", lambda answer: left.append(answer.url))
    yield context
    context.close()
    hosts = {urlsplit(url).hostname for url in left if url.startswith("http")}
    assert hosts <= {"127.0.0.1"}, "something answered from another host"


@pytest.fixture
def tab(phone: BrowserContext) -> Page:
    return phone.new_page()


@pytest.fixture
def company(tmp_path: Path, bundle: Path) -> Iterator[Company]:
    """A small company behind the real server, which serves the real app."""
    made = Company(tmp_path, bundle)
    try:
        made.open()
        yield made
    finally:
        made.server.kill()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep a picture of every page of a test that failed, and what was on it."""
    report = yield
    if report.when == "call" and report.failed:
        for name, value in getattr(item, "funcargs", {}).items():
            for place, page in enumerate(_pages(value)):
                folder = Path("build") / "failed"
                folder.mkdir(parents=True, exist_ok=True)
                path = folder / f"{item.name}-{name}-{place}.png"
                report.sections.append((f"{name} {place}: {path}", _look(page, path)))
    return report


def _pages(value: object) -> list[Page]:
    if isinstance(value, BrowserContext):
        return value.pages
    return [value] if isinstance(value, Page) else []


def _look(page: Page, path: Path) -> str:
    """What is on the page, with a picture of it in `path`; a page that crashed has neither."""
    try:
        page.screenshot(path=path, timeout=LOOKS_WITHIN_MS)
        return _semantics(page)
    except Error as error:
        return str(error)


def _semantics(page: Page) -> str:
    host = page.locator("flt-semantics-host")
    return host.aria_snapshot() if host.count() else page.content()
