"""A first load of much: told how far it is, taken in slices, a page in memory at a time."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections import deque
from typing import TYPE_CHECKING

import pytest

from client.store import incoming
from client.sync import round as rounds
from sync_protocol import codec
from sync_protocol.messages import Snapshot, States
from sync_protocol.records import Contact
from tests.simulation.world import Phone, World, same

if TYPE_CHECKING:
    from client.store.database import Database
    from client.store.states import Placed
    from client.sync.round import Progress

CONTACTS, AT_ONCE = 3_000, 250
TEXT_BYTES = 4_000
FRAME_MS = 50


def filled(world: World, count: int = CONTACTS, text: str = "") -> Phone:
    for start in range(0, count, AT_ONCE):
        contacts = (
            Contact(
                id=world.office.id(), name=f"C{start + n}", about=text, account_id=world.shop.id
            )
            for n in range(min(AT_ONCE, count - start))
        )
        world.office.add(*contacts)
    return world.phone(world.rita)


def test_how_far_a_first_load_is_is_told_page_by_page(world: World) -> None:
    rita = filled(world)
    told: list[Progress] = []
    asyncio.run(rita.replica.sync(told.append))
    assert len(told) > CONTACTS // rounds.PAGE_STATES
    done = [progress.done for progress in told]
    assert done == sorted(set(done))
    assert all(progress.done <= progress.total for progress in told)
    assert told[0].total >= CONTACTS
    assert told[-1].done == told[-1].total >= CONTACTS
    assert rita.replica.status().loading is None


@pytest.mark.parametrize("row_ms", [0.1, 1.0, 2.0])
def test_a_page_is_taken_in_slices_that_leave_the_screen_its_turn(
    world: World, monkeypatch: pytest.MonkeyPatch, row_ms: float
) -> None:
    """However long this device takes for a row; that it learns with its first slice."""
    rita = filled(world)
    turns, took = [0], []
    take = incoming.take_states

    def slow(database: Database, page: list[Placed], after: str | None) -> None:
        take(database, page, after)
        world.wait(round(len(page) * row_ms))
        took.append((turns[0], len(page) * row_ms))

    async def load() -> None:
        drawing = asyncio.create_task(draw())
        await rita.replica.sync()
        drawing.cancel()

    async def draw() -> None:
        while True:
            turns[0] += 1
            await asyncio.sleep(0)

    monkeypatch.setattr(incoming, "take_states", slow)
    asyncio.run(load())
    assert all(length_ms <= FRAME_MS for _turn, length_ms in took[1:])
    assert len({turn for turn, _length in took}) == len(took)
    same(world)


def test_a_first_load_holds_a_few_pages_in_memory_at_both_ends(world: World) -> None:
    rita = filled(world, text="x" * TEXT_BYTES)
    rita.link.traffic = deque(maxlen=0)  # type: ignore[assignment]
    snapshot, sizes = rita.link.snapshot, []

    async def measured(request: Snapshot) -> States:
        answer = await snapshot(request)
        sizes.append(len(codec.encode(answer)))
        return answer

    rita.link.snapshot = measured  # type: ignore[method-assign]
    tracemalloc.start()
    try:
        rita.sync()
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sum(sizes) > CONTACTS * TEXT_BYTES
    assert peak < 5 * max(sizes) < sum(sizes), f"{peak >> 10} KiB, pages of {max(sizes) >> 10}"
    same(world)
