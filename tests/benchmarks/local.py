"""What people wait for on the device itself: a write, the search, the first screen."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

from client.replica import Replica
from client.store import tables
from sync_protocol.records import Account, kinds
from tests.benchmarks import territory
from tests.benchmarks.answers import answers
from tests.benchmarks.company import Measured, open_replica
from tests.benchmarks.results import Result, at, shown, spent, timed

WRITES = 1_000
STARTS = 3
SMALL = 5_000
TODAY = "Today"
FLOOR = ("locking_mode = exclusive", "journal_mode = wal", "synchronous = full")


async def measure(folder: Path, *, large: bool) -> AsyncIterator[Result]:
    measured = Measured(f"sqlite:///{folder / 'server.db'}", SMALL)
    async with await open_replica(measured, str(folder / "local.db")) as replica:
        await replica.sync()
        while replica.index_some():
            pass
        yield _write(replica, measured.ids, folder)
        await replica.sync()
        yield _metadata(replica)
    measured.close()
    if large:
        path = folder / "territory.db"
        shutil.copyfile(territory.filled(), path)
        async for result in _large(path):
            yield result


def _write(replica: Replica, ids: list[str], folder: Path) -> Result:
    """One field of one record, beside a plain update in a commit of its own; in turns."""
    plain = sqlite3.connect(folder / "plain.db", isolation_level=None)
    for pragma in FLOOR:
        plain.execute(f"PRAGMA {pragma}")
    plain.execute("CREATE TABLE account (id TEXT PRIMARY KEY, name TEXT)")
    plain.executemany("INSERT INTO account VALUES (?, '')", [(one,) for one in ids])
    ours, floor = [], []
    for place, record_id in enumerate(Random(1).sample(ids, WRITES)):
        account = replica.get(Account, record_id)
        assert account is not None
        name = f"Written {place}"
        ours.append(timed(lambda account=account, name=name: replica.update(account, name=name)))
        values = (name, record_id)
        floor.append(
            timed(lambda v=values: plain.execute("UPDATE account SET name = ? WHERE id = ?", v))
        )
    plain.close()
    told = f"p50 {spent(ours)}, p99 {shown(at(ours, 0.99))}"
    ratio = f"{at(ours, 0.5) / at(floor, 0.5):.1f} x"
    return Result("one local write", "p50 at most 3 x, p99 under 5 ms", told, spent(floor), ratio)


def _metadata(replica: Replica) -> Result:
    """Stamps of rows against all they hold, where every record was edited in one field or none."""
    table = tables.of(kinds()["account"])
    columns = [f'coalesce(length("{column.name}"), 0)' for column in table.c]
    meta = [one for one in columns if any(name in one for name in ("base_", "stamps", "extra"))]
    driver = replica._connection.connection.dbapi_connection
    assert driver is not None
    query = f"SELECT sum({'+'.join(meta)}), sum({'+'.join(columns)}) FROM account"
    stamps, whole = driver.cursor().execute(query).fetchone()
    return Result(
        "stamps and digests in a row", "at most 35 % of its bytes", f"{stamps / whole:.0%}"
    )


async def _large(path: Path) -> AsyncIterator[Result]:
    """With 50,000 contacts."""
    replica, known = await territory.opened(path)
    async with replica:
        for each in answers(replica, *known):
            if "search" in each.what:
                told = f"p50 {each.at(0.5):.0f} ms, p95 {each.at(0.95):.0f} ms"
                yield Result(f"{each.what}, of 50,000", "p95 under 50 ms", told)
    _start(path)  # compiles what it imports
    took = [timed(lambda: _start(path)) for _ in range(STARTS)]
    yield Result("start to Today, 50,000 contacts", "under 1.5 s", spent(took))


def _start(path: Path) -> None:
    """A process that imports the app, opens the replica and reads Today, as the app does.

    What is imported is compiled, as it is in a package, whether Python may write beside it or not.
    """
    compiled = {"PYTHONPYCACHEPREFIX": str(path.parent / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
    asked = [sys.executable, "-m", "tests.benchmarks.start", str(path), str(territory.NOW_MS)]
    subprocess.run(asked, check=True, env=os.environ | compiled)
