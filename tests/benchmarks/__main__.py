"""Every goal with its figure: `make bench`, `make bench-quick`, `make bench-soak`."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from tests.benchmarks import crowd, local, results, rounds, territory
from tests.benchmarks.results import Result

QUICK = rounds.Size(snapshots=(5_000,), edits=1_000, stores=(5_000, 20_000))
LOAD_S = {"quick": 10, "all": 120, "soak": 600}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("how", choices=sorted(LOAD_S), nargs="?", default="all")
    asked.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    chosen = asked.parse_args()
    if chosen.how == "all":
        territory.filled()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(_told(Path(folder), chosen.how))
    if chosen.write:
        results.write(found)


async def _told(folder: Path, how: str) -> list[Result]:
    found = []
    async for result in _measured(folder, how):
        results.tell(result)
        found.append(result)
    return found


async def _measured(folder: Path, how: str) -> AsyncIterator[Result]:
    quick = how == "quick"
    if how != "soak":
        async for result in local.measure(folder, large=not quick):
            yield result
        async for result in rounds.measure(folder, QUICK if quick else rounds.Size()):
            yield result
        for devices in (20,) if quick else (20, 200):
            async for result in crowd.fan_out(folder, devices):
                yield result
    devices = 50 if quick else 500
    async for result in crowd.under_load(folder, devices, LOAD_S[how]):
        yield result


if __name__ == "__main__":
    main()
