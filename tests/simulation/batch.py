"""Many runs at once: chunks of seeds, played in processes of their own."""

from __future__ import annotations

import gc
import signal
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cache

from tests.simulation.company import Site
from tests.simulation.running import play
from tests.simulation.shrink import explain
from tests.simulation.steps import draw

NEEDED = (
    "crashes", "power cuts", "server crashes", "server restarts", "restores", "cut", "answer cut",
    "lost", "answer lost", "late", "twice", "in parallel", "answered again", "restamps",
    "superseded", "scope moves", "resnapshot", "rejections", "clock jumps", "partitions", "clones",
    "rekeyed", "wipes", "server errors", "merges", "merges undone", "told to lock",
    "told to unlock", "told to resync", "told to rescue", "told to wipe", "wiped", "upkeeps",
    "upkeeps cut short", "purged for good", "chunks", "files handed in", "files handed in again",
    "files held up", "files lost in a restore", "files opened", "files not to be had",
    "files shown", "files not shown", "pieces fetched", "uploads resumed", "uploads cancelled",
)  # fmt: skip
"""What no batch of runs may be without."""


@contextmanager
def opened(store: str) -> Iterator[Site]:
    """A site on the named kind of store."""
    if store == "sqlite":
        site = Site()
        yield site
        site.close()
        return
    from tests.postgres import started  # noqa: PLC0415 - only where it is asked for

    with started() as postgres, postgres.database() as url:
        site = Site(url)
        yield site
        site.close()


@cache
def _company() -> Site:
    """For all chunks that a process plays: to found it takes as long as a run.

    What there is by then stays, so the collector need not look through it: a twelfth of the time.
    """
    site = Site()
    gc.freeze()
    return site


def leave_signals() -> None:
    """In a process of a pool: Ctrl-C reaches all, but the first alone is to stop, and end them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def chunk(work: tuple[str, int, int]) -> tuple[Counter[str], dict[int, str]]:
    """Play the seeds from the second number up to the third: totals, and what failed."""
    store, begin, end = work
    totals: Counter[str] = Counter()
    failed: dict[int, str] = {}
    with nullcontext(_company()) if store == "sqlite" else opened(store) as site:
        for seed in range(begin, end):
            result = play(draw(seed), site)
            totals += result.totals
            if result.failure is not None:
                failed[seed] = result.failure
    return totals, failed


def played(site: Site, seeds: Iterable[int]) -> Counter[str]:
    """The totals of these runs; `AssertionError` with the shrunk story of the first that fails."""
    totals: Counter[str] = Counter()
    for seed in seeds:
        result = play(draw(seed), site)
        totals += result.totals
        if result.failure is not None:
            raise AssertionError(explain(draw(seed), site, result))
    return totals
