"""The app in Chromium beside a bare Flet page that is bundled the same way.

Bytes of the first visit until it works without signal, the first load of a territory, and a second
start without signal from the tap to Today, turn by turn with the bare page's.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, Page

from client.web.__main__ import build
from client.web.python_side import LOCK
from sync_protocol.records import Task
from tests.benchmarks.results import Result, beside, spent
from tests.benchmarks.site import EMAIL, Site, site
from tests.e2e.flutter import open_app, patient, type_into, wait_for_app, wait_until_offline_ready
from tests.e2e.site import REPOSITORY, build_bundle, launched, serving
from tests.e2e.site import Site as Served
from tests.integration.server.process import ServerProcess
from tests.integration.server.running import PASSWORD

HELLO = Path(__file__).parent / "hello"
NEEDED = ("flet", "msgpack", "repath", "six", "typing-extensions")
"""What Flet itself asks for in a browser."""
RUNS = 5
LOADS = 3
RESTS_MS = 8_000
"""Before a start: an app that is put away has come to rest."""
TASK = "Send the menu"
INDEXES_MS = 100_000
"""After a first load: what is searched is indexed in the background, which no later start has."""
PHONE = {"width": 390, "height": 844}


def measure(folder: Path, records: int = 20_000) -> Iterator[Result]:
    bundle, bare = build_bundle(), _bare_bundle(folder)
    with launched() as browser:
        yield _first_visit(browser, bundle, bare)
        with (
            site(folder / "site", records, web=bundle) as ours,
            serving(bare) as floor,
            _context(browser) as phone,
            _context(browser) as other,
        ):
            _alone(_give_a_task, ours)
            took = [_first_load_of_another(browser, ours) for _ in range(LOADS - 1)]
            app, took_s = _first_load(phone, ours)
            yield _loaded(records, [*took, took_s])
            other.add_init_script("localStorage.removeItem('fieldbook.kept-here')")  # it keeps none
            hello = _opened(other, floor.url)
            app.wait_for_timeout(INDEXES_MS)
            _cut_off(ours.server, floor, phone, other)
            yield from _second_start(app, hello)


def _bare_bundle(folder: Path) -> Path:
    """Only the packages that Flet itself needs, and no font but those that any bundle has."""
    entries = re.split(r"\n(?=\S)", LOCK.read_text("utf-8"))
    lock = folder / "requirements-hello.lock"
    lock.write_text("\n".join(entry for entry in entries if entry.split("==")[0] in NEEDED))
    out = folder / "hello"
    build(out, REPOSITORY / "build" / "web-cache", [HELLO], "hello.main", lock)
    return out


def _first_visit(browser: Browser, bundle: Path, bare: Path) -> Result:
    """Megabytes on the line until everything works offline."""
    ours, floor = (_megabytes(browser, one) for one in (bundle, bare))
    return Result(
        "first visit, until it works offline",
        "at most 8 MB more",
        f"{ours:.1f} MB, {ours - floor:.1f} more",
        f"{floor:.1f} MB",
        f"{ours / floor:.1f} x",
    )


def _megabytes(browser: Browser, bundle: Path) -> float:
    with serving(bundle) as served, _context(browser) as context:
        _opened(context, served.url)
        with urlopen(f"{served.url}/api/sent") as answer:  # noqa: S310 - our own process
            return int(answer.read()) / 1e6


def _first_load(phone: BrowserContext, at: Site) -> tuple[Page, float]:
    """The app with all of the territory, and the seconds from signing in until it had it."""
    page = phone.new_page()
    open_app(page, at.server.url)
    type_into(page, "E-mail", EMAIL)
    type_into(page, "Password", PASSWORD)
    began = time.perf_counter()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Up to date").first.wait_for()
    took = time.perf_counter() - began
    page.get_by_text(TASK).first.wait_for()
    wait_until_offline_ready(page)
    return page, took


def _first_load_of_another(browser: Browser, at: Site) -> float:
    """The seconds of a device that is put away again."""
    with _context(browser) as context:
        return _first_load(context, at)[1]


def _loaded(records: int, took: list[float]) -> Result:
    middle_s = statistics.median(took)
    what = f"first load of {records:,} records in Chromium"
    return Result(what, "8,000 a second", f"{spent(took)}, {records / middle_s:,.0f} a second")


def _opened(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    open_app(page, url)
    wait_until_offline_ready(page)
    return page


def _cut_off(ours: ServerProcess, floor: Served, *contexts: BrowserContext) -> None:
    ours.kill()
    floor.kill()
    for context in contexts:
        context.set_offline(True)


def _second_start(ours: Page, hello: Page) -> Iterator[Result]:
    """From the tap to Today, beside the bare page; and to the day as it was last seen."""
    times: tuple[list[float], list[float]] = ([], [])
    glimpses = []
    for _ in range(RUNS):
        for taken, page, text in zip(times, (ours, hello), (TASK, "Hello"), strict=True):
            page.wait_for_timeout(RESTS_MS)
            began = time.perf_counter()
            page.reload(wait_until="commit")
            if page is ours:
                page.locator("#splash.glimpse").get_by_text(text).wait_for()
                glimpses.append(time.perf_counter() - began)
            wait_for_app(page)
            page.get_by_text(text).first.wait_for()
            taken.append(time.perf_counter() - began)
    yield beside("second start in Chromium, offline, to Today", "at most 1.3 x", *times)
    yield Result("the same, to the day as it was last seen", "", spent(glimpses))


async def _give_a_task(at: Site) -> None:
    async with await at.device("filler") as replica:
        await replica.sync()
        today = datetime.now(UTC).date()
        replica.create(Task(title=TASK, due=today, assignee_id=at.measured.rep.id))
        await replica.sync()


def _alone(work: Callable, *given: object) -> None:
    """On a loop of its own: playwright's is running in this thread."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(work(*given))).result()


@contextmanager
def _context(browser: Browser) -> Iterator[BrowserContext]:
    context = patient(browser.new_context(viewport=PHONE, has_touch=True))
    yield context
    context.close()
