"""How long people wait on a device that holds a large company: `make bench`.

The company is `tests.benchmarks.territory`, made once into `build/bench`; remove that to have it
made anew. What is measured is done to a copy; times are the processor's.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import territory
from tests.benchmarks.answers import answers

HEAD = f"{'':44} {'p50':>10} {'p95':>10}   beside plain sqlite3\n"


def main() -> None:
    filled = territory.filled()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "replica.db"
        shutil.copyfile(filled, copy)
        asyncio.run(run(copy))


async def run(path: Path) -> None:
    sys.stdout.write(HEAD)
    replica, known = await territory.opened(path)
    async with replica:
        for each in answers(replica, *known):
            sys.stdout.write(line(each.what, each.at(0.5), each.at(0.95), each.floor))
            sys.stdout.flush()


def line(what: str, p50: float, p95: float, floor: float | None) -> str:
    """One answer in ms; the floor is in seconds."""
    beside = f"{p50 / 1000 / floor:8.1f} x {floor * 1000:6.2f} ms" if floor else ""
    return f"{what:44} {p50:7.1f} ms {p95:7.1f} ms {beside}\n"


if __name__ == "__main__":
    main()
