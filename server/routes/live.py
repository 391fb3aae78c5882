"""The live stream: one line when something was accepted, so that devices know when to pull.

It carries the new sequence and nothing else. Lines are coalesced: whoever is slow gets the newest
one. The stream starts with the head, so nothing is missed between a pull and the subscription. At
every heartbeat it looks for itself: news may get lost with the process that should have told them,
and an ended session ends its stream.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

from anyio import to_thread
from litestar import Request, get
from litestar.channels.subscriber import Subscriber
from litestar.response import Stream
from sqlalchemy.exc import OperationalError

from server.domain.access import Session
from server.routes import edge
from server.routes.services import Listener, Services, Serving, SignedIn
from sync_protocol.errors import PeerError

COALESCE_S = 0.05
_HEADERS = {"cache-control": "no-cache", "x-accel-buffering": "no"}


@get("/sync/live", media_type="text/event-stream")
async def live(
    request: Request[Any, Any, Any],
    session: SignedIn,
    services: Serving,
) -> Stream:
    """Server-sent events: `data: <sequence>` for every change of the workspace."""
    return Stream(
        _events(session, edge.token(request), services),
        media_type="text/event-stream",
        headers=_HEADERS,
    )


async def _events(session: Session, token: str, services: Services) -> AsyncIterator[bytes]:
    async with services.channels.start_subscription(session.workspace) as subscriber:
        services.streams.add(subscriber)
        try:
            async for line in _lines(cast("Listener", subscriber), session, token, services):
                yield line
        finally:
            services.streams.discard(subscriber)


async def _lines(
    listener: Listener, session: Session, token: str, services: Services
) -> AsyncIterator[bytes]:
    told = await to_thread.run_sync(services.workspaces.sequence, session.workspace)
    yield b"data: %d\n\n" % told
    while True:
        news = await _next(listener, services.settings.heartbeat_s)
        if services.closing:
            return
        head: int | None
        if news is None or listener.must_look or not news.isdigit():
            listener.must_look = False
            head = await to_thread.run_sync(_look, services, session, token)
        else:
            head = int(news)
        if head is None:
            return
        if head != told:
            told = head
            yield b"data: %d\n\n" % head
        elif news is None:
            yield b": still here\n\n"
        await asyncio.sleep(COALESCE_S)


async def _next(subscriber: Subscriber, timeout_s: float) -> bytes | None:
    """The next news, or None if nothing happens for so long."""
    events = subscriber.iter_events()
    try:
        return await asyncio.wait_for(anext(events), timeout_s)
    except (TimeoutError, StopAsyncIteration):
        return None
    finally:
        await events.aclose()


def _look(services: Services, session: Session, token: str) -> int | None:
    """The head, or None where the session has ended or nobody can tell."""
    try:
        services.sign_ins.authenticate(token)
        return services.workspaces.sequence(session.workspace)
    except (PeerError, OperationalError):
        return None
