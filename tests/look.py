"""Pictures of screens, to be looked at: `python -m tests.look /pipeline "/accounts/{account}"`.

The demo company is served by Flet itself, from this checkout's code and a native replica, so there
is nothing to build; each route is drawn at three sizes, light and dark, into build/look. A kind in
braces stands for the id of such a record; `--tap` presses what has that identifier (several in
turn; with a star at its end the first that begins so), `--as` says who is signed in, `--text 200`
draws with large text, `--company hard` one whose names do not fit, `--company empty` one where
nothing has happened; `--fresh` makes it anew; `--file` is given to whatever asks for a file,
`--online` leaves the company's server running.
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
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import click
import flet as ft
import flet_web.fastapi
import httpx
import uvicorn
from playwright.sync_api import Browser, Page
from starlette.responses import FileResponse, Response

from client.app import start
from client.dealing import open_deals
from client.replica import Replica
from client.runtime.native import NativeRuntime
from client.web import letters, page_side
from server.demo.people import PASSWORD, PEOPLE
from sync_protocol.records import Contact, kinds
from tests.e2e.flutter import enable_semantics, tap_id
from tests.e2e.site import launched
from tests.hard_company import fill
from tests.integration.server.process import free_port

OUT = Path("build") / "look"
SIZES = {"phone": (390, 844), "tablet": (820, 1180), "office": (1440, 900)}
THEMES = ("light", "dark")
COMPANIES = ("demo", "hard", "empty")
NOWHERE = "http://127.0.0.1:9"
ADMIN = "admin@hard.example"
OFFICE = "office@alpenquell.example"
LATER_S = 0.01
ROOT_PX = 16
"""The size of text that people choose in their browser reaches Flutter as this, the root's."""
STARTS_WITHIN_S = 240
DRAWN_WITHIN_MS = 120_000
REST_MS = 1_500
"""A screen is drawn when it has rested that long: pictures, ripples and bars come late."""


@click.command()
@click.argument("routes", nargs=-1, required=True)
@click.option("--as", "who", default="", help="Whose device it is (the demo's: lena).")
@click.option("--company", type=click.Choice(COMPANIES), default="demo", show_default=True)
@click.option("--text", "percent", default=100, show_default=True, help="Size of text in percent.")
@click.option("--size", "sizes", multiple=True, type=click.Choice(list(SIZES)))
@click.option("--theme", "themes", multiple=True, type=click.Choice(THEMES))
@click.option("--tap", "taps", multiple=True, help="An identifier to press before the picture.")
@click.option("--file", "file", default="", help="What is given where a file is asked for.")
@click.option("--online", is_flag=True, help="With the company's server in reach.")
@click.option("--fresh", is_flag=True, help="Make the demo company anew.")
def main(
    routes: Sequence[str],
    *,
    who: str,
    company: str,
    percent: int,
    sizes: Sequence[str],
    themes: Sequence[str],
    taps: Sequence[str],
    file: str,
    online: bool,
    fresh: bool,
) -> None:
    """Draw ROUTES at every size and in both themes."""
    wanted = product(routes, sizes or SIZES, themes or THEMES)
    kind = f" {company}" * (company != "demo") + f" {percent}" * (percent != 100)
    shots = []
    for route, size, theme in wanted:
        words = re.sub(r"\W+", "-", f"{route} {' '.join(taps)}").strip("-") or "today"
        path = OUT / f"{words}{kind.replace(' ', '-')}-{size}-{theme}.png"
        shots.append(Shot(path, route, size, theme, tuple(taps), percent))
    draw(shots, company=company, who=who, file=file, online=online, fresh=fresh)


class Shot(NamedTuple):
    """One picture: what is drawn into it, and how."""

    path: Path
    route: str
    size: str
    theme: str = "light"
    taps: Sequence[str] = ()
    percent: int = 100


def draw(
    shots: Sequence[Shot],
    *,
    company: str = "demo",
    who: str = "",
    file: str = "",
    online: bool = False,
    fresh: bool = False,
) -> None:
    """Draw them as somebody of the company sees them on a device of theirs."""
    home = OUT / "data" / company
    if fresh:
        shutil.rmtree(home, ignore_errors=True)
    replica = home / (who or "lena") / "replica.db"
    if not replica.exists():
        asyncio.run(_signed_in(replica, company, who))
    named = asyncio.run(_named(replica, {shot.route for shot in shots}))
    server = _server(home / "server.db", demo=company == "demo") if online else nullcontext(NOWHERE)
    with server as reach, served(replica, reach) as address, launched() as browser:
        for shot in shots:
            if shot.route not in named:
                continue
            with _page(browser, shot.size, shot.theme, shot.percent) as page:
                page.on("filechooser", lambda chooser: chooser.set_files(file))
                _open(page, f"{address}{named[shot.route]}", shot.taps)
                page.screenshot(path=shot.path)
            click.echo(shot.path)


async def _signed_in(path: Path, company: str, who: str) -> None:
    """A replica of somebody of the company, loaded to its end and indexed."""
    demo = company == "demo"
    people = [person.email for person in PEOPLE if person.email.startswith(who or "lena")]
    path.parent.mkdir(parents=True, exist_ok=True)
    with _server(path.parents[1] / "server.db", demo=demo) as address:
        async with await Replica.open(str(path), server=address) as replica:
            await replica.sign_in(people[0] if demo else ADMIN, PASSWORD, device_name="A phone")
            await replica.sync()
            if company == "hard":
                await fill(replica)
            elif demo and who in ("", "lena"):
                await _overruled(replica, address)
            while replica.index_some():
                pass


