"""Every bug planted in the engine is found, and by nothing but itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulation.batch import opened
from tests.simulation.company import Site
from tests.simulation.planted import PLANTED, Bug
from tests.simulation.running import play
from tests.simulation.steps import draw

MOST_RUNS = 3_000
FIRST_SEED = 30_000


@pytest.fixture(scope="module")
def company() -> Iterator[Site]:
    with opened("sqlite") as made:
        yield made


@pytest.mark.parametrize("bug", PLANTED, ids=lambda bug: bug.__name__)
def test_a_planted_bug_is_found(company: Site, bug: Bug) -> None:
    assert runs_until_found(company, bug) <= MOST_RUNS


def runs_until_found(company: Site, bug: Bug) -> int:
    """How many runs it takes until one fails that is well without the bug."""
    for runs in range(1, MOST_RUNS + 1):
        script = draw(FIRST_SEED + runs)
        with bug():
            broken = play(script, company).failure
        if broken is not None and play(script, company).failure is None:
            return runs
    return MOST_RUNS + 1
