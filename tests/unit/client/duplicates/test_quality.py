"""How well duplicates are found among customers whose duplicates are known."""

from __future__ import annotations

from random import Random

import pytest

from client.replica import Replica
from sync_protocol.records import SETTINGS_ID, Settings
from tests.benchmarks.doublets import generate, measure, store


@pytest.mark.parametrize("seed", [3, 2718, 31415])
def test_the_pairs_proposed_are_right_and_few_are_missed(replica: Replica, seed: int) -> None:
    replica.create(Settings(id=SETTINGS_ID, name="Acme", region="DE"))
    doublets = generate(Random(seed), accounts=150)
    store(replica, doublets)
    found = {(pair.one, pair.two) for pair in replica.twins()}
    precision, recall = measure(found, doublets.pairs)
    assert precision >= 0.95
    assert recall >= 0.90
