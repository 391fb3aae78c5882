"""A long backlog is read as it is sent: a push at a time."""

from __future__ import annotations

import tracemalloc

from client.sync.round import PUSH_BYTES
from sync_protocol.messages import Push, Verdicts
from sync_protocol.records import Contact
from tests.simulation.world import World, same

ACTS, RECORDS, TEXT_BYTES = 40, 50, 16_000
"""32 MB, eight pushes' worth."""


def test_what_waits_is_read_no_further_than_one_push_takes(world: World) -> None:
    rita = world.phone(world.rita)
    rita.sync()
    for act in range(ACTS):
        with rita.replica.changeset("Add contacts"):
            for place in range(RECORDS):
                rita.replica.create(Contact(name=f"{act}.{place}", about="x" * TEXT_BYTES))
    push, sizes, peaks = rita.link.push, [], []
    before = 0

    async def listen(request: Push) -> Verdicts:
        nonlocal before
        peaks.append(tracemalloc.get_traced_memory()[1] - before)
        sizes.append(len(request.changesets))
        answer = await push(request)
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        return answer

    rita.link.push = listen  # type: ignore[method-assign]
    tracemalloc.start()
    try:
        rita.sync()
    finally:
        tracemalloc.stop()
    assert sum(sizes) == ACTS
    assert len(sizes) > 6
    assert max(peaks) < 3 * PUSH_BYTES, [f"{peak >> 20} MiB" for peak in peaks]
    same(world)
