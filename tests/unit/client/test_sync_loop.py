"""The loop that decides when to sync, over a replica whose line is a few lines of test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from client.replica import Replica
from client.sync import http
from client.sync import loop as sync_loop
from client.sync.loop import Phase, SyncLoop
from client.sync.round import Report
from sync_protocol.errors import Unreachable
from sync_protocol.records import Contact
from sync_protocol.session import Session


class Line:
    """Counts rounds and doorbells; each does what the test says."""

    def __init__(self, replica: Replica) -> None:
        self.rounds = self.doorbells = 0
        self.doorbell_breaks: Callable[[], Exception] | None = None
        replica.sync = self.sync  # type: ignore[method-assign,assignment]
        replica.doorbell = self.doorbell  # type: ignore[method-assign]

    async def sync(self, _on_progress: Any = None, **_hooks: Any) -> Report:
        self.rounds += 1
        return Report()

    async def doorbell(self) -> AsyncIterator[None]:
        self.doorbells += 1
        if self.doorbell_breaks is not None:
            raise self.doorbell_breaks()
        yield None
        await asyncio.Event().wait()


@pytest.fixture
def line(replica: Replica, monkeypatch: pytest.MonkeyPatch) -> Line:
    for name in ("AFTER_WRITE_S", "FIRST_RETRY_S", "INDEX_PAUSE_S"):
        monkeypatch.setattr(sync_loop, name, getattr(sync_loop, name) / 100)
    monkeypatch.setattr(
        Replica, "session", property(lambda _self: Session("w", "W", "u", "u@w.example", 1))
    )
    return Line(replica)


async def run_for(replica: Replica, seconds: float) -> SyncLoop:
    loop = SyncLoop(replica)
    loop.start()
    await asyncio.sleep(seconds)
    return loop


async def test_a_doorbell_that_always_fails_backs_off_and_makes_no_rounds(
    replica: Replica, line: Line
) -> None:
    line.doorbell_breaks = lambda: Unreachable("A proxy is in the way.")
    loop = await run_for(replica, 1.0)
    await loop.stop()
    assert 2 <= line.doorbells <= 10
    assert line.rounds <= 3


async def test_a_bug_in_the_doorbell_does_not_end_listening(replica: Replica, line: Line) -> None:
    line.doorbell_breaks = lambda: RuntimeError("a bug")
    loop = await run_for(replica, 0.3)
    line.doorbell_breaks = None
    rounds = line.rounds
    await asyncio.sleep(0.5)
    await loop.stop()
    assert line.rounds > rounds


async def test_a_doorbell_that_falls_silent_counts_as_broken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Silent:
        async def stream(self, _path: str, **_facts: Any) -> AsyncIterator[bytes]:
            yield b"data: 1\n\n"
            await asyncio.Event().wait()

    monkeypatch.setattr(http, "SILENCE_S", 0.05)
    doorbell = http.HttpExchange(Silent()).doorbell()  # type: ignore[arg-type]
    await anext(doorbell)
    with pytest.raises(Unreachable):
        await anext(doorbell)


async def test_a_listener_that_raises_does_not_stop_the_loop(replica: Replica, line: Line) -> None:
    loop = SyncLoop(replica)

    def raise_always() -> None:
        raise KeyError("a bug on the screen")

    loop.on_state(raise_always)
    loop.start()
    await asyncio.sleep(0.1)
    rounds = line.rounds
    loop.ask()
    await asyncio.sleep(0.1)
    await loop.stop()
    assert rounds >= 1
    assert line.rounds > rounds
    assert loop.phase is Phase.IDLE


async def test_a_bug_in_the_index_does_not_end_indexing(
    replica: Replica, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert line.rounds == 0
    index_some, calls = replica.index_some, []

    def failing_first() -> bool:
        calls.append(1)
        if len(calls) == 1:
            raise KeyError("a bug")
        return index_some()

    monkeypatch.setattr(replica, "index_some", failing_first)
    loop = await run_for(replica, 0.05)
    replica.create(Contact(name="Ada"))
    await asyncio.sleep(0.3)
    await loop.stop()
    assert replica.count(Contact, text="ada") == 1


async def test_a_loop_that_is_asked_and_stopped_at_once_stops(replica: Replica, line: Line) -> None:
    loop = await run_for(replica, 0.1)
    assert line.rounds >= 1
    loop.ask()
    async with asyncio.timeout(2):
        await loop.stop()


async def test_who_goes_on_typing_while_the_server_is_away_does_not_wait_the_longer_for_it(
    replica: Replica, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_on_progress: Any = None, **_hooks: Any) -> Report:
        line.rounds += 1
        raise Unreachable("Nobody is there.")

    monkeypatch.setattr(sync_loop, "FIRST_RETRY_S", 60.0)
    replica.sync = away  # type: ignore[method-assign,assignment]
    loop = await run_for(replica, 0.05)
    for number in range(8):
        replica.create(Contact(name=f"C{number}"))
        await asyncio.sleep(0.03)
    assert line.rounds >= 4
    assert loop._failures == 1
    await loop.stop()


async def test_news_are_fetched_at_once_and_a_swarm_of_them_together(
    replica: Replica, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_loop, "AFTER_WRITE_S", 2.0)
    rings: asyncio.Queue[None] = asyncio.Queue()

    async def doorbell() -> AsyncIterator[None]:
        while True:
            yield await rings.get()

    replica.doorbell = doorbell  # type: ignore[method-assign]
    loop, rested = SyncLoop(replica), asyncio.Event()
    loop.on_state(lambda: rested.set() if loop.phase is Phase.IDLE else None)
    loop.ask()
    loop.start()
    await asyncio.wait_for(rested.wait(), 10)
    await asyncio.sleep(0.1)
    loop._rested = 0.0  # the first round is long ago
    for _ring in range(5):
        rings.put_nowait(None)
    await asyncio.sleep(1.0)
    at_once = line.rounds
    for _ring in range(5):
        rings.put_nowait(None)
    await asyncio.sleep(0.5)
    await loop.stop()
    assert at_once == 2
    assert line.rounds == 2


async def test_when_nothing_changes_for_a_while_the_file_is_left_as_closing_would(
    replica: Replica, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_loop, "QUIET_S", 0.05)
    monkeypatch.setattr(sync_loop, "AFTER_WRITE_S", 0.5)  # between two tries to send
    replica.create(Contact(name="Ada"))
    before = log_bytes(replica)
    loop = await run_for(replica, 1.5)
    await loop.stop()
    assert before > 0
    assert log_bytes(replica) == 0
    assert line.rounds


def log_bytes(replica: Replica) -> int:
    return Path(f"{replica._path}-wal").stat().st_size
