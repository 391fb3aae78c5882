"""Where a `World` plays: in this process, or over real HTTP with a real server process.

The same tests run in both, on both stores. A site over HTTP serves many worlds one after another,
each a workspace of its own; its server's clock is the test's, so that half a year passes at once.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import httpx

from client.runtime.native import NativeRuntime
from client.sync.http import HttpExchange
from tests.integration.server.office import Office, Randomness, open_office
from tests.integration.server.process import free_port
from tests.simulation.clocked import FileClock

STARTS_WITHIN_S = 30
_APART = 1_000_000
"""Each world of a shared store draws its ids from numbers of its own."""


class Site(Protocol):
    def office(self, folder: Path, /) -> Office: ...

    def restart(self, office: Office, /) -> None:
        """The server's process ends and another one begins, on the same store."""
        ...

    async def ask(self, office: Office, session: Any, token: str, request: Any, /) -> Any:
        """The server's answer to a request, or its error."""
        ...


class Here:
    """Everything in this process, a new store for each world."""

    def __init__(self, database_url: str = "") -> None:
        self._url = database_url

    def office(self, folder: Path, /) -> Office:
        return open_office(self._url or f"sqlite:///{folder / 'server.db'}")

    def restart(self, office: Office, /) -> None:
        office.restart()

    async def ask(self, office: Office, session: Any, _token: str, request: Any, /) -> Any:
        return method(office, request)(session, request)


class OverHttp:
    """A server process on one store; `close` ends it."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self._url = database_url
        self._clock_file = folder / "clock"
        self._clock = FileClock.make(self._clock_file)
        self._worlds = itertools.count(1)
        self._port = free_port()
        self._address = f"http://127.0.0.1:{self._port}"
        self._runtime = NativeRuntime()
        self._process = self._start()

    def office(self, _folder: Path, /) -> Office:
        randomness = Randomness(itertools.count(next(self._worlds) * _APART))
        return open_office(self._url, clock=self._clock, random=randomness)

    def restart(self, _office: Office, /) -> None:
        self.close()
        self._process = self._start()

    async def ask(self, _office: Office, _session: Any, token: str, request: Any, /) -> Any:
        transport = self._runtime.transport(self._address)
        try:
            exchange = HttpExchange(transport, token)
            return await getattr(exchange, name_of(request))(request)
        finally:
            await transport.close()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        module = "tests.simulation.clocked"
        arguments = [self._url, str(self._clock_file), str(self._port)]
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments], stdout=subprocess.DEVNULL
        )
        end = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < end:
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self._address}/health").is_success:
                    return process
            time.sleep(0.05)
        raise AssertionError("the server did not start")


def name_of(request: Any) -> str:
    """The method of `Exchange` that takes this request."""
    name = type(request).__name__
    return "history" if name == "HistoryOf" else name.lower()


def method(office: Office, request: Any) -> Any:
    name = name_of(request)
    return office.sign_ins.rekey if name == "rekey" else getattr(office.exchange, name)
