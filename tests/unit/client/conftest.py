from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from client.replica import Replica


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now_ms = 1_760_000_000_000

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def replica(tmp_path: Path, clock: Clock) -> Iterator[Replica]:
    """A replica that has never met a server."""
    path = str(tmp_path / "replica.db")
    opened = asyncio.run(Replica.open(path, now=clock, random=Random(1).randbytes))
    yield opened
    asyncio.run(opened.close())
