"""The same random runs with a server that keeps its data in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulation.batch import opened, played
from tests.simulation.company import Site

CHUNKS = 1
RUNS = 16


@pytest.fixture(scope="module")
def company() -> Iterator[Site]:
    with opened("postgresql") as made:
        yield made


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_after_healing_everybody_agrees_and_nothing_is_lost(company: Site, chunk: int) -> None:
    begin = 20_000 + chunk * RUNS
    assert played(company, range(begin, begin + RUNS))["runs"] == RUNS
