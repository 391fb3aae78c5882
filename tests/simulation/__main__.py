"""`python -m tests.simulation`: play many runs, tell how they went, and shrink what fails.

    N=3000 SEED=0 STORE=sqlite python -m tests.simulation

Ends with 1 if a run failed, or if something the runs are there for never happened.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections import Counter

import click

from tests.simulation.batch import NEEDED, chunk, opened
from tests.simulation.running import play
from tests.simulation.shrink import explain
from tests.simulation.steps import draw

PROCESSES = 2
CHUNK = 10
STORIES = 3


def main() -> int:
    count, first = int(os.environ.get("N", "300")), int(os.environ.get("SEED", "0"))
    store = os.environ.get("STORE", "sqlite")
    size = CHUNK if store == "sqlite" else max(CHUNK, count // PROCESSES)
    work = [(store, a, min(a + size, first + count)) for a in range(first, first + count, size)]
    totals: Counter[str] = Counter()
    failed: dict[int, str] = {}
    began = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        for some, broken in pool.imap_unordered(chunk, work):
            totals += some
            failed |= broken
            _show(totals["runs"], count, failed)
    took = time.monotonic() - began
    _tell(totals, failed, took, store)
    missing = [name for name in NEEDED if not totals[name]]
    if missing:
        click.echo(f"never happened: {', '.join(missing)}")
    return 1 if failed or missing else 0


def _show(done: int, count: int, failed: dict[int, str]) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done} of {count}, {len(failed)} failed", nl=False, err=True)


def _tell(totals: Counter[str], failed: dict[int, str], took: float, store: str) -> None:
    click.echo(
        f"{totals['runs']} runs on {store} in {took:.0f} s: {totals['runs'] / took:.1f} a second"
    )
    for name, number in sorted(totals.items()):
        click.echo(f"  {number:9,} {name}")
    for rule, number in Counter(failed.values()).most_common():
        seeds = sorted(seed for seed, broken in failed.items() if broken == rule)
        click.echo(f"FAILED {rule}: {number}, seeds {seeds[:8]}")
    with opened(store) as site:
        for seed in _one_of_each(failed):
            script = draw(seed)
            click.echo("\n" + explain(script, site, play(script, site)))


def _one_of_each(failed: dict[int, str]) -> list[int]:
    chosen = {rule: seed for seed, rule in sorted(failed.items(), reverse=True)}
    return sorted(chosen.values())[:STORIES]


if __name__ == "__main__":
    sys.exit(main())
