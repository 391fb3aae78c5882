"""The line between one device and the server: it loses, cuts, delays, repeats and reorders bytes.

What becomes of a message is drawn from the step that began the sync, so a step takes its faults
along when the script is shrunk. A request lives on by itself once it was sent: it may arrive long
after its device gave up on it, or died. A body cut on its way to the server is never processed,
and one cut on the way back is noticed by the client's HTTP library, or else by the codec.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from random import Random
from typing import TYPE_CHECKING, Any

from client.runtime.protocol import Response, TransportError
from tests.simulation.headquarters import Answer, ServerCrash

if TYPE_CHECKING:
    from tests.simulation.running import Run

FATES = {
    "fine": 55, "lost": 8, "answer lost": 9, "cut": 3, "answer cut": 4, "late": 7, "twice": 7,
    "in parallel": 7,
}  # fmt: skip
GIVES_UP_S = 20.0


class Line:
    """`Transport` of one device. `random` is set anew by each sync."""

    def __init__(self, run: Run, name: str) -> None:
        self.run = run
        self.name = name
        self.random = Random(0)
        self.is_bad = False
        self.cut_until = 0.0
        self.asks_snapshot = False

    async def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout_s: float = 30.0,
    ) -> Response:
        del timeout_s
        asked = path.removeprefix("/api/").removeprefix("sync/")
        self.asks_snapshot |= asked == "snapshot"
        loop = asyncio.get_running_loop()
        if loop.time() < self.cut_until:
            await asyncio.sleep(1.0)
            raise TransportError("no network")
        zipped = (headers or {}).get("content-encoding") == "gzip"
        token = (headers or {}).get("authorization", "").removeprefix("Bearer ")
        if asked.startswith(("uploads/", "blobs/")):
            start = (headers or {}).get("range", "").removeprefix("bytes=").removesuffix("-")
            asked = f"{method} {asked}" + (f"@{start}" if start else "")
        request = (token, asked, body or b"", zipped)
        return await self._carry(request, self._fate(), loop)

    def _fate(self) -> str:
        if not self.is_bad:
            return "fine"
        (fate,) = self.random.choices(list(FATES), list(FATES.values()))
        if fate != "fine":
            self.run.totals[fate] += 1
            self.run.fault()
        return fate

    def _count(self, asked: str, fate: str) -> None:
        if fate != "fine":
            self.run.totals["files held up"] += " " in asked
            self.run.say(f"{self.name}: the {asked} fares badly: {fate}")

    async def _carry(self, request: Any, fate: str, loop: asyncio.AbstractEventLoop) -> Response:
        there, back = self._delay(), self._delay()
        self._count(request[1], fate)
        if fate in ("lost", "cut"):
            if fate == "cut":
                self._deliver_cut(request)
            await asyncio.sleep(there)
            raise TransportError(fate)
        answer: asyncio.Future[Answer | None] = loop.create_future()
        after = there + (self.random.choice((30, 90, 400)) if fate == "late" else 0)
        loop.call_later(after, self._deliver, request, answer, fate == "in parallel")
        if fate == "twice":
            loop.call_later(there + self.random.choice((0, 0.5, 60)), self._deliver, request, None)
        if fate == "late":
            await asyncio.sleep(GIVES_UP_S)
            raise TransportError("timed out")
        said = await answer
        await asyncio.sleep(back)
        return self._received(said, fate)

    def _received(self, said: Answer | None, fate: str) -> Response:
        if said is None or fate == "answer lost":
            raise TransportError("the answer was lost")
        status, body, headers = said
        if fate == "answer cut":
            if self.random.random() < 0.5:
                raise TransportError("the answer was cut")
            body = body[: self.random.randrange(len(body))]
        return Response(status, headers, body)

    def _deliver(
        self, request: Any, answer: asyncio.Future[Any] | None, parallel: bool = False
    ) -> None:
        headquarters = self.run.headquarters
        if parallel and request[1] == "push":
            headquarters.between = lambda: self._deliver_between(request)
        try:
            said = headquarters.answer(*request)
        except ServerCrash:
            said = None
            self.run.server_crashed()
        except BaseException as error:  # noqa: BLE001 - the run must hear of it
            self.run.fail(error)
            said = None
        finally:
            headquarters.between = lambda: None
        if answer is not None and not answer.done():
            answer.set_result(said)

    def _deliver_between(self, request: Any) -> None:
        """The same request once more, while the first is between two of its transactions."""
        headquarters = self.run.headquarters
        headquarters.between = lambda: None
        headquarters.answer_beside(*request)

    def _deliver_cut(self, request: Any) -> None:
        """Half a body; HTTP would not even hand it on. If it did, nothing may come of it."""
        token, asked, body, zipped = request
        if " " in asked:  # of a file there is no telling half from whole, but for its end
            return
        said = self.run.headquarters.answer(token, asked, body[: len(body) // 2], zipped)
        if said.status < 300:
            self.run.fail(AssertionError("half a request was understood"))

    def _delay(self) -> float:
        return self.random.choice((0.01, 0.05, 0.4, 2.0)) if self.is_bad else 0.02

    def stream(self, path: str, *, headers: Any = None) -> AsyncIterator[bytes]:
        raise NotImplementedError

    async def close(self) -> None:
        pass
