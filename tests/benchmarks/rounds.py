"""What rounds of sync cost beside the floor: processes apart, over loopback HTTP, on the disk."""

from __future__ import annotations

import os
import statistics
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from client.replica import Replica
from client.store import recount
from sync_protocol import codec
from sync_protocol.messages import Pull
from sync_protocol.records import Account, kind_of
from tests.benchmarks import floor
from tests.benchmarks.results import Result, awaited, beside, spent, timed
from tests.benchmarks.site import Site, site

TIMES = 3
CONFLICTS = 2_000
PULLED = 100
GOALS = {
    "snapshot": "at most 2 x",
    "push": "at most 2 x",
    "push on PostgreSQL": "at most 4 x",
    "pull": "at most 3 x",
    "flat": "under 15 ms, within 1.3 x",
    "idle": "p50 under 3 ms, under 1 KB",
    "conflicts": "under 0.4 s, both fields kept",
    "wire": "at most 45 % of plain JSON",
    "memory": "64 MB at either end",
}


class Size(NamedTuple):
    """How much is measured."""

    snapshots: tuple[int, ...] = (20_000, 100_000)
    edits: int = 5_000
    stores: tuple[int, ...] = (5_000, 50_000, 200_000)


async def measure(folder: Path, size: Size) -> AsyncIterator[Result]:
    for records in size.snapshots:
        async for result in _beside_the_floor(folder, records, size.edits):
            yield result
    async for result in _flat(folder, size.stores):
        yield result
    yield await _conflicts(folder)


async def _beside_the_floor(folder: Path, records: int, edits: int) -> AsyncIterator[Result]:
    at = folder / f"rounds-{records}"
    async with AsyncExitStack() as stack:
        place = stack.enter_context(site(at, records))
        floor.fill(at / "floor.db", place.measured.records())
        url = stack.enter_context(floor.serving(at / "floor.db"))
        plain = [floor.Client(url, at / f"plain-{turn}.db") for turn in range(TIMES)]
        ours = [await stack.enter_async_context(await place.device(f"d{i}")) for i in range(TIMES)]
        before = _memory(place)
        pairs = [(await awaited(ours[i].sync()), timed(plain[i].snapshot)) for i in range(TIMES)]
        yield beside(
            f"first snapshot of {records:,} records", GOALS["snapshot"], *_two(pairs), records
        )
        grown = [(now - then) >> 20 for now, then in zip(_memory(place), before, strict=True)]
        yield Result(
            f"peak memory of {TIMES} such snapshots",
            GOALS["memory"],
            f"device +{grown[0]} MB, server +{grown[1]} MB",
        )
        yield await _wire(place, ours[0])
        if records > edits * 10:
            return
        pushes, pulls = [], []
        for turn in range(TIMES):
            pushes.append(await _push(ours[0], plain[0], place, edits, turn))
            pulls.append((await awaited(ours[1].sync()), timed(partial(plain[1].pull, edits))))
        yield beside(f"push of {edits:,} edits", GOALS["push"], *_two(pushes), edits)
        yield beside(f"pull of {edits:,} changes", GOALS["pull"], *_two(pulls), edits)


async def push_on(folder: Path, database_url: str, edits: int) -> Result:
    """The same push into another store; the floor is the same, too."""
    async with AsyncExitStack() as stack:
        place = stack.enter_context(site(folder / "push", edits, database_url=database_url))
        floor.fill(folder / "push.db", place.measured.records())
        plain = floor.Client(
            stack.enter_context(floor.serving(folder / "push.db")), folder / "plain.db"
        )
        replica = await stack.enter_async_context(await place.device("pushing"))
        await replica.sync()
        pushes = [await _push(replica, plain, place, edits, turn) for turn in range(TIMES)]
    what = f"push of {edits:,} edits, PostgreSQL"
    return beside(what, GOALS["push on PostgreSQL"], *_two(pushes), edits)


async def _push(
    replica: Replica, plain: floor.Client, place: Site, edits: int, turn: int
) -> tuple[float, float]:
    """Seconds until the server has all of them, and until the floor has."""
    names = _renamed(replica, place, edits, turn)
    return await awaited(replica.sync()), timed(partial(plain.push, names))


async def _wire(place: Site, replica: Replica) -> Result:
    """A page of a snapshot as it goes over the line, and the same records as plain JSON."""
    client = place.measured.office.client(place.measured.rep)
    page = client.page(limit=500)
    sent = len(codec.compress(codec.encode(page)))
    records = replica.find(Account, limit=500)
    plain = sum(len(msgspec.json.encode(record)) for record in records)
    share = (sent / len(page.states)) / (plain / len(records))
    each = f"{sent / len(page.states):.0f} of {plain / len(records):.0f} bytes a record"
    return Result("a snapshot on the line", GOALS["wire"], f"{each}, {share:.0%}")


