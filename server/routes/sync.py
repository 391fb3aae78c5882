"""The four questions of sync: msgpack in and out, gzip either way, all sizes bounded."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from anyio import to_thread
from litestar import Request, Response, post

from server.routes.edge import MSGPACK
from server.routes.services import Serving, SignedIn
from sync_protocol import codec
from sync_protocol.errors import Malformed
from sync_protocol.messages import Hello, Pull, Push, Snapshot

T = TypeVar("T")
Asked = Request[Any, Any, Any]


@post("/sync/hello", status_code=200)
async def hello(request: Asked, session: SignedIn, services: Serving) -> Response[bytes]:
    """Opens a round: who and what one sees, the server's time, the head of the log."""
    return await _answer(request, Hello, partial(services.exchange.hello, session))


@post("/sync/push", status_code=200)
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


HANDLERS = [hello, push, pull, snapshot]


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
