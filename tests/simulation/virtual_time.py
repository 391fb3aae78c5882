"""An event loop in which time is a number: it jumps to the next thing there is to do."""

from __future__ import annotations

import asyncio
from typing import Any


class Stuck(Exception):
    """Everybody waits for something that nobody will ever do."""


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs callbacks in the order of their virtual time, and never waits for real."""

    def __init__(self) -> None:
        super().__init__()
        self._seconds = 0.0
        self._clock_resolution = 1e-6  # so that a float of a whole year's seconds comes to its end
        self._selector = self  # the base class asks it what has happened, and for how long to wait

    def time(self) -> float:
        return self._seconds

    def select(self, timeout: float | None) -> list[Any]:
        if timeout is None:
            raise Stuck
        self._seconds += timeout
        return []

    def _process_events(self, _events: list[Any]) -> None:
        pass

    def _write_to_self(self) -> None:
        pass
