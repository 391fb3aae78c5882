"""The client's half of the wire: `Exchange` and the session routes over a `Transport`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

import msgspec

from client.runtime.protocol import Response, TransportError
from sync_protocol import blobs, codec, messages, session
from sync_protocol.errors import (
    Failure,
    Malformed,
    PeerError,
    ProtocolBroken,
    SignInRequired,
    TooLarge,
    Unreachable,
    from_failure,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from client.runtime.protocol import Transport

T = TypeVar("T")
_OK = 300
_SERVER_ERROR = 500
_UNAVAILABLE = (502, 503, 504)
"""It cannot answer just now, or what stands before it cannot reach it: as good as nobody there."""
_JSON = "application/json"
_MSGPACK = "application/msgpack"
_BYTES = "application/octet-stream"
SYNC_TIMEOUT_S = 60.0
SILENCE_S = 60.0
"""How long the live stream may say nothing; four times the server's heartbeat."""


class HttpExchange:
    """One server as seen by one session. `token` is None where a cookie speaks for us.

    `keep_token` is called with a new token before anything is said with it.
    """

    def __init__(
        self,
        transport: Transport,
        token: str | None = None,
        keep_token: Callable[[str], None] = lambda _token: None,
    ) -> None:
        self._transport = transport
        self.token = token
        self._keep_token = keep_token

    @property
    def address(self) -> str:
        return self._transport.address

    async def hello(self, request: messages.Hello) -> messages.Welcome:
        return await self._sync("hello", request, messages.Welcome)

    async def push(self, request: messages.Push) -> messages.Verdicts:
        return await self._sync("push", request, messages.Verdicts)

    async def pull(self, request: messages.Pull) -> messages.Page:
        return await self._sync("pull", request, messages.Page)

    async def snapshot(self, request: messages.Snapshot) -> messages.States:
        return await self._sync("snapshot", request, messages.States)

    async def audit(self, request: messages.Audit) -> messages.Sums:
        return await self._sync("audit", request, messages.Sums)

    async def rekey(self, request: messages.Rekey) -> messages.Rekeyed:
        answer = await self._sync("rekey", request, messages.Rekeyed)
        if answer.token:
            self.token = answer.token
            self._keep_token(answer.token)
        return answer

    async def history(self, request: messages.HistoryOf) -> messages.Writes:
        return await self._sync("history", request, messages.Writes)

    async def conflicts(self, request: messages.Conflicts) -> messages.ConflictPage:
        return await self._sync("conflicts", request, messages.ConflictPage)

    async def farewell(self, request: messages.Farewell) -> messages.Done:
        return await self._sync("farewell", request, messages.Done)

    async def devices(self) -> list[session.DeviceInfo]:
        response = await self._json("GET", "/api/devices")
        return _read(response, list[session.DeviceInfo])

    async def command_device(self, device: int, action: session.DeviceAction) -> None:
        await self._json("POST", f"/api/devices/{device}", session.DeviceCommand(action))

    async def sign_in(self, request: session.SignIn) -> session.Session:
        response = await self._json("POST", "/api/sign-in", request)
        return _read(response, session.Session)

    async def sign_out(self) -> None:
        await self._json("POST", "/api/sign-out")

    async def change_password(self, request: session.ChangePassword) -> None:
        await self._json("POST", "/api/password", request)

    async def members(self) -> list[session.Member]:
        response = await self._json("GET", "/api/members")
        return _read(response, list[session.Member])

    async def set_member(self, member: session.Member) -> None:
        await self._json("PUT", f"/api/members/{member.user}", member)

    async def calendar_feed(self) -> session.CalendarFeed:
        return _read(await self._json("GET", "/api/calendar"), session.CalendarFeed)

    async def renew_calendar_feed(self) -> session.CalendarFeed:
        return _read(await self._json("POST", "/api/calendar"), session.CalendarFeed)

    async def stop_calendar_feed(self) -> None:
        await self._json("DELETE", "/api/calendar")

    async def received(self, content: str) -> blobs.Received:
        response = await self._json("GET", f"/api/uploads/{content}")
        return _read(response, blobs.Received)

    async def send(self, content: str, size: int, offset: int, data: bytes) -> blobs.Received:
        path = f"/api/uploads/{content}?size={size}&offset={offset}"
        headers = self._headers({"content-type": _BYTES, "accept": _JSON})
        response = await self._request("PUT", path, headers, data)
        return _read(response, blobs.Received)

    async def cancel(self, content: str) -> None:
        await self._json("DELETE", f"/api/uploads/{content}")

    async def piece(self, kind: str, record_id: str, field: str, start: int) -> blobs.Piece:
        path = f"/api/blobs/{quote(kind)}/{quote(record_id)}/{quote(field)}"
        headers = self._headers({"range": f"bytes={start}-", "accept": "*/*"})
        response = await self._request("GET", path, headers, None)
        total = response.headers.get("content-range", "").rpartition("/")[2]
        if not total.isdecimal():
            raise Malformed("The server did not say how long the file is.")
        return blobs.Piece(response.body, int(total))

    async def doorbell(self) -> AsyncIterator[None]:
        """Yields whenever the server has news; `Unreachable` when the line breaks or goes dead.

        The server shows signs of life: a phone that changed networks is never told that its old
        line is gone, it only hears nothing more.
        """
        stream = self._transport.stream("/api/sync/live", headers=self._headers())
        while True:
            try:
                async with asyncio.timeout(SILENCE_S):
                    piece = await anext(stream, None)
            except (TransportError, TimeoutError) as error:
                raise Unreachable(str(error) or "The line went dead.") from error
            if piece is None:
                return
            if b"data:" in piece:
                yield None

    async def _sync(self, method: str, request: Any, answer: type[T]) -> T:
        body = codec.encode(request)
        headers = self._headers({"content-type": _MSGPACK, "accept": _MSGPACK})
        if len(body) > codec.GZIP_FROM:
            body, headers["content-encoding"] = codec.compress(body), "gzip"
        response = await self._request("POST", f"/api/sync/{method}", headers, body)
        try:
            return codec.decode(response.body, answer)
        except Malformed as error:
            raise ProtocolBroken(error.message) from None

    async def _json(self, method: str, path: str, request: Any = None) -> Response:
        headers = self._headers({"content-type": _JSON, "accept": _JSON})
        body = None if request is None else msgspec.json.encode(request)
        return await self._request(method, path, headers, body)

    async def _request(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None
    ) -> Response:
        try:
            response = await self._transport.request(
                method, path, headers=headers, body=body, timeout_s=SYNC_TIMEOUT_S
            )
        except TransportError as error:
            raise Unreachable(str(error)) from error
        if response.status < _OK:
            return response
        raise _error(response)

    def _headers(self, more: dict[str, str] | None = None) -> dict[str, str]:
        headers = {session.CLIENT_HEADER: "1", **(more or {})}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        return headers


def _read(response: Response, type_: type[T]) -> T:
    """What a JSON answer says; a hotel's sign-in page, or half of an answer, says nothing."""
    try:
        return msgspec.json.decode(response.body, type=type_)
    except msgspec.DecodeError:
        raise ProtocolBroken("The server's answer cannot be read.") from None


def _error(response: Response) -> Exception:
    """The typed error in an answer; anything that is not ours counts as nobody being there."""
    packed = response.headers.get("content-type", "").startswith(_MSGPACK)
    decoder: Any = msgspec.msgpack if packed else msgspec.json
    if response.status in _UNAVAILABLE:
        return Unreachable(f"The server answered {response.status}.")
    try:
        return from_failure(decoder.decode(response.body, type=Failure))
    except msgspec.DecodeError:
        if response.status == TooLarge.status:  # a proxy's limit may be lower than ours
            return TooLarge("A proxy in front of the server takes no message of this size.")
        if response.status == SignInRequired.status:
            return SignInRequired("Sign in again.")
        if response.status >= _SERVER_ERROR:
            return Unreachable(f"The server answered {response.status}.")
        return PeerError(f"The server answered {response.status}.")
