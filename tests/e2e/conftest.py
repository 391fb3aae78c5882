"""A built bundle, a server to kill, a browser, and a page that notices what leaves the machine.

The browser lives for one module: playwright's own event loop would be in the way of async tests.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.e2e.site import Site, build_bundle, build_counter, launched, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

PHONE = {"width": 412, "height": 860}


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
    with launched() as running:
        yield running


@pytest.fixture(params=["skwasm", "canvaskit"])
def renderer(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh phone-sized profile whose tabs may talk to this machine only."""
    context = browser.new_context(viewport=PHONE, has_touch=True)
    left: list[str] = []
    context.on("response", lambda answer: left.append(answer.url))
    yield context
    context.close()
    hosts = {urlsplit(url).hostname for url in left if url.startswith("http")}
    assert hosts <= {"127.0.0.1"}, "something answered from another host"


@pytest.fixture
def tab(phone: BrowserContext) -> Page:
    return phone.new_page()
