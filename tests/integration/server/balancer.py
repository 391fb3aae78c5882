"""One address before two servers: connections go to them in turn, past the one that is down."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

HOST = "127.0.0.1"
CHUNK = 1 << 16


@asynccontextmanager
async def balanced(*ports: int) -> AsyncIterator[str]:
    """Serves until the block ends; yields the address."""
    turns = itertools.cycle(itertools.permutations(ports))
    lines: set[asyncio.Task[None]] = set()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = asyncio.current_task()
        assert line is not None
        lines.add(line)
        line.add_done_callback(lines.discard)
        with suppress(OSError, asyncio.CancelledError):
            server_reader, server_writer = await _reach(next(turns))
            async with asyncio.TaskGroup() as both:
                both.create_task(_pipe(reader, server_writer))
                both.create_task(_pipe(server_reader, writer))
        writer.close()

    async with await asyncio.start_server(carry, HOST, 0) as listener:
        yield f"http://{HOST}:{listener.sockets[0].getsockname()[1]}"
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines)


async def _reach(
    ports: tuple[int, ...],
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    for port in ports:
        with suppress(ConnectionRefusedError):
            return await asyncio.open_connection(HOST, port)
    raise ConnectionRefusedError


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry bytes until either side ends, then end the other."""
    try:
        with suppress(OSError):
            while chunk := await reader.read(CHUNK):
                writer.write(chunk)
                await writer.drain()
    finally:
        writer.close()
