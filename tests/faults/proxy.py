"""A TCP line between a client and a server that can be cut, held up, slowed and healed.

Faults are counted in bytes, so a cut falls in the middle of a body as easily as between two. A cut
line is reset at both ends, which is what a phone that lost its signal comes back to.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Self

if TYPE_CHECKING:
    from collections.abc import Callable

Direction = Literal["up", "down"]
"""Up is towards the server."""
PIECE = 4_096


class _Broken(Exception):
    """This connection ends now."""


@dataclass
class Proxy:
    """`async with Proxy(port) as line`: then `line.url` leads to that port of this machine."""

    target: int
    port: int = 0
    connections: int = 0
    broken: int = 0
    _left: dict[Direction, int] = field(default_factory=dict)
    _refuses: bool = False
    _delay_s: float = 0.0
    _moving: asyncio.Event = field(default_factory=asyncio.Event)
    _swallowed: bytes = b""
    _then: Callable[[], None] | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._moving.set()
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._server is not None
        self._server.close()
        await self._end_all()

    def cut(self, after: int, direction: Direction) -> None:
        """Once: break the connection that carries the byte after the next `after` ones."""
        self._left[direction] = after

    async def refuse(self) -> None:
        """Break every connection, and new ones at once."""
        self._refuses = True
        await self._end_all()

    def stall(self) -> None:
        """Accept connections and carry nothing, in either direction."""
        self._moving.clear()

    def delay(self, seconds: float) -> None:
        """Hold every piece back that long."""
        self._delay_s = seconds

    def swallow_answer(self, path: str, then: Callable[[], None]) -> None:
        """Once: when the server begins to answer a request for `path`, drop it and call `then`."""
        self._swallowed, self._then = path.encode(), then

    def heal(self) -> None:
        self._left.clear()
        self._refuses, self._delay_s, self._then = False, 0.0, None
        self._moving.set()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if not self._refuses:
                await self._connect(reader, writer)
        except (_Broken, OSError):
            self.broken += 1
        except asyncio.CancelledError:
            self.broken += 1  # `_end_all` waits for this task: it ends here, without a complaint
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, requests = await asyncio.open_connection("127.0.0.1", self.target)
        line, is_broken = _Line(), False
        try:
            async with asyncio.TaskGroup() as group:
                up = group.create_task(self._pump(line, reader, requests, "up"))
                down = group.create_task(self._pump(line, answers, writer, "down"))
                await asyncio.wait((up, down), return_when=asyncio.FIRST_COMPLETED)
                up.cancel()
                down.cancel()
        except* (_Broken, OSError):
            is_broken = True  # what is raised in here Python 3.11.2 puts into a group again
        finally:
            requests.transport.abort()
        if is_broken:
            raise _Broken

    async def _pump(
        self,
        line: _Line,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        direction: Direction,
    ) -> None:
        while piece := await reader.read(PIECE):
            await self._moving.wait()
            await asyncio.sleep(self._delay_s)
            await self._answer_lost(line, piece, direction)
            allowed = self._allowed(len(piece), direction)
            writer.write(piece[:allowed])
            await writer.drain()
            if allowed < len(piece):
                raise _Broken

    async def _answer_lost(self, line: _Line, piece: bytes, direction: Direction) -> None:
        if self._then is None:
            return
        if direction == "up":
            line.is_doomed = line.is_doomed or self._swallowed in piece
        elif line.is_doomed:
            then, self._then = self._then, None
            await asyncio.to_thread(then)
            raise _Broken

    def _allowed(self, size: int, direction: Direction) -> int:
        """How much of a piece may pass before the cut that is set for its direction."""
        left = self._left.get(direction)
        if left is None:
            return size
        if left >= size:
            self._left[direction] = left - size
            return size
        del self._left[direction]
        return left

    async def _end_all(self) -> None:
        for task in (tasks := tuple(self._tasks)):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)


@dataclass
class _Line:
    """One connection: whether the answer that comes next is to be lost."""

    is_doomed: bool = False
