"""`python -m tests.simulation`: play many runs, tell how they went, and shrink what fails.

    N=3000 SEED=0 STORE=sqlite PROCESSES=2 python -m tests.simulation

Seeds are played in their order, and the last line says which were, so that many runs can be played
in pieces: the next piece begins with the seed that line names. It says so, too, where it is stopped
before its end (Ctrl-C, or `kill` of this process). Ends with 1 if a run failed, or if something the
runs are there for never happened.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import click

from tests.simulation.batch import NEEDED, chunk, leave_signals, opened
from tests.simulation.running import play
from tests.simulation.shrink import explain
from tests.simulation.steps import draw

CHUNK = 10
STORIES = 3


@dataclass
class Piece:
    """Which seeds are to be played, and how it has gone so far."""

    first: int
    count: int
    store: str
    processes: int
    totals: Counter[str] = field(default_factory=Counter)
    failed: dict[int, str] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    def work(self) -> list[tuple[str, int, int]]:
        size = CHUNK if self.store == "sqlite" else max(CHUNK, self.count // self.processes)
        end = self.first + self.count
        return [(self.store, a, min(a + size, end)) for a in range(self.first, end, size)]

    @property
    def took_s(self) -> float:
        return time.monotonic() - self.began

    def line(self) -> str:
        """What can be put down."""
        runs = self.totals["runs"]
        return (
            f"seeds {self.first}-{self.first + runs - 1}: {runs:,} runs on {self.store},"
            f" {len(self.failed)} failures, {self.took_s:.0f} s in {self.processes} processes,"
            f" commit {_commit()}; next SEED={self.first + runs}"
        )


def main() -> int:
    piece = Piece(
        first=int(os.environ.get("SEED", "0")),
        count=int(os.environ.get("N", "300")),
        store=os.environ.get("STORE", "sqlite"),
        processes=int(os.environ.get("PROCESSES") or os.cpu_count() or 1),
    )
    signal.signal(signal.SIGTERM, _stop)
    with suppress(KeyboardInterrupt):
        _play(piece)
    _tell(piece)
    missing = [name for name in NEEDED if not piece.totals[name]]
    if missing:
        click.echo(f"never happened: {', '.join(missing)}")
    click.echo(piece.line())
    return 1 if piece.failed or missing else 0


def _play(piece: Piece) -> None:
    with multiprocessing.get_context("spawn").Pool(piece.processes, leave_signals) as pool:
        for some, broken in pool.imap(chunk, piece.work()):
            piece.totals += some
            piece.failed |= broken
            for seed, rule in broken.items():
                click.echo(f"seed {seed} breaks {rule!r}", err=True)
            _show(piece)


def _stop(_signal: int, _frame: Any) -> None:
    raise KeyboardInterrupt


def _commit() -> str:
    git = ("git", "describe", "--always", "--dirty", "--exclude", "*")
    found = subprocess.run(git, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"


def _show(piece: Piece) -> None:
    if sys.stderr.isatty():
        told = f"\r{piece.totals['runs']} of {piece.count}, {len(piece.failed)} failed"
        click.echo(told, nl=False, err=True)


def _tell(piece: Piece) -> None:
    runs, took = piece.totals["runs"], piece.took_s
    click.echo(f"{runs} runs on {piece.store} in {took:.0f} s: {runs / took:.1f} a second")
    for name, number in sorted(piece.totals.items()):
        click.echo(f"  {number:9,} {name}")
    for rule, number in Counter(piece.failed.values()).most_common():
        seeds = sorted(seed for seed, broken in piece.failed.items() if broken == rule)
        click.echo(f"FAILED {rule}: {number}, seeds {seeds[:8]}")
    with opened(piece.store) as site:
        for seed in _one_of_each(piece.failed):
            script = draw(seed)
            click.echo("\n" + explain(script, site, play(script, site)))


def _one_of_each(failed: dict[int, str]) -> list[int]:
    chosen = {rule: seed for seed, rule in sorted(failed.items(), reverse=True)}
    return sorted(chosen.values())[:STORIES]


if __name__ == "__main__":
    sys.exit(main())
