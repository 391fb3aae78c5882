"""The composition root: everything the server is made of, put together once.

Litestar's channels carry the news of an accepted changeset to the open live streams, on PostgreSQL
to those of all processes; it is published from whichever thread committed it, so it crosses into
the event loop here.
"""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from litestar import Litestar, Router
from litestar.channels import ChannelsPlugin
from litestar.channels.backends.base import ChannelsBackend
from litestar.channels.backends.memory import MemoryChannelsBackend
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from sqlalchemy import make_url

from server.domain.access import Access
from server.domain.blob_sweep import BlobSweep
from server.domain.blobs import Blobs
from server.domain.calendar_feed import CalendarFeeds
from server.domain.exchange import Exchange
from server.domain.fleet import Fleet
from server.domain.learning import Learning, NotInstalled
from server.domain.sign_in import SignIns, password_hasher
from server.domain.upkeep import Upkeep
from server.domain.workspaces import Workspaces
from server.routes import blobs, calendar, edge, health, live, outage, session, sync, web
from server.routes.services import Listener, Services
from server.store import blob_storage, schema
from server.store.blob_storage import BlobStorage
from server.store.store import Store
from sync_protocol.codec import MAX_BODY
from sync_protocol.rules.tiles import origin

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from server.settings import Settings

VERSION = "0.1.0"
UPKEEP_EVERY_S = 6 * 3600.0
LEARN_AFTER_S, LEARN_EVERY_S = 3600.0, 24 * 3600.0
"""When the labels are learned first, and how often then."""
log = structlog.get_logger()


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass
class Domain:
    """The server without its web edge: what the command line and the simulator work with."""

    store: Store
    exchange: Exchange
    workspaces: Workspaces
    sign_ins: SignIns
    fleet: Fleet
    blobs: Blobs
    calendars: CalendarFeeds
    blob_sweep: BlobSweep
    upkeep: Upkeep
    learning: Learning


def create_domain(
    settings: Settings,
    *,
    now: Callable[[], int] = now_ms,
    random: Callable[[int], bytes] = os.urandom,
    on_accepted: Callable[[str, int], None] = lambda _workspace, _sequence: None,
) -> Domain:
    """Open the store and put the domain on top; the caller closes `store`."""
    store = Store(settings.database_url)
    access = Access()
    exchange = Exchange(store, now, on_accepted, access)
    sign_ins = SignIns(
        store,
        access,
        now,
        random,
        hasher=password_hasher(),
        session_days=settings.session_days,
    )
    workspaces = Workspaces(store, exchange, now, random)
    storage = BlobStorage(settings.blobs_url or blob_storage.beside(settings.database_url))
    upkeep = Upkeep(store, now, horizon_days=settings.horizon_days, on_accepted=on_accepted)
    return Domain(
        store,
        exchange,
        workspaces,
        sign_ins,
        Fleet(store, access, now),
        Blobs(store, storage, access, now),
        CalendarFeeds(store, access, now, random),
        BlobSweep(store, storage),
        upkeep,
        Learning(store, exchange, now, on_accepted),
    )


@dataclass
class _News:
    """Carries accepted sequences from any thread to the channels of the running loop."""

    channels: ChannelsPlugin
    loop: asyncio.AbstractEventLoop | None = field(default=None)

    def accepted(self, workspace: str, sequence: int) -> None:
        self.ring(workspace, b"%d" % sequence)

    def ring(self, workspace: str, news: bytes) -> None:
        if self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.channels.publish, news, workspace)


def _carrier(settings: Settings) -> ChannelsBackend:
    """What carries the news: this process's memory, or PostgreSQL."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        return MemoryChannelsBackend()
    from server.routes.news import PostgresNews  # noqa: PLC0415 - its driver is optional

    return PostgresNews(url)


async def _keep_up(domain: Domain, now: Callable[[], int]) -> None:
    """Let go of what is past the horizon, now and then; several processes may do so at once."""
    while True:
        await asyncio.sleep(UPKEEP_EVERY_S)
        try:
            await asyncio.to_thread(domain.upkeep.run)
            await asyncio.to_thread(domain.blob_sweep.collect, now())
        except Exception:  # tomorrow is another day; the server must go on
            log.exception("upkeep failed")


async def keep_learning(
    learning: Learning, after_s: float = LEARN_AFTER_S, every_s: float = LEARN_EVERY_S
) -> None:
    """Learn the labels anew every day, where scikit-learn is installed."""
    await asyncio.sleep(after_s)
    while True:
        try:
            await asyncio.to_thread(learning.run)
        except NotInstalled:
            return
        except Exception:  # as above
            log.exception("learning failed")
        await asyncio.sleep(every_s)


def create_app(
    settings: Settings,
    *,
    now: Callable[[], int] = now_ms,
    random: Callable[[int], bytes] = os.urandom,
) -> Litestar:
    """The web application; its lifespan opens and closes the store."""
    channels = ChannelsPlugin(
        _carrier(settings),
        arbitrary_channels_allowed=True,
        subscriber_max_backlog=1,
        subscriber_backlog_strategy="dropleft",
        subscriber_class=Listener,
    )
    news = _News(channels)
    domain = create_domain(settings, now=now, random=random, on_accepted=news.accepted)
    services = Services(
        settings,
        domain.exchange,
        domain.workspaces,
        domain.sign_ins,
        domain.fleet,
        domain.blobs,
        domain.calendars,
        channels,
        news.ring,
    )

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        await asyncio.to_thread(schema.ensure, domain.store)
        news.loop = asyncio.get_running_loop()
        keeping = [
            asyncio.create_task(_keep_up(domain, now)),
            asyncio.create_task(keep_learning(domain.learning)),
        ]
        try:
            yield
        finally:
            for task in keeping:
                task.cancel()
            news.loop = None
            domain.store.close()

    api = Router(
        "/api",
        route_handlers=[
            *session.handlers(settings),
            *sync.HANDLERS,
            live.live,
            *blobs.HANDLERS,
            *calendar.HANDLERS,
        ],
        guards=[edge.needs_client_header],
        dependencies={"session": Provide(edge.session, sync_to_thread=True)},
    )
    tiles = web.Tiles(origin(settings.tiles), settings.keep_tiles)
    app = Litestar(
        [api, health.health, calendar.feed(settings), web.bundle(settings.web, tiles)],
        dependencies={"services": Provide(lambda: services, sync_to_thread=False)},
        plugins=[channels],
        lifespan=[lifespan],
        exception_handlers=edge.EXCEPTION_HANDLERS | outage.handlers(domain.store),
        before_send=[edge.secured(settings)],
        request_max_body_size=MAX_BODY,
        openapi_config=OpenAPIConfig(
            title="Fieldbook", version=VERSION, render_plugins=[JsonRenderPlugin()]
        ),
        logging_config=None,
    )
    app.state.close_streams = services.close
    return app
