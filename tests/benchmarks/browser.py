"""The same as `tests.benchmarks.big`, in a real Chromium: `make bench-browser`.

The filled replica is put where the app keeps its own. First a worker like the app's asks it what
people wait for; then the app itself is opened on it, and its longest list scrolled.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from client.store import meta
from sync_protocol.session import Session
from tests.benchmarks import territory
from tests.benchmarks.answers import Answer
from tests.benchmarks.big import HEAD, line
from tests.e2e.flutter import enable_semantics
from tests.e2e.site import build_bundle, launched, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

HERE = Path(__file__).parent
PATIENCE_S = 1_200
SCROLLS, SCROLL_PAUSE_MS, SETTLED_MS = 60, 80, 10_000
_COUNT_FRAMES = """() => {
    globalThis.frames = [];
    let last = performance.now();
    const next = (now) => {
        globalThis.frames.push(now - last);
        last = now;
        requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
}"""


def main() -> None:
    filled = territory.filled()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copyfile(filled, folder / "territory.bin")
        facts = asyncio.run(_facts(folder / "territory.bin"))
        (folder / "facts.json").write_text(json.dumps(facts))
        shutil.copyfile(HERE / "answers.py", folder / "answers.py")
        with serving(build_bundle(), HERE / "page", folder) as site, launched() as browser:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            sys.stdout.write(f"Chromium {browser.version}\n{HEAD}")
            for what, p50, *rest in told(page, site.url):
                sys.stdout.write(line(what, p50, *(rest or (p50, None))))
                sys.stdout.flush()
            frames, alive = scrolled(page, site.url)
            frame = Answer("a frame while 50,000 are scrolled", [ms / 1000 for ms in frames])
            sys.stdout.write(line(frame.what, frame.at(0.5), frame.at(0.95), None))
            sys.stdout.write(f"{max(frames):.0f} ms the longest; {alive} rows alive\n")


async def _facts(path: Path) -> dict[str, Any]:
    """Opened once, so that the file is of this version and signed in; what is asked of it."""
    replica, known = await territory.opened(path)
    session = Session("measured", "Measured", replica.user_id, "rita@acme.example", replica.device)
    with replica._database.transaction() as connection:
        meta.write(connection, "session", session)
    await replica.close()
    return {"now_ms": territory.NOW_MS, "known": known}


def told(page: Page, address: str) -> Iterator[Any]:
    """What the worker tells, as it tells it."""
    page.goto(f"{address}/bench.html")
    report, seen = page.locator("#report"), 0
    for _ in range(PATIENCE_S):
        lines = report.inner_text().splitlines()
        for text in lines[seen:]:
            said = json.loads(text)
            if said is None:
                return
            assert isinstance(said, list), said["error"]
            yield said
        seen = len(lines)
        page.wait_for_timeout(1_000)
    raise AssertionError("the benchmark did not end")


def scrolled(page: Page, address: str) -> tuple[list[float], int]:
    """Milliseconds between frames while the contacts are scrolled, and the rows alive then."""
    page.set_default_timeout(PATIENCE_S * 1_000)
    page.goto(f"{address}/contacts")
    page.locator("#splash").wait_for(state="detached")
    page.wait_for_timeout(SETTLED_MS)
    page.mouse.move(400, 500)
    page.evaluate(_COUNT_FRAMES)
    for _ in range(SCROLLS):
        page.mouse.wheel(0, 500)
        page.wait_for_timeout(SCROLL_PAUSE_MS)
    frames: list[float] = page.evaluate("() => globalThis.frames")
    enable_semantics(page)
    alive = page.locator("[flt-semantics-identifier^='row-']")
    alive.first.wait_for(state="attached")
    return frames, alive.count()


if __name__ == "__main__":
    main()
