"""Every goal with its figure: `make bench`, `make bench-quick`, `make bench-soak`."""

from __future__ import annotations

import argparse
import asyncio
import gc
import tempfile
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

from tests import postgres
from tests.benchmarks import chromium, crowd, local, results, rounds, territory
from tests.benchmarks.results import Result

QUICK = rounds.Size(snapshots=(5_000,), edits=1_000, stores=(5_000, 20_000))
LOAD_S = {"quick": 10, "all": 120, "soak": 600}
TEAMS = 25
"""Territories among which the devices under load are dealt out, as in a company of that size."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("how", choices=sorted(LOAD_S), nargs="?", default="all")
    asked.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    chosen = asked.parse_args()
    if chosen.how == "all":
        territory.filled()
    gc.freeze()  # as the app does
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(_told(_measured(Path(folder), chosen.how)))
        if chosen.how == "all":
            found += map(results.told, chromium.measure(Path(folder)))
    if chosen.write:
        results.write(found)


async def _told(measured: AsyncIterator[Result]) -> list[Result]:
    return [results.told(result) async for result in measured]


async def _measured(folder: Path, how: str) -> AsyncIterator[Result]:
    quick = how == "quick"
    if how != "soak":
        async for result in local.measure(folder, large=not quick):
            yield result
        async for result in rounds.measure(folder, QUICK if quick else rounds.Size()):
            yield result
        for devices in (20,) if quick else (20, 200):
            yield await crowd.fan_out(folder, devices)
    devices, seconds = 50 if quick else 500, LOAD_S[how]
    yield await crowd.under_load(folder, devices, seconds, teams=TEAMS)
    if not quick:
        async for result in _on_postgresql(folder, devices, seconds, how):
            yield result


async def _on_postgresql(
    folder: Path, devices: int, seconds: float, how: str
) -> AsyncIterator[Result]:
    """The same on a real PostgreSQL, which waits for no disk here; the load on two processes."""
    with postgres.started() as server:
        if how == "all":
            with server.database() as url:
                yield await rounds.push_on(folder, url, rounds.Size().edits)
        with server.database() as url:
            load = partial(crowd.under_load, folder, devices, seconds, teams=TEAMS)
            yield await load(database_url=url, servers=2)


if __name__ == "__main__":
    main()
