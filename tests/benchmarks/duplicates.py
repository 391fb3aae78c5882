"""How well duplicates are found: `python -m tests.benchmarks.duplicates [accounts] [seed]`."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from client.replica import Replica
from sync_protocol.records import SETTINGS_ID, Settings
from tests.benchmarks.doublets import Doublets, generate, measure, store


async def main(accounts: int = 1_000, seed: int = 1) -> None:
    doublets = generate(Random(seed), accounts)
    with tempfile.TemporaryDirectory() as folder:
        replica = await Replica.open(str(Path(folder) / "replica.db"))
        replica.create(Settings(id=SETTINGS_ID, name="Measured", region="DE"))
        began = time.perf_counter()
        store(replica, doublets)
        filled = time.perf_counter() - began
        found = {(pair.one, pair.two) for pair in replica.twins()}
        precision, recall = measure(found, doublets.pairs)
        sys.stdout.write(f"{len(doublets.records):,} records, {len(doublets.pairs):,} true pairs\n")
        sys.stdout.write(f"precision {precision:.3f}, recall {recall:.3f}\n")
        sys.stdout.write(f"stored, indexed and compared in {filled:.1f} s\n")
        sys.stdout.write(f"one look-up {_look_up_ms(replica, doublets):.1f} ms\n")
        await replica.close()


def _look_up_ms(replica: Replica, doublets: Doublets) -> float:
    some = doublets.records[:: max(1, len(doublets.records) // 200)]
    began = time.perf_counter()
    for record in some:
        replica.similar(record)
    return (time.perf_counter() - began) / len(some) * 1000


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:3])))
