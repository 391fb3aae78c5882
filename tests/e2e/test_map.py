"""The map in a real browser: tiles from the host that the server names, and from no other.

The tile server is one of our own on this machine, at a port of its own and so of another origin;
its tiles are of one colour, which is looked for on the screen.
"""

from __future__ import annotations

import io
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page

from sync_protocol.records import SETTINGS_ID, Account, Address, Position, Settings, entries
from tests.e2e.company import SHOPS, Company, run
from tests.e2e.day import place, tap
from tests.e2e.flutter import (
    PATIENCE_MS,
    by_id,
    tap_id,
    wait_for_app,
)
from tests.e2e.test_visit import sign_in

pytestmark = pytest.mark.e2e

CREDIT = "Map by nobody at all"
GREEN = (120, 200, 80)
QUIET_S = 5.0
"""How long nobody may ask for a tile where none is allowed."""


class Tiles:
    """A tile server that counts what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        picture = io.BytesIO()
        Image.new("RGB", (256, 256), GREEN).save(picture, "PNG")
        tiles = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                tiles.asked.append(self.path)
                self.send_response(200)
                self.send_header("content-type", "image/png")
                self.send_header("content-length", str(len(picture.getvalue())))
                self.send_header("access-control-allow-origin", "*")
                self.send_header("cross-origin-resource-policy", "cross-origin")
                self.end_headers()
                self.wfile.write(picture.getvalue())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.template = f"http://127.0.0.1:{self.server.server_port}/{{z}}/{{x}}/{{y}}.png"


@pytest.fixture
def tiles() -> Iterator[Tiles]:
    made = Tiles()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@contextmanager
def company_with(
    folder: Path, bundle: Path, *, chosen: str, allowed: str, keep: bool = False
) -> Iterator[Company]:
    """Four customers side by side; `chosen` by the administrator, `allowed` by the server."""
    made = Company(folder, bundle, tiles=allowed, keep_tiles=keep)
    try:
        made.open()
        run(prepare(made, chosen))
        yield made
    finally:
        made.server.kill()


async def prepare(company: Company, chosen: str) -> None:
    async with await company.office("places") as replica:
        settings = replica.get(Settings, SETTINGS_ID)
        assert settings is not None
        replica.update(settings, tiles=chosen, tiles_credit=CREDIT if chosen else "")
        for step, name in enumerate(SHOPS):
            (shop,) = replica.find(Account, name=name)
            at = Position(50.24 + step / 200, 11.33 + step / 200)
            replica.update(shop, addresses=entries(Address(town="Kronach", position=at)))
        await replica.sync()


def on_the_map(phone: BrowserContext, company: Company) -> Page:
    page = sign_in(phone, company)
    place(page, "More")
    tap(page, "more-map")
    by_id(page, "map").wait_for()
    return page


def green(page: Page) -> float:
    """How much of the screen has the tiles' colour."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").resize((100, 200))
    pixels = list(batched(picture.tobytes(), 3))
    near = [x for x in pixels if all(abs(a - b) < 12 for a, b in zip(x, GREEN, strict=True))]
    return len(near) / len(pixels)


def batched(values: bytes, size: int) -> Iterator[bytes]:
    return (values[start : start + size] for start in range(0, len(values), size))


def until_green(page: Page) -> None:
    end_s = time.monotonic() + PATIENCE_MS / 1000
    while green(page) < 0.4:
        assert time.monotonic() < end_s, "no tiles on the screen"
        page.wait_for_timeout(200)


def test_the_map_shows_tiles_and_customers_and_goes_on_without_a_signal(
    tmp_path: Path, bundle: Path, phone: BrowserContext, tiles: Tiles
) -> None:
    template = tiles.template
    with company_with(tmp_path, bundle, chosen=template, allowed=template) as company:
        page = on_the_map(phone, company)
        until_green(page)
        assert all(re.fullmatch(r"/\d+/\d+/\d+\.png", path) for path in tiles.asked)
        page.get_by_text(CREDIT).wait_for()

        phone.set_offline(True)
        tiles.asked.clear()
        for _ in range(3):
            tap_id(page, "map-closer")
        for _ in range(3):
            tap_id(page, "map-farther")
        page.get_by_role("button", name=re.compile("customers|Café|Hotel|Kiosk")).first.click()
        page.get_by_role("button", name=re.compile("Gasthof|Café|Hotel|Kiosk")).first.wait_for()


@pytest.mark.parametrize("chosen", [True, False])
def test_no_tile_is_fetched_that_the_server_or_the_company_did_not_choose(
    tmp_path: Path, bundle: Path, phone: BrowserContext, tiles: Tiles, *, chosen: bool
) -> None:
    asked = {"chosen": tiles.template if chosen else "",
             "allowed": "" if chosen else tiles.template}  # fmt: skip
    with company_with(tmp_path, bundle, **asked) as company:
        page = on_the_map(phone, company)
        page.get_by_role("button", name=re.compile("customers|Café|Hotel|Kiosk")).first.wait_for()
        page.wait_for_timeout(QUIET_S * 1000)
        assert tiles.asked == []


def test_tiles_that_may_be_kept_are_there_when_their_server_is_not(
    tmp_path: Path, bundle: Path, phone: BrowserContext, tiles: Tiles
) -> None:
    template = tiles.template
    with company_with(tmp_path, bundle, chosen=template, allowed=template, keep=True) as company:
        page = on_the_map(phone, company)
        until_green(page)
        phone.set_offline(True)
        page.reload()
        wait_for_app(page)
        by_id(page, "map").wait_for()
        tiles.asked.clear()
        until_green(page)
        assert tiles.asked == []
