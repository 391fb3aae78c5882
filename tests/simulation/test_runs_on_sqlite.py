"""Many random runs of real devices and a real server that keeps its data in SQLite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulation.batch import NEEDED, opened, played
from tests.simulation.company import Site

CHUNKS = 2
RUNS = 30


@pytest.fixture(scope="module")
def company() -> Iterator[Site]:
    with opened("sqlite") as made:
        yield made


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_after_healing_everybody_agrees_and_nothing_is_lost(company: Site, chunk: int) -> None:
    totals = played(company, range(chunk * RUNS, (chunk + 1) * RUNS))
    assert totals["runs"] == RUNS
    assert totals["faults"] >= 5 * RUNS


def test_everything_the_runs_are_there_for_happens(company: Site) -> None:
    totals = played(company, range(10_000, 10_000 + 2 * RUNS))
    assert [name for name in NEEDED if not totals[name]] == []
