"""Many devices at once: how soon all have an edit, and how long a round takes under load."""

from __future__ import annotations

import asyncio
import itertools
import os
import statistics
import time
from pathlib import Path
from random import Random
from typing import Any

from client.replica import Replica
from client.runtime.native import NativeRuntime
from client.sync.http import HttpExchange
from client.sync.loop import SyncLoop
from sync_protocol import clock
from sync_protocol.changes import Changeset
from sync_protocol.errors import SyncError
from sync_protocol.messages import Hello, Pull, Push
from sync_protocol.records import Account
from tests.benchmarks.results import Result, at, shown
from tests.benchmarks.site import Site, site
from tests.integration.server.office import update

RECORDS = 50
EDITS = 7
REST_S = 1.0
"""Between edits: a device that has just fetched waits a little for more."""
PAUSE_S = 4.0
PARTS = 3
"""A load is measured in so many parts of its time; what is told is the median of theirs."""
GOALS = {20: "under 40 ms", 200: "under 500 ms"}


async def fan_out(folder: Path, devices: int) -> Result:
    """From one person's save on one live device until every other one has it on its disk."""
    with site(folder / f"fan-{devices}", RECORDS) as place:
        replicas = [await place.device(f"live-{number}") for number in range(devices)]
        for replica in replicas:
            await replica.sync()
        loops = [SyncLoop(replica) for replica in replicas]
        for loop in loops:
            loop.start()
        await asyncio.sleep(1 + devices / 50)
        took = []
        for turn in range(EDITS):
            await asyncio.sleep(REST_S)
            took.append(await _told(replicas, place, turn))
        for loop in loops:
            await loop.stop()
        for replica in replicas:
            await replica.close()
    told = f"{shown(statistics.median(took))}, {shown(max(took))} at most"
    return Result(f"one edit to {devices} live devices", GOALS.get(devices, ""), told)


async def _told(replicas: list[Replica], place: Site, turn: int) -> float:
    """Seconds, from the push: what a device waits before it sends is not the server's."""
    writer, *readers = replicas
    record_id, name = place.measured.ids[turn], f"Told {turn}"
    missing = set(range(len(readers)))
    done = asyncio.Event()

    def heard(number: int) -> None:
        found = readers[number].get(Account, record_id)
        if found is not None and found.name == name:
            missing.discard(number)
            if not missing:
                done.set()

    forget = [
        reader.on_change(lambda _changed, number=number: heard(number))
        for number, reader in enumerate(readers)
    ]
    account = writer.get(Account, record_id)
    assert account is not None
    writer.update(account, name=name)
    began = time.perf_counter()
    await writer.sync()
    async with asyncio.timeout(60):
        await done.wait()
    took = time.perf_counter() - began
    for stop in forget:
        stop()
    return took


async def under_load(
    folder: Path, devices: int, seconds: float, *, teams: int = 1, **where: Any
) -> Result:
    """Devices that each make a round with an edit every few seconds, dealt out among `teams`."""
    name = f"load-{teams}-{len(where)}"
    with site(folder / name, max(RECORDS, devices), teams=teams, **where) as place:
        crowd = [_Device(place, number) for number in range(devices)]
        before = _resident(place)
        began = time.perf_counter()
        rounds = itertools.chain(*await asyncio.gather(*(one.run(seconds) for one in crowd)))
        parts = _parts([(at_s - began, took) for at_s, took in rounds], seconds)
        grown = (_resident(place) - before) >> 20
        errors = sum(one.errors for one in crowd)
    told = (
        f"{sum(map(len, parts)) / seconds:.0f} rounds a second, p50 {_middle(parts, 0.5)},"
        f" p99 {_middle(parts, 0.99)}, {errors or 'no'} errors, +{grown} MB"
    )
    goal = "no error, p99 under 500 ms, memory flat"
    what = f"{devices} devices in {teams} territories for {seconds:.0f} s"
    return Result(what + (", two processes on PostgreSQL" if where else ""), goal, told)


def _parts(rounds: list[tuple[float, float]], seconds: float) -> list[list[float]]:
    """How long rounds took, by the part of the time in which they began."""
    parts: list[list[float]] = [[] for _ in range(PARTS)]
    for at_s, took in rounds:
        parts[min(int(at_s / seconds * PARTS), PARTS - 1)].append(took)
    return parts


def _middle(parts: list[list[float]], share: float) -> str:
    return shown(statistics.median(at(took, share) for took in parts))


class _Device:
    """A device without a replica: it says what one would, and takes any answer."""

    def __init__(self, place: Site, number: int) -> None:
        self._id = 10_000 + number
        self._place = place
        self._record = place.measured.ids[number]
        self._random = Random(number)
        self._number = 0
        self.errors = 0
        team = place.measured.teams[number % len(place.measured.teams)]
        server = place.servers[number % len(place.servers)]
        self._exchange = HttpExchange(
            NativeRuntime().transport(server.url), place.register(self._id, team.rep)
        )

    async def run(self, seconds: float) -> list[tuple[float, float]]:
        """When each of its rounds began, and how long it took."""
        end, took = time.monotonic() + seconds, []
        await asyncio.sleep(self._random.random() * PAUSE_S)
        cursor = (await self._exchange.hello(Hello(self._id))).head
        edit = self._edit()
        while time.monotonic() < end:
            began = time.perf_counter()
            try:
                welcome = await self._exchange.hello(Hello(self._id, cursor=cursor))
                await self._exchange.push(Push(self._id, (edit,)))
                cursor = (await self._exchange.pull(Pull(self._id, cursor, welcome.scopes))).cursor
            except SyncError:
                self.errors += 1
            else:
                edit = self._edit()
            took.append((began, time.perf_counter() - began))
            await asyncio.sleep(PAUSE_S * (0.75 + self._random.random() / 2))
        return took

    def _edit(self) -> Changeset:
        self._number += 1
        now = clock.at(time.time_ns() // 1_000_000)
        change = update("account", self._record, name=f"Edit {self._number}")
        return Changeset(self._id, self._number, now, 0, (change,))


def _resident(place: Site) -> int:
    """Bytes of memory that the servers hold."""
    pages = [Path(f"/proc/{server.pid}/statm").read_text("ascii") for server in place.servers]
    return sum(int(line.split()[1]) for line in pages) * os.sysconf("SC_PAGE_SIZE")