async def _overruled(lena: Replica, address: str) -> None:
    """One of her edits has lost against a later one of the office."""
    with TemporaryDirectory() as folder:
        async with await Replica.open(f"{folder}/office.db", server=address) as office:
            await office.sign_in(OFFICE, PASSWORD, device_name="Office")
            await office.sync()
            contact = lena.find(Contact, limit=1)[0]
            lena.update(contact, title="Purchasing manager")
            await asyncio.sleep(LATER_S)
            office.update(contact, title="Head of purchasing")
            await office.sync()
    await lena.sync()


async def _named(path: Path, routes: Collection[str]) -> dict[str, str]:
    """The routes, each with ids in place of kinds; left out, and said so, where there is none."""
    named = {}
    async with await Replica.open(str(path)) as replica:
        for route in routes:
            kinds_in = re.findall(r"\{(\w+)\}", route)
            ids = {name: _some(replica, name) for name in kinds_in}
            if all(ids.values()):
                named[route] = route.format(**{name: found[0] for name, found in ids.items()})
            else:
                click.echo(f"{route}: this company has none", err=True)
    return named


def _some(replica: Replica, kind: str) -> list[str]:
    """The first of a kind; a deal that is open, as long as there is one."""
    opened = [deal.id for deal in open_deals(replica)] if kind == "deal" else []
    return opened or replica.ids(kinds()[kind].struct, limit=1)


@contextmanager
def _server(database: Path, *, demo: bool) -> Iterator[str]:
    port = free_port()
    program = [sys.executable, "-c", "from server.cli import main; main()"]
    at = ["--database-url", f"sqlite:///{database.resolve()}"]
    if not demo and not database.exists():
        company = ["--name", "A hard company", "--admin-name", "Ada Lovelace", "--email", ADMIN]
        init = [*program, "init", *company, "--password-stdin", *at]
        subprocess.run(init, input=PASSWORD, text=True, check=True, stdout=subprocess.DEVNULL)
    command = [*program, "demo" if demo else "serve", "--port", str(port), *at]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/health")
        yield address
    finally:
        process.kill()
        process.wait()


@contextmanager
def served(replica: Path, reach: str = NOWHERE) -> Iterator[str]:
    """The app, each page with its own copy of the replica; offline where no server is to reach."""
    port = free_port()
    pages = iter(range(1, 10_000))

    def page_of(page: ft.Page) -> None:
        copy = OUT / "data" / "copies" / str(next(pages)) / "replica.db"
        shutil.rmtree(copy.parent, ignore_errors=True)
        shutil.copytree(replica.parent, copy.parent)
        start(page, NativeRuntime(), str(copy), reach)

    os.environ["FLET_WEB_NO_CDN"] = "true"
    app = _with_letters(flet_web.fastapi.app(page_of, no_cdn=True))
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    _wait_for(f"http://127.0.0.1:{port}/")
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    shutil.rmtree(OUT / "data" / "copies", ignore_errors=True)


def _with_letters(app: Any) -> Any:
    """The app with the fonts of other scripts beside it, as the bundle has them."""
    engine = (page_side.FLUTTER / "main.dart.js").read_text("utf-8")
    found = letters.letters(letters.install(Path("build") / "web-cache"), engine)

    async def with_letters(scope: Any, receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        if not path.startswith(f"{letters.AT}noto"):
            return await app(scope, receive, send)
        answer = FileResponse(found[path]) if path in found else Response(status_code=404)
        return await answer(scope, receive, send)

    return with_letters


def _wait_for(address: str) -> None:
    end = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < end:
        with suppress(httpx.HTTPError):
            if httpx.get(address).is_success:
                return
        time.sleep(0.2)
    raise click.ClickException(f"{address} did not start.")


@contextmanager
def _page(browser: Browser, size: str, theme: str, percent: int) -> Iterator[Page]:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        has_touch=size != "office",
        color_scheme="dark" if theme == "dark" else "light",
    )
    context.set_default_timeout(DRAWN_WITHIN_MS)
    root = f"document.documentElement.style.fontSize = '{ROOT_PX * percent / 100}px'"
    context.add_init_script(f"addEventListener('DOMContentLoaded', () => {{ {root} }})")
    yield context.new_page()
    context.close()


def _open(page: Page, address: str, taps: Sequence[str]) -> None:
    page.goto(address)
    enable_semantics(page)
    _rest(page)
    for identifier in taps:
        tap_id(page, _first(page, identifier))
        _rest(page)


def _first(page: Page, identifier: str) -> str:
    """The identifier; with a star at its end the first on the screen that begins so."""
    if not identifier.endswith("*"):
        return identifier
    named = "flt-semantics-identifier"
    found = page.locator(f"[{named}^='{identifier[:-1]}']").first.get_attribute(named)
    return found or identifier


def _rest(page: Page) -> None:
    """Until what is said on the screen, in text or in attributes, has not changed for a while."""
    host, before = page.locator("flt-semantics-host"), ""
    for _ in range(DRAWN_WITHIN_MS // REST_MS):
        said = host.inner_html()
        if said and said == before and "Opening Fieldbook" not in said:
            return
        before = said
        page.wait_for_timeout(REST_MS)
    raise click.ClickException(f"{page.url} did not come to rest:\n{before}")


if __name__ == "__main__":
    main()
