"""The platform seam in the browser: OPFS beneath SQLite, fetch beneath the transport.

Python runs in a worker (client/web/files/worker.js). The page around it owns what a worker cannot
reach, so every `Host` question travels there and back through `js.fieldbook`, the bridge that
boot.js makes. The files are held through exclusive handles from `prepare` until `release` or
`wipe`; SQLite's own sync does not reach them (opfs.js says why and what takes its place), so
`flush` is the promise of durability here.

`now` and `random` need no bridge: Pyodide takes both from the browser.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import js
from pyodide.ffi import JsException, create_proxy, to_js

from client.runtime import seldom, sqlite_file
from client.runtime.protocol import (
    Response,
    StorageBusy,
    StorageFailed,
    StorageFull,
    StorageUse,
    TransportError,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping

LOG_LIMIT = "PRAGMA journal_size_limit = 4194304"
KEPT_PAGES = "PRAGMA cache_size = -65536"
"""64 MiB: to read a page again takes a hundred times as long as to have kept it."""
PART = 1 << 20
"""Bytes of a file on its way to the downloads that are handed to the browser at once."""
HELD_ELSEWHERE = "NoModificationAllowedError"
NO_ROOM = "QuotaExceededError"


class BrowserRuntime:
    """`Runtime` and `Host` of one tab. A path is a folder of its own and a file name."""

    name = "browser"
    home = "/replica/replica.db"
    server = ""

    def __init__(self) -> None:
        self._prepared: set[str] = set()
        self._listeners: list[Callable[[str], None]] = []
        js.fieldbook.listen(create_proxy(self._hear))
        seldom.install(js.fieldbook.unpackSeldom)

    def now(self) -> int:
        return time.time_ns() // 1_000_000

    def random(self, count: int) -> bytes:
        return os.urandom(count)

    async def prepare(self, path: str) -> None:
        if path in self._prepared:
            return
        try:
            await js.fieldbook.mount(path)
        except JsException as error:
            if error.name == HELD_ELSEWHERE:
                raise StorageBusy(path) from error
            raise
        self._prepared.add(path)

    def connect(self, path: str) -> sqlite3.Connection:
        return sqlite_file.connect(path, LOG_LIMIT, KEPT_PAGES)

    def flush(self, path: str) -> None:
        failure = js.fieldbook.flush(path)
        if failure:
            raise StorageFull if failure == NO_ROOM else StorageFailed

    def release(self, path: str) -> None:
        """Give the closed database's files back to other tabs."""
        js.fieldbook.unmount(path)
        self._prepared.discard(path)

    async def wipe(self, path: str) -> None:
        self._prepared.discard(path)
        js.fieldbook.say("forget")
        await js.fieldbook.remove(path)
        await js.caches.delete("fieldbook-tiles")

    def beside(self, path: str, suffix: str) -> str:
        """Each database has a folder of its own here; the files all lie beside each other."""
        return f"/{suffix}/{path.rpartition('/')[2]}.{suffix}"

    async def move(self, path: str, to: str) -> None:
        self.release(path)
        self.release(to)
        await js.fieldbook.move(path, to)

    def read_secret(self, path: str) -> str | None:  # noqa: ARG002 - the cookie holds it
        return None

    def write_secret(self, path: str, secret: str | None) -> None:
        """Nothing to keep: the session travels in an HttpOnly cookie no script can read."""

    def transport(self, server: str) -> FetchTransport:
        return FetchTransport(server)

    async def is_metered(self) -> bool | None:
        answer = await js.fieldbook.ask("metered")
        return answer if isinstance(answer, bool) else None

    def ask_line_by(self, ask: Callable[[], Awaitable[bool | None]]) -> None:
        """The browser answers for itself."""

    def listen(self, callback: Callable[[str], None]) -> None:
        self._listeners.append(callback)

    async def storage(self) -> StorageUse:
        answer = await js.fieldbook.ask("storage")
        return StorageUse(int(answer.used), int(answer.quota), bool(answer.persistent))

    async def persist(self) -> bool:
        return bool(await js.fieldbook.ask("persist"))

    async def install(self) -> bool:
        return bool(await js.fieldbook.ask("install"))

    async def update(self) -> bool:
        return bool(await js.fieldbook.ask("update"))

    async def allow_notices(self) -> bool:
        return bool(await js.fieldbook.ask("allowNotices"))

    async def notify(self, title: str, text: str) -> bool:
        return bool(await js.fieldbook.ask("notify", f"{title}\n{text}"))

    async def scan(self) -> str | None:
        answer = await js.fieldbook.ask("scan")
        return answer if isinstance(answer, str) else None

    def opened(self) -> None:
        js.fieldbook.say("opened")

    def keep_day(self, told: str) -> None:
        js.fieldbook.say("day", told)

    async def notes(self) -> str:
        return str(await js.fieldbook.ask("notes"))

    async def forget_note(self, note_id: str) -> None:
        await js.fieldbook.ask("forgetNote", note_id)

    async def saving(self, name: str) -> _Download:
        return _Download(name)

    async def shrunk(self, picture: bytes, longest: int) -> bytes | None:
        answer = await js.fieldbook.shrink(to_js(picture), longest)
        return bytes(answer.to_bytes()) if answer is not None else None

    def _hear(self, event: str) -> None:
        if event in ("hide", "close"):
            for path in self._prepared:
                with suppress(StorageFailed):  # whoever wrote has been told
                    self.flush(path)
        for listener in self._listeners:
            listener(event)
        if event == "close":
            js.fieldbook.say("closed")


