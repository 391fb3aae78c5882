"""Pictures of screens, to be looked at: `python -m tests.look /pipeline "/accounts/{account}"`.

The demo company is served by Flet itself, from this checkout's code and a native replica, so there
is nothing to build; each route is drawn at three sizes, light and dark, into build/look. A kind in
braces stands for the id of such a record; `--tap` presses what has that identifier (several in
turn), `--as` says who is signed in, `--fresh` makes the demo company anew.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import product
from pathlib import Path

import click
import flet as ft
import flet_web.fastapi
import httpx
import uvicorn
from playwright.sync_api import Browser, Page

from client.app import start
from client.replica import Replica
from client.runtime.native import NativeRuntime
from server.demo.people import PASSWORD, PEOPLE
from sync_protocol.records import kinds
from tests.e2e.flutter import enable_semantics, tap_id
from tests.e2e.site import launched
from tests.integration.server.process import free_port

OUT = Path("build") / "look"
SIZES = {"phone": (390, 844), "tablet": (820, 1180), "office": (1440, 900)}
THEMES = ("light", "dark")
STARTS_WITHIN_S = 240
DRAWN_WITHIN_MS = 120_000
REST_MS = 1_500
"""A screen is drawn when it has rested that long: pictures, ripples and bars come late."""


@click.command()
@click.argument("routes", nargs=-1, required=True)
@click.option("--as", "who", default="lena", show_default=True, help="Whose device it is.")
@click.option("--size", "sizes", multiple=True, type=click.Choice(list(SIZES)))
@click.option("--theme", "themes", multiple=True, type=click.Choice(THEMES))
@click.option("--tap", "taps", multiple=True, help="An identifier to press before the picture.")
@click.option("--fresh", is_flag=True, help="Make the demo company anew.")
def main(
    routes: Sequence[str],
    who: str,
    sizes: Sequence[str],
    themes: Sequence[str],
    taps: Sequence[str],
    *,
    fresh: bool,
) -> None:
    """Draw ROUTES at every size and in both themes."""
    if fresh:
        shutil.rmtree(OUT / "data", ignore_errors=True)
    replica = OUT / "data" / who / "replica.db"
    if not replica.exists():
        asyncio.run(_signed_in(replica, who))
    named = asyncio.run(_named(replica, routes))
    shown = product(named.items(), sizes or SIZES, themes or THEMES)
    with served(replica) as address, launched() as browser:
        for (words, route), size, theme in shown:
            name = re.sub(r"\W+", "-", f"{words} {' '.join(taps)}").strip("-") or "today"
            path = OUT / f"{name}-{size}-{theme}.png"
            with _page(browser, size, theme) as page:
                _open(page, f"{address}{route}", taps)
                page.screenshot(path=path)
            click.echo(path)


async def _signed_in(path: Path, who: str) -> None:
    """A replica of somebody of the demo company, loaded to its end and indexed."""
    person = next(person for person in PEOPLE if person.email.startswith(who))
    path.parent.mkdir(parents=True, exist_ok=True)
    with _demo_server() as address:
        async with await Replica.open(str(path), server=address) as replica:
            await replica.sign_in(person.email, PASSWORD, device_name="A phone")
            await replica.sync()
            while replica.index_some():
                pass


async def _named(path: Path, routes: Sequence[str]) -> dict[str, str]:
    """The routes, each with ids in place of kinds."""
    async with await Replica.open(str(path)) as replica:

        def an_id(found: re.Match[str]) -> str:
            ids = replica.ids(kinds()[found[1]].struct, limit=1)
            if not ids:
                raise click.ClickException(f"The demo company has no {found[1]}.")
            return ids[0]

        return {route: re.sub(r"\{(\w+)\}", an_id, route) for route in routes}


@contextmanager
def _demo_server() -> Iterator[str]:
    port = free_port()
    database = f"sqlite:///{(OUT / 'data' / 'demo.db').resolve()}"
    program = [sys.executable, "-c", "from server.cli import main; main()", "demo"]
    process = subprocess.Popen(
        [*program, "--port", str(port), "--database-url", database], stdout=subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/health")
        yield address
    finally:
        process.kill()
        process.wait()


@contextmanager
def served(replica: Path) -> Iterator[str]:
    """The app, each page with its own copy of the replica and no server: a device offline."""
    port = free_port()
    pages = iter(range(1, 10_000))

    def page_of(page: ft.Page) -> None:
        copy = OUT / "data" / "copies" / str(next(pages)) / "replica.db"
        shutil.rmtree(copy.parent, ignore_errors=True)
        shutil.copytree(replica.parent, copy.parent)
        start(page, NativeRuntime(), str(copy), "http://127.0.0.1:9")

    os.environ["FLET_WEB_NO_CDN"] = "true"
    app = flet_web.fastapi.app(page_of, no_cdn=True)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    _wait_for(f"http://127.0.0.1:{port}/")
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    shutil.rmtree(OUT / "data" / "copies", ignore_errors=True)


def _wait_for(address: str) -> None:
    end = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < end:
        with suppress(httpx.HTTPError):
            if httpx.get(address).is_success:
                return
        time.sleep(0.2)
    raise click.ClickException(f"{address} did not start.")


@contextmanager
def _page(browser: Browser, size: str, theme: str) -> Iterator[Page]:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        has_touch=size != "office",
        color_scheme="dark" if theme == "dark" else "light",
    )
    context.set_default_timeout(DRAWN_WITHIN_MS)
    yield context.new_page()
    context.close()


def _open(page: Page, address: str, taps: Sequence[str]) -> None:
    page.goto(address)
    enable_semantics(page)
    _rest(page)
    for identifier in taps:
        tap_id(page, identifier)
        _rest(page)


def _rest(page: Page) -> None:
    """Until what is said on the screen has not changed for a while."""
    host, before = page.locator("flt-semantics-host"), ""
    while (said := host.inner_text()) != before or not said or "Opening Fieldbook" in said:
        before = said
        page.wait_for_timeout(REST_MS)


if __name__ == "__main__":
    main()
