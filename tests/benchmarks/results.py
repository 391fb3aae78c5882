"""What was measured, beside its goal, and the page of documentation it goes onto."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import __version__ as sqlalchemy_version

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"


class Result(NamedTuple):
    """One row: what, its goal, ours, the floor and their ratio, as they are read."""

    what: str
    goal: str
    ours: str
    floor: str = ""
    ratio: str = ""


def beside(
    what: str, goal: str, ours: Sequence[float], floor: Sequence[float], each: int = 1
) -> Result:
    """Seconds of some runs beside those of the floor, turn by turn; medians of both."""
    ratios = [one / other for one, other in zip(ours, floor, strict=True)]
    return Result(
        what, goal, spent(ours, each), spent(floor, each), f"{statistics.median(ratios):.1f} x"
    )


def spent(seconds: Sequence[float], each: int = 1) -> str:
    """The median, and what that is for each of so many."""
    middle = statistics.median(seconds)
    return f"{shown(middle)}, {shown(middle / each)} each" if each > 1 else shown(middle)


def shown(seconds: float) -> str:
    for unit, factor in (("s", 1), ("ms", 1_000)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1_000_000:.3g} µs"


def at(seconds: Iterable[float], share: float) -> float:
    """The time below which such a share of all lie."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


async def awaited(work: Awaitable[object]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


def machine() -> str:
    """What it was measured on."""
    today = datetime.now(UTC).date().isoformat()
    return (
        f"{today}, {platform.python_implementation()} {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version}, SQLAlchemy {sqlalchemy_version},"
        f" {platform.system()} on {platform.machine()}, {os.cpu_count()} cores"
    )


def told(result: Result) -> Result:
    """Say it at once: the whole takes minutes."""
    sys.stdout.write("  ".join(part for part in result if part) + "\n")
    sys.stdout.flush()
    return result


def write(results: Sequence[Result]) -> None:
    """Put the table where the page keeps it."""
    head = ("what", "goal", "measured", "floor", "ratio")
    rows = [head, ("---",) * len(head), *results]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    kept = PAGE.read_text(encoding="utf-8")
    made = f"<!-- measured -->\n{machine()}\n\n{table}\n<!-- end -->"
    page = re.sub(r"<!-- measured -->.*?<!-- end -->", lambda _found: made, kept, flags=re.DOTALL)
    PAGE.write_text(page, encoding="utf-8")
