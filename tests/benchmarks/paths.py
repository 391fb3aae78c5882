"""What each hot path of sync costs in processor time, best of some: `make bench`.

No network, no screen, and waiting for the disk does not count: what is left is our own work.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from client.replica import Replica
from client.store import incoming, meta
from sync_protocol.changes import Changeset
from sync_protocol.messages import MAX_PUSH, Cursor
from sync_protocol.records import Account
from tests.benchmarks.company import Measured, open_replica

ACCOUNTS = 5_000
EDITS = 500
TIMES = 5


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(run(Path(name)))


async def run(folder: Path) -> None:
    measured = Measured(folder, ACCOUNTS)
    loads = [await first_snapshot(measured, str(folder / f"{place}.db")) for place in range(TIMES)]
    say(f"first snapshot of {ACCOUNTS:,} records, both ends", loads, ACCOUNTS)
    async with await open_replica(measured, str(folder / "replica.db")) as replica:
        await replica.sync()
        say("local update of one field", updates(replica), EDITS)
        await replica.sync()
        pushed, pulled, applied = zip(*pushes_and_pulls(replica, measured), strict=True)
    say("push of one edit, the server's part", pushed, EDITS)
    say("pull of one edit, the server's part", pulled, EDITS)
    say("pull of one edit, the device's part", applied, EDITS)
    measured.close()


async def first_snapshot(measured: Measured, path: str) -> float:
    async with await open_replica(measured, path) as replica:
        began = time.process_time()
        await replica.sync()
        return time.process_time() - began


def updates(replica: Replica) -> Iterator[float]:
    accounts = replica.find(Account, limit=EDITS)
    for turn in range(TIMES):

        def work(turn: int = turn) -> None:
            for account in accounts:
                replica.update(account, name=f"New {turn}")

        yield once(work)


def pushes_and_pulls(replica: Replica, measured: Measured) -> Iterator[tuple[float, float, float]]:
    """Another device edits and ours reads: the push, the pull, and taking the page."""
    other = measured.office.client(measured.rep)
    scopes, database = other.hello().scopes, replica._database
    for _ in range(TIMES):
        edits = [other.changeset(change) for change in measured.edits(EDITS)]
        pushed = once(lambda edits=edits: [other.send(*part) for part in parts(edits)])
        cursor = meta.read(database.connection, "cursor", Cursor) or Cursor()
        pulled = once(partial(other.pull, cursor, scopes, limit=EDITS))
        page = other.pull(cursor, scopes, limit=EDITS)
        assert len(page.entries) == EDITS
        yield pushed, pulled, once(partial(incoming.take_page, database, page, scopes))


def parts(edits: list[Changeset]) -> Iterator[list[Changeset]]:
    for start in range(0, len(edits), MAX_PUSH):
        yield edits[start : start + MAX_PUSH]


def once(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def say(what: str, took: Iterable[float], each: int) -> None:
    best = min(took)
    sys.stdout.write(f"{what:48} {best * 1000:10.1f} ms {best / each * 1e6:8.0f} µs each\n")


if __name__ == "__main__":
    main()
