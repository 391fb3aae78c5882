"""What a pull and a sync with nothing to do cost in stores of three sizes: `make bench`.

Both are to be flat in the size of the store. Times are the best of some; bytes are those of the
messages before any compression.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path

from client.replica import Replica
from client.runtime.native import NativeRuntime
from client.sync.http import HttpExchange
from server.settings import Settings
from server.store import credentials, devices
from server.store.credentials import Credential
from sync_protocol.messages import Pull
from tests.benchmarks.company import Loopback, Measured, open_replica
from tests.integration.server.running import running

SIZES = (5_000, 50_000, 200_000)
CHANGES = 100
TIMES = 9
TOKEN = "a token"


def main() -> None:
    sys.stdout.write(
        f"{'records':>8}  {f'pull of {CHANGES}: by call':>21} {'over HTTP':>10}"
        f"  {'nothing to do: by call':>23} {'over HTTP':>10}  requests  sent  received\n"
    )
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(run(Path(folder), size))


async def run(folder: Path, size: int) -> None:
    measured = Measured(folder, size)
    settings = Settings(database_url=f"sqlite:///{folder / 'server.db'}", web=folder)
    with running(settings, now=measured.office.clock) as address:
        async with await open_replica(measured, str(folder / "replica.db")) as replica:
            await replica.sync()
            http = _http(measured, replica, address)
            pulls = await pull(measured, replica, http)
            await replica.sync()
            told = await idle(replica, http)
    times = "{:18.1f} ms {:7.1f} ms  {:20.1f} ms {:7.1f} ms"
    milliseconds = (1000 * seconds for seconds in (*pulls, *told[:2]))
    line = times.format(*milliseconds) + "  {:8}  {:4}  {:8}".format(*told[2:])
    sys.stdout.write(f"{size:8,}  {line}\n")
    measured.close()


async def pull(measured: Measured, replica: Replica, http: HttpExchange) -> tuple[float, float]:
    """Seconds by call and over HTTP."""
    loopback = replica._exchange
    assert isinstance(loopback, Loopback)
    other = measured.office.client(measured.rep)
    cursor, scopes = other.head, other.hello().scopes
    other.send(*(other.changeset(change) for change in measured.edits(CHANGES)))
    asked = Pull(replica.device, cursor, scopes, CHANGES)
    assert len((await http.pull(asked)).entries) == CHANGES
    return await best(lambda: loopback.pull(asked)), await best(lambda: http.pull(asked))


async def idle(replica: Replica, http: HttpExchange) -> tuple[float, float, int, int, int]:
    """Seconds by call and over HTTP, and requests, bytes there and bytes back of one sync."""
    loopback = replica._exchange
    assert isinstance(loopback, Loopback)
    loopback.requests = loopback.sent = loopback.received = 0
    await replica.sync()
    counted = loopback.requests, loopback.sent, loopback.received
    by_call = await best(replica.sync)
    replica._exchange = http
    return by_call, await best(replica.sync), *counted


def _http(measured: Measured, replica: Replica, address: str) -> HttpExchange:
    """The replica's device, signed in over HTTP."""
    workspace = measured.office.admin.workspace
    with measured.office.store.write() as connection:
        hashed = sha256(TOKEN.encode()).digest()
        devices.change(connection, workspace, replica.device, token_hash=hashed)
        may = Credential(workspace, measured.rep.id, "rita@acme.example", "", active=True)
        credentials.put(connection, may, measured.office.clock())
    return HttpExchange(NativeRuntime().transport(address), TOKEN)


async def best(work: Callable[[], Awaitable[object]]) -> float:
    found = []
    for _ in range(TIMES):
        began = time.perf_counter()
        await work()
        found.append(time.perf_counter() - began)
    return min(found)


if __name__ == "__main__":
    main()