async def _flat(folder: Path, stores: tuple[int, ...]) -> AsyncIterator[Result]:
    """A pull of some changes, and a sync with nothing to do, in stores of several sizes.

    Once a day a device looks through its rows, a slice in each round: these rounds by themselves.
    """
    pulls, sweeping, idle, line = [], [], [], _Counted()
    for records in stores:
        with site(folder / f"flat-{records}", records) as place:
            async with await place.device("flat") as replica:
                await replica.sync()
                pulls.append(await _pulls(place, replica))
                sweeping.append([await awaited(replica.sync())])
                while recount.under_way(replica._connection):
                    sweeping[-1].append(await awaited(replica.sync()))
                line.watch(replica)
                idle.append([await awaited(replica.sync()) for _ in range(TIMES * 3)])
    sizes = " / ".join(f"{records:,}" for records in stores)
    rounds = TIMES * 3 * len(stores)
    cost = f"{line.requests // rounds} request, {line.bytes // rounds} bytes"
    yield Result(f"pull of {PULLED} from {sizes}", GOALS["flat"], *_grown(pulls))
    told, *rest = _grown(idle)
    yield Result(f"nothing to do, {sizes} records", GOALS["idle"], f"{told}; {cost}", *rest)
    told, *rest = _grown(sweeping)
    yield Result("the same once a day, looking through rows", "", told, *rest)


async def _pulls(place: Site, replica: Replica) -> list[float]:
    """Seconds of the same pull of some changes."""
    client = place.measured.office.client(place.measured.rep)
    asked = Pull(replica.device, client.head, client.hello().scopes, PULLED)
    client.send(*map(client.changeset, place.measured.edits(PULLED)))
    exchange: Any = replica._exchange
    assert len((await exchange.pull(asked)).entries) == PULLED
    return [await awaited(exchange.pull(asked)) for _ in range(TIMES * 3)]


def _grown(runs: list[list[float]]) -> tuple[str, str, str]:
    """The medians for each size, no floor, and the largest against the smallest."""
    first, last = (statistics.median(one) for one in (runs[0], runs[-1]))
    return " / ".join(map(spent, runs)), "", f"{last / first:.1f} x the smallest"


class _Counted:
    """A line on which requests and the bytes of their bodies are counted."""

    def __init__(self) -> None:
        self.requests = self.bytes = 0

    def watch(self, replica: Replica) -> None:
        transport: Any = replica._http._transport  # type: ignore[union-attr]
        plain = transport.request

        async def request(*asked: Any, body: bytes | None, **more: Any) -> Any:
            answer = await plain(*asked, body=body, **more)
            self.requests += 1
            self.bytes += len(body or b"") + len(answer.body)
            return answer

        transport.request = request


async def _conflicts(folder: Path) -> Result:
    """Two devices edit the same records, half of them in the same field; both sync twice."""
    with site(folder / "conflicts", CONFLICTS) as place:
        async with await place.device("one") as one, await place.device("two") as two:
            for replica in (one, two):
                await replica.sync()
            took = [await _collide(one, two, place, turn) for turn in range(TIMES)]
            kept = sum(
                account.name.startswith("one") and account.about.startswith("two")
                for account in map(_of(two), place.measured.ids[: CONFLICTS // 2])
            )
            same = one.digest() == two.digest()
    told = f"{kept:,} of {CONFLICTS // 2:,} kept, replicas {'equal' if same else 'DIFFER'}"
    ours = f"{spent(took)}; {told}"
    return Result(f"{CONFLICTS:,} conflicts, two devices", GOALS["conflicts"], ours)


async def _collide(one: Replica, two: Replica, place: Site, turn: int) -> float:
    for at, record_id in enumerate(place.measured.ids[:CONFLICTS]):
        one.update(_of(one)(record_id), name=f"one {turn} {at}")
        field = "about" if at < CONFLICTS // 2 else "name"
        two.update(_of(two)(record_id), **{field: f"two {turn} {at}"})
    return sum([await awaited(replica.sync()) for replica in (one, two, one, two)])


def _renamed(replica: Replica, place: Site, edits: int, turn: int) -> list[tuple[str, str]]:
    """Edit so many accounts without a line; (name, id) of each."""
    names = [(f"Name {turn} {at}", i) for at, i in enumerate(place.measured.ids[:edits])]
    for name, record_id in names:
        replica.update(_of(replica)(record_id), name=name)
    return names


def _of(replica: Replica) -> Any:
    def get(record_id: str) -> Account:
        found = replica.get(Account, record_id)
        assert found is not None, kind_of(Account)
        return found

    return get


def _memory(place: Site) -> tuple[int, int]:
    """Bytes that this process and the server's have had at most."""
    return _peak(os.getpid()), _peak(place.server.pid)


def _peak(process: int) -> int:
    with open(f"/proc/{process}/status", encoding="ascii") as status:  # noqa: PTH123
        (line,) = (line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) << 10


def _two(pairs: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [one for one, _ in pairs], [other for _, other in pairs]