class FetchTransport:
    """`Transport` over the browser's fetch. The cookie travels because the origin is ours."""

    def __init__(self, server: str) -> None:
        self._server = server.rstrip("/")
        self.address = self._server or str(js.location.origin)

    async def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout_s: float = 30.0,
    ) -> Response:
        abort = js.AbortController.new()
        timer = asyncio.get_running_loop().call_later(timeout_s, abort.abort)
        try:
            with _as_transport_error():
                answer = await self._fetch(method, path, abort, headers, body)
                content = (await answer.arrayBuffer()).to_bytes()
        finally:
            timer.cancel()
        return Response(answer.status, _headers_of(answer), content)

    async def stream(
        self, path: str, *, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[bytes]:
        abort = js.AbortController.new()
        try:
            with _as_transport_error():
                answer = await self._fetch("GET", path, abort, headers, None)
            if not answer.ok:
                raise TransportError(f"{path}: status {answer.status}")
            reader = answer.body.getReader()
            while True:
                with _as_transport_error():
                    piece = await reader.read()
                if piece.done:
                    return
                yield piece.value.to_bytes()
        finally:
            abort.abort()

    async def close(self) -> None:
        """Nothing is held between requests."""

    async def _fetch(
        self,
        method: str,
        path: str,
        abort: Any,
        headers: Mapping[str, str] | None,
        body: bytes | None,
    ) -> Any:
        options = {
            "method": method,
            "headers": dict(headers or {}),
            "signal": abort.signal,
            "cache": "no-store",
            "redirect": "manual",
        }
        if body is not None:
            options["body"] = to_js(body)
        asked = to_js(options, dict_converter=js.Object.fromEntries)
        answer = await js.fetch(self._server + path, asked)
        if answer.type == "opaqueredirect":
            raise TransportError(f"{path}: the server redirects")
        return answer


class _Download:
    """`Saving`: parts that the browser keeps, on the disk if they are many, until all are there."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._parts = js.Array.new()
        self._part = bytearray()

    def write(self, data: bytes) -> int:
        self._part += data
        if len(self._part) >= PART:
            self.flush()
        return len(data)

    def flush(self) -> None:
        if self._part:
            self._parts.push(js.Blob.new(js.Array.of(to_js(bytes(self._part)))))
            self._part.clear()

    async def done(self) -> None:
        self.flush()
        whole = js.URL.createObjectURL(js.Blob.new(self._parts))
        await js.fieldbook.ask("download", f"{self._name}\n{whole}")


def _headers_of(answer: Any) -> dict[str, str]:
    return dict(js.Object.fromEntries(answer.headers.entries()).to_py())


@contextmanager
def _as_transport_error() -> Iterator[None]:
    try:
        yield
    except JsException as error:
        raise TransportError(f"{error.name}: {error.message}") from error
