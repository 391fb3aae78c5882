"""A server of a few lines: it takes every edit and keeps sign-ins, while it is `up`."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import TYPE_CHECKING

import msgspec

from client.runtime.protocol import Response, TransportError
from sync_protocol import clock, codec
from sync_protocol.changes import Change
from sync_protocol.errors import DeviceRevoked
from sync_protocol.messages import (
    Applied,
    Conflict,
    ConflictPage,
    Conflicts,
    Cursor,
    Entry,
    Page,
    Push,
    States,
    Verdicts,
    Welcome,
    Write,
    Writes,
)
from sync_protocol.records import cells
from sync_protocol.session import CalendarFeed, DeviceInfo, Session
from tests.unit.client.ui.office import NOON_MS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

PASSWORD = "a good password"


class NearServer:
    """A `Transport`."""

    address = "https://near.example"

    def __init__(self) -> None:
        self.up = True
        self.user = "u"
        self.members: dict[str, dict[str, object]] = {}
        self.sequence = 0
        self.gone: list[tuple[str, str]] = []
        """(kind, id) of what somebody else has deleted."""
        self.revoked = False
        """Whether this device is to be cleared."""
        self.hears_farewell = asyncio.Event()
        """Set, unless it is to keep a device waiting that was cleared."""
        self.hears_farewell.set()
        self.past: tuple[Write, ...] = ()
        self.conflicts: list[Conflict] = []
        self.devices: list[DeviceInfo] = []
        self.commands: list[tuple[int, str]] = []
        self.feeds = 0
        """How many calendar feeds were made."""
        self.feed = CalendarFeed()

    async def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout_s: float = 30.0,  # noqa: ARG002 - the seam's
    ) -> Response:
        if not self.up:
            raise TransportError("nobody there")
        if path == "/api/sync/farewell":
            await self.hears_farewell.wait()
        if path.startswith("/api/sync/"):
            if self.revoked:
                body = codec.encode(DeviceRevoked("Access has ended.", wipe="now").failure())
                return Response(403, {"content-type": "application/msgpack"}, body)
            zipped = (headers or {}).get("content-encoding") == "gzip"
            packed = gzip.decompress(body or b"") if zipped else body or b""
            answer = self._sync(path.rpartition("/")[2], packed)
            return Response(200, {"content-type": "application/msgpack"}, codec.encode(answer))
        if path == "/api/calendar":
            return self._calendar(method)
        return self._json(path, json.loads(body or b"null"))

    async def stream(
        self,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,  # noqa: ARG002 - the seam's
    ) -> AsyncIterator[bytes]:
        raise TransportError(f"no news at {path}")
        yield b""

    async def close(self) -> None:
        pass

    def _sync(self, method: str, body: bytes) -> object:
        if method == "hello":
            head = Cursor("e", 1) if self.gone else Cursor()
            return Welcome("w", "u", NOON_MS, head, ("workspace",))
        if method == "push":
            numbers = [changeset.number for changeset in codec.decode(body, Push).changesets]
            self.sequence += len(numbers)
            return Verdicts(tuple(Applied(number, self.sequence) for number in numbers))
        if method == "history":
            return Writes(self.past)
        if method == "conflicts":
            return self._conflicts(codec.decode(body, Conflicts).before)
        if method == "snapshot":
            return States(Cursor())
        return self._deletions() if self.gone else Page(Cursor("e", self.sequence))

    def _conflicts(self, before: int) -> ConflictPage:
        """Two to a page, the newest first."""
        older = [one for one in self.conflicts if not before or one.lost.sequence < before]
        page = tuple(older[:2])
        return ConflictPage(page, page[-1].lost.sequence if len(older) > len(page) else 0)

    def _deletions(self) -> Page:
        changes = tuple(Change(kind, x, {"deleted": cells.raw(True)}) for kind, x in self.gone)
        stamp = clock.at(NOON_MS + 60_000)
        return Page(Cursor("e", 1), (Entry(1, 9, 1, "v", stamp, changes=changes),))

    def _calendar(self, method: str) -> Response:
        if method == "POST":
            self.feeds += 1
            self.feed = CalendarFeed(NOON_MS, f"secret{self.feeds}")
            return Response(200, {}, msgspec.json.encode(self.feed))
        if method == "DELETE":
            self.feed = CalendarFeed()
        told = CalendarFeed(self.feed.created_ms)
        return Response(200, {}, msgspec.json.encode(told))

    def _json(self, path: str, request: dict[str, object]) -> Response:
        if path == "/api/sign-in" and request["password"] != PASSWORD:
            return _answer(401, {"code": "sign_in_required",
                                 "message": "E-mail or password is wrong."})  # fmt: skip
        if path == "/api/sign-in":
            session = Session(
                "w",
                "Alpenquell",
                self.user,
                str(request["email"]),
                int(str(request["device"])),
                "t",
            )
            return Response(200, {}, msgspec.json.encode(session))
        if path == "/api/members":
            return _answer(200, list(self.members.values()))
        if path == "/api/devices":
            return _answer(200, msgspec.to_builtins(self.devices))
        if path.startswith("/api/devices/"):
            self.commands.append((int(path.rpartition("/")[2]), str(request["action"])))
        if path.startswith("/api/members/"):
            if any(x["email"] == request["email"] and x["user"] != request["user"]
                   for x in self.members.values()):  # fmt: skip
                return _answer(409, {"code": "email_taken", "message": "That e-mail is taken."})
            self.members[str(request["user"])] = {
                name: request[name] for name in ("user", "email", "active")
            }
        return Response(204, {}, b"")


def _answer(status: int, body: object) -> Response:
    return Response(status, {"content-type": "application/json"}, json.dumps(body).encode())
