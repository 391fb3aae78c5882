"""What every request meets: the required header, its session, one place for errors and headers.

A cookie alone proves nothing: only our own pages can add the client header, so everything under
/api asks for it. A `PeerError` becomes its status and a `Failure`; anything unforeseen becomes 500
without a word of its inside, and is logged without bodies or headers.
"""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from litestar.params import PathParameter
from litestar.types import Message, Scope
from sqlalchemy.exc import SQLAlchemyError

from server.domain.access import Session
from server.routes.services import Serving
from server.settings import Settings
from server.store.outages import is_outage
from sync_protocol.changes import MAX_WHOLE, PLAIN
from sync_protocol.errors import Failure, Malformed, PeerError, TooManyAttempts
from sync_protocol.session import CLIENT_HEADER

COOKIE = "fieldbook_session"
DAY_S = 86_400
MSGPACK = "application/msgpack"
JSON = "application/json"
_CODES = {
    400: "malformed",
    404: "not_found",
    405: "not_found",
    413: "too_large",
    429: TooManyAttempts.code,
}
_ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
}
_CUT = "client disconnected prematurely"
"""The framework's words; it has no exception of its own for that."""
_HSTS = "max-age=63072000; includeSubDomains"

PlainInPath = Annotated[str, PathParameter(pattern=PLAIN)]
WholeInPath = Annotated[int, PathParameter(ge=0, le=MAX_WHOLE)]
"""What a store can be asked for; anything else in a path is malformed."""

log = structlog.get_logger()


def needs_client_header(
    connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler
) -> None:
    if CLIENT_HEADER not in connection.headers:
        raise Malformed(f"The header {CLIENT_HEADER} is missing.")


def session(request: Request[Any, Any, Any], services: Serving) -> Session:
    """The session a request speaks for: its bearer token's, else its cookie's."""
    return services.sign_ins.authenticate(token(request))


def leaving_session(request: Request[Any, Any, Any], services: Serving) -> Session:
    """As `session`, also for a device that is to be wiped."""
    return services.sign_ins.authenticate(token(request), leaving=True)


LEAVING = {"session": Provide(leaving_session, sync_to_thread=True)}
"""For what a device that is to be wiped may still say."""


def token(request: Request[Any, Any, Any]) -> str:
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    return bearer if scheme.lower() == "bearer" else request.cookies.get(COOKIE, "")


def cookie(settings: Settings, token: str, days: int | None = None) -> Cookie:
    kept = settings.session_days if days is None else days
    return Cookie(
        key=COOKIE,
        value=token,
        path="/api",
        max_age=kept * DAY_S,
        secure=settings.secure_cookies,
        httponly=True,
        samesite="strict",
    )


def secured(settings: Settings) -> Callable[[Message, Scope], Awaitable[None]]:
    """Adds to every answer the headers it has not set itself."""
    always = _ALWAYS | ({"strict-transport-security": _HSTS} if settings.secure_cookies else {})

    async def add(message: Message, _scope: Scope) -> None:
        if message["type"] == "http.response.start":
            headers = MutableScopeHeaders.from_message(message)
            for name, value in always.items():
                headers.setdefault(name, value)

    return add


def _answer(request: Request[Any, Any, Any], failure: Failure, status: int) -> Response[bytes]:
    packed = request.url.path.startswith("/api/sync/")
    encode = msgspec.msgpack.encode if packed else msgspec.json.encode
    return Response(encode(failure), status_code=status, media_type=MSGPACK if packed else JSON)


def _on_peer_error(request: Request[Any, Any, Any], error: PeerError) -> Response[bytes]:
    return _answer(request, error.failure(), error.status)


def _on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    if error.detail == _CUT:
        return _on_cut(request)
    if error.status_code >= 500:  # noqa: PLR2004
        return _on_bug(request, error)
    code = _CODES.get(error.status_code, PeerError.code)
    message = error.detail
    if isinstance(error.extra, list) and error.extra:
        message = "; ".join(str(problem.get("message", "")) for problem in error.extra)
    if code == TooManyAttempts.code:
        message = "Too many attempts. Wait a minute and try again."
    answer = _answer(request, Failure(code, message), error.status_code)
    answer.headers.update(error.headers or {})
    return answer


def _on_cut(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The client is gone in the middle of its body: nobody's fault, and nobody reads the answer."""
    log.info("request cut short", method=request.method, path=path_to_tell(request))
    return _answer(request, Failure(Malformed.code, "The request ends too soon."), 400)


def path_to_tell(request: Request[Any, Any, Any]) -> str:
    """What a log may say of an address: the secret of a calendar is in its path."""
    path: str = request.url.path
    return "/calendar/..." if path.startswith("/calendar/") else path


def _on_bug(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    told = "".join(traceback.format_exception(error))  # no locals: they hold tokens and bodies
    log.error("request failed", method=request.method, path=path_to_tell(request), traceback=told)
    return _answer(request, Failure("server", "Something went wrong on the server."), 500)


def _on_database_error(request: Request[Any, Any, Any], error: SQLAlchemyError) -> Response[bytes]:
    if not is_outage(error):
        return _on_bug(request, error)
    log.error(
        "database out of order",
        path=path_to_tell(request),
        error=str(getattr(error, "orig", error)),
    )
    sentence = "The server cannot store anything just now. It will be tried again."
    answer = _answer(request, Failure("unavailable", sentence), 503)
    answer.headers["retry-after"] = "10"
    return answer


def _on_unreadable(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    return _on_peer_error(request, Malformed(f"This is not JSON: {type(error).__name__}."))


UNREADABLE: Any = {UnicodeDecodeError: _on_unreadable, RecursionError: _on_unreadable}
"""What the framework lets through where it reads a JSON body."""
EXCEPTION_HANDLERS: Any = {
    PeerError: _on_peer_error,
    HTTPException: _on_http_error,
    SQLAlchemyError: _on_database_error,
    Exception: _on_bug,
}
