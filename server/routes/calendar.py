"""The calendar feed: made and stopped by whoever is signed in, fetched by a secret alone."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from litestar import HttpMethod, Request, Response, delete, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.middleware.rate_limit import RateLimitConfig
from litestar.params import FromPath

from server.routes.services import Serving, SignedIn
from server.routes.web import matches
from server.settings import Settings
from sync_protocol.errors import NotFound
from sync_protocol.session import CalendarFeed

SUFFIX = ".ics"
_HEADERS = {"cache-control": "private, no-cache", "x-robots-tag": "noindex"}


@get("/calendar", sync_to_thread=True)
def state(session: SignedIn, services: Serving) -> CalendarFeed:
    """Whether a calendar may fetch one's visits, and since when."""
    return services.calendars.state(session)


@post("/calendar", status_code=200, sync_to_thread=True)
def renew(session: SignedIn, services: Serving) -> CalendarFeed:
    """A new secret for it, told this once; the one before ends."""
    return services.calendars.renew(session)


@delete("/calendar", status_code=204, sync_to_thread=True)
def stop(session: SignedIn, services: Serving) -> None:
    """No calendar may fetch one's visits any more."""
    services.calendars.stop(session)


HANDLERS: list[Any] = [state, renew, stop]


def feed(settings: Settings) -> HTTPRouteHandler:
    """`/calendar/<secret>.ics`: no session and no client header, for no calendar has them."""
    limit = RateLimitConfig(
        ("minute", settings.calendars_per_minute),
        set_rate_limit_headers=False,
        store="calendars",  # of its own: a fetch is no attempt to sign in
    )
    handler = HTTPRouteHandler(
        "/calendar/{name:str}",
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        middleware=[limit.middleware],
        status_code=200,
        sync_to_thread=True,
    )
    return handler(_fetch)


def _fetch(
    name: FromPath[str], request: Request[Any, Any, Any], services: Serving
) -> Response[Any]:
    """A user's planned visits as iCalendar."""
    if not name.endswith(SUFFIX):
        raise NotFound("There is no such calendar.")
    body = services.calendars.read(name.removesuffix(SUFFIX))
    headers = _HEADERS | {"etag": f'"{sha256(body).hexdigest()[:32]}"'}
    if matches(request.headers.get("if-none-match", ""), headers["etag"]):
        return Response(b"", status_code=304, headers=headers, media_type="text/calendar")
    return Response(body, headers=headers, media_type="text/calendar")
