"""The four questions of sync: msgpack in and out, gzip either way, all sizes bounded."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import msgspec
from anyio import to_thread
from litestar import Request, Response, post

from server.routes import edge
from server.routes.edge import LEAVING, MSGPACK
from server.routes.services import Serving, SignedIn
from sync_protocol import codec
from sync_protocol.errors import Malformed
from sync_protocol.messages import (
    Audit,
    Conflicts,
    Farewell,
    Hello,
    HistoryOf,
    Pull,
    Push,
    Rekey,
    Rekeyed,
    Snapshot,
)

T = TypeVar("T")
Asked = Request[Any, Any, Any]


@post("/sync/hello", status_code=200, dependencies=LEAVING)
async def hello(request: Asked, session: SignedIn, services: Serving) -> Response[bytes]:
    """Opens a round: who and what one sees, the server's time, the head of the log."""
    return await _answer(request, Hello, partial(services.exchange.hello, session))


@post("/sync/history", status_code=200)
async def history(request: Asked, session: SignedIn, services: Serving) -> Response[bytes]:
    """What was written to one record."""
    return await _answer(request, HistoryOf, partial(services.exchange.history, session))


@post("/sync/conflicts", status_code=200)
async def conflicts(request: Asked, session: SignedIn, services: Serving) -> Response[bytes]:
    """Who overwrote whom."""
    return await _answer(request, Conflicts, partial(services.exchange.conflicts, session))


@post("/sync/farewell", status_code=200, dependencies=LEAVING)
async def farewell(request: Asked, session: SignedIn, services: Serving) -> Response[bytes]:
    """A revoked device is about to delete its replica."""
    return await _answer(request, Farewell, partial(services.exchange.farewell, session))


@post("/sync/push", status_code=200, dependencies=LEAVING)
async def push(request: Asked, session: SignedIn, services: Serving) -> Response[bytes]:
    """Hands in changesets; answers a verdict for each, the same again if they came before."""
    return await _answer(request, Push, partial(services.exchange.push, session))


@post("/sync/pull", status_code=200)
async def pull(request: Asked, session: SignedIn, services: Serving) -> Response[bytes]:
    """The log after a cursor."""
    return await _answer(request, Pull, partial(services.exchange.pull, session))


@post("/sync/snapshot", status_code=200)
async def snapshot(request: Asked, session: SignedIn, services: Serving) -> Response[bytes]:
    """A page of states."""
    return await _answer(request, Snapshot, partial(services.exchange.snapshot, session))


@post("/sync/audit", status_code=200)
async def audit(request: Asked, session: SignedIn, services: Serving) -> Response[bytes]:
    """The digests of a device's scopes, group by group."""
    return await _answer(request, Audit, partial(services.exchange.audit, session))


@post("/sync/rekey", status_code=200, dependencies=LEAVING)
async def rekey(request: Asked, session: SignedIn, services: Serving) -> Response[bytes]:
    """A new device id for one that a copy of it uses too; answers a token, or sets the cookie."""
    by_cookie = "authorization" not in request.headers
    given: list[str] = []

    def call(asked: Rekey) -> Rekeyed:
        rekeyed = services.sign_ins.rekey(session, asked)
        given.append(rekeyed.token)
        return msgspec.structs.replace(rekeyed, token="") if by_cookie else rekeyed

    answer = await _answer(request, Rekey, call)
    if by_cookie:
        answer.set_cookie(edge.cookie(services.settings, given[0]))
    return answer


HANDLERS = [hello, push, pull, snapshot, audit, rekey, history, conflicts, farewell]


async def _answer(request: Asked, type_: type[T], call: Callable[[T], Any]) -> Response[bytes]:
    body = await request.body()
    packed, headers = await to_thread.run_sync(_run, request, body, type_, call)
    return Response(packed, media_type=MSGPACK, headers=headers)


def _run(
    request: Asked, body: bytes, type_: type[T], call: Callable[[T], Any]
) -> tuple[bytes, dict[str, str]]:
    encoding = request.headers.get("content-encoding", "identity")
    if encoding == "gzip":
        body = codec.inflate(body)
    elif encoding != "identity":
        raise Malformed(f"The encoding {encoding!r:.40} is not understood.")
    answer = codec.encode(call(codec.decode(body, type_)))
    if len(answer) > codec.GZIP_FROM and "gzip" in request.headers.get("accept-encoding", ""):
        return codec.compress(answer), {"content-encoding": "gzip", "vary": "accept-encoding"}
    return answer, {"vary": "accept-encoding"}
