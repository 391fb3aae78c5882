"""News of what was accepted, carried between the server processes by PostgreSQL itself.

Litestar's own backend opens a connection for every message and stops for good when its listening
connection drops. This one keeps two connections, one that listens and one that tells, and renews
each when it breaks. Whoever listened is then asked to look for themselves, since what was said
meanwhile is lost. News of a workspace that cannot be told at once are merged into one.

Telling is a statement of its own after the commit, not a part of the transaction: PostgreSQL lets
only one transaction at a time commit with a NOTIFY in it, in all of its databases. A process that
is killed between its commit and its news is made up for by the streams' own look at every
heartbeat.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import psycopg
import structlog
from litestar.channels.backends.base import ChannelsBackend
from psycopg.conninfo import make_conninfo

from server.routes.services import LOOK

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable

    from sqlalchemy import URL

_CHANNEL = "fieldbook"
_FACTS: dict[str, str | int | None] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "application_name": "fieldbook news",
}
FIRST_RETRY_S, LONGEST_RETRY_S = 0.1, 5.0

log = structlog.get_logger()


class PostgresNews(ChannelsBackend):
    """A message is `<channel> <data>`, both without spaces, on one channel of PostgreSQL's."""

    def __init__(self, url: URL) -> None:
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._conninfo = make_conninfo(plain, **_FACTS)
        self._subscribed: set[str] = set()
        self._heard: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()
        self._untold: dict[str, bytes] = {}
        self._to_tell = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def on_startup(self) -> None:
        self._tasks = [asyncio.create_task(self._keep(use)) for use in (self._listen, self._tell)]

    async def on_shutdown(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def publish(self, data: bytes, channels: Iterable[str]) -> None:
        for channel in channels:
            if self._untold.get(channel) != LOOK:
                self._untold[channel] = data
        self._to_tell.set()

    async def subscribe(self, channels: Iterable[str]) -> None:
        self._subscribed.update(channels)

    async def unsubscribe(self, channels: Iterable[str]) -> None:
        self._subscribed.difference_update(channels)

    async def stream_events(self) -> AsyncGenerator[tuple[str, bytes], None]:
        while True:
            yield await self._heard.get()

    async def get_history(self, channel: str, limit: int | None = None) -> list[bytes]:
        """Nothing is kept: a stream begins with the head."""
        del channel, limit
        return []

    async def _keep(self, use: Callable[[psycopg.AsyncConnection], Awaitable[None]]) -> None:
        """Use a connection, and a new one each time it breaks."""
        clock = asyncio.get_running_loop().time
        pause = FIRST_RETRY_S
        while True:
            began = clock()
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._conninfo, autocommit=True
                ) as connection:
                    await use(connection)
            except (psycopg.Error, OSError) as error:
                log.warning("news interrupted", reason=type(error).__name__)
            if clock() - began > LONGEST_RETRY_S:
                pause = FIRST_RETRY_S
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_RETRY_S)

    async def _listen(self, connection: psycopg.AsyncConnection) -> None:
        await connection.execute(f"LISTEN {_CHANNEL}")
        for channel in self._subscribed:
            self._heard.put_nowait((channel, LOOK))
        async for news in connection.notifies():
            channel, _, data = news.payload.partition(" ")
            if channel in self._subscribed:
                self._heard.put_nowait((channel, data.encode()))

    async def _tell(self, connection: psycopg.AsyncConnection) -> None:
        while True:
            while self._untold:
                await self._tell_next(connection)
            self._to_tell.clear()
            await self._to_tell.wait()

    async def _tell_next(self, connection: psycopg.AsyncConnection) -> None:
        channel, data = self._untold.popitem()
        told = f"{channel} {data.decode()}"
        try:
            await connection.execute("SELECT pg_notify(%s, %s)", (_CHANNEL, told))
        except psycopg.Error:
            if data == LOOK or channel not in self._untold:
                self._untold[channel] = data
            raise
