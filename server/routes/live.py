"""The live stream: one line per accepted changeset, so that devices know when to pull.

It carries the new sequence and nothing else. Lines are coalesced: whoever is slow gets the newest
one. The stream starts with the head, so nothing is missed between a pull and the subscription, and
ends as soon as its session does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from anyio import to_thread
from litestar import Request, get
from litestar.channels.subscriber import Subscriber
from litestar.response import Stream

from server.domain.access import Session
from server.routes import edge
from server.routes.services import Services, Serving, SignedIn
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
            async for line in _lines(subscriber, session, token, services):
                yield line
        finally:
            services.streams.discard(subscriber)


async def _lines(
    subscriber: Subscriber, session: Session, token: str, services: Services
) -> AsyncIterator[bytes]:
    head = await to_thread.run_sync(services.workspaces.sequence, session.workspace)
    yield b"data: %d\n\n" % head
    revocations = services.revocations
    while True:
        news = await _next(subscriber, services.settings.heartbeat_s)
        if services.closing:
            return
        if news is None or revocations != services.revocations:
            revocations = services.revocations
            if not await to_thread.run_sync(_stands, services, token):
                return
        yield b": still here\n\n" if news is None else b"data: %s\n\n" % news
        await asyncio.sleep(COALESCE_S)


async def _next(subscriber: Subscriber, timeout_s: float) -> bytes | None:
    """The next line, or None if nothing happens for so long."""
    events = subscriber.iter_events()
    try:
        return await asyncio.wait_for(anext(events), timeout_s)
    except (TimeoutError, StopAsyncIteration):
        return None
    finally:
        await events.aclose()


def _stands(services: Services, token: str) -> bool:
    try:
        services.sign_ins.authenticate(token)
    except PeerError:
        return False
    return True
