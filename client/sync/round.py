"""One round of sync, to be read from top to bottom.

    meet the server, send what waits, load scopes that are new, let go of those that are not ours
    any more, read the log to its end.

Edits are judged before a scope is let go, so nothing is purged unheard. The round may be cut
anywhere: each step is durable before the next begins, and a step done twice has one effect.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, TypeVar

import msgspec

from client.store import incoming, meta, outbox
from sync_protocol import codec
from sync_protocol.changes import Changeset
from sync_protocol.errors import Gap, Malformed, Resnapshot, SyncError
from sync_protocol.messages import (
    MAX_PULL,
    MAX_PUSH,
    Applied,
    Cursor,
    Hello,
    Page,
    Pull,
    Push,
    Snapshot,
    States,
    Verdict,
    Welcome,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from client.store.database import Database
    from sync_protocol.exchange import Exchange

Answer = TypeVar("Answer", Page, States)
PUSH_BYTES = 4 << 20
SLICE_S = 0.04
"""How long one slice of a page may keep the event loop: the browser draws in between."""
SMALLEST_SLICE = 25
PAGE_STATES = 500


class Report(msgspec.Struct):
    """What a round did."""

    sent: int = 0
    rejected: int = 0
    superseded: int = 0
    received: int = 0
    loaded: int = 0
    purged: int = 0
    offset_ms: int = 0


class Progress(msgspec.Struct, frozen=True):
    """How far a first load has come, in records; `total` is an estimate."""

    done: int
    total: int


class _ScopesMoved(SyncError):
    """A scope was taken between the welcome and an answer: begin again from a new welcome."""


class Round:
    """The parties to one round: our store, the other end, and our clock."""

    def __init__(
        self,
        database: Database,
        exchange: Exchange,
        device: int,
        now: Callable[[], int],
        on_progress: Callable[[Progress], None] = lambda _progress: None,
    ) -> None:
        self.database = database
        self.exchange = exchange
        self.device = device
        self.now = now
        self.on_progress = on_progress
        self.report = Report()
        self._slice = 100

    async def run(self) -> Report:
        """Raises the `SyncError` that stopped it; what was done until then stays done."""
        try:
            return await self._run()
        except _ScopesMoved:
            return await self._run()

    async def _run(self) -> Report:
        welcome = await self._meet()
        await self._push(welcome.number)
        await self._load(set(welcome.scopes) - incoming.loaded_scopes(self.database))
        self._let_go(welcome)
        await self._pull(welcome)
        self._finish()
        return self.report

    async def _meet(self) -> Welcome:
        connection = self.database.connection
        workspace = meta.read(connection, "workspace", str) or ""
        before = self.now()
        welcome = await self.exchange.hello(Hello(self.device, workspace))
        self.report.offset_ms = welcome.now_ms - (before + self.now()) // 2
        with self.database.transaction(durable=False):
            outbox.take_back(self.database, after=welcome.number)
            meta.write(connection, "workspace", welcome.workspace)
            meta.write(connection, "offset_ms", self.report.offset_ms)
        return welcome

    async def _push(self, taken: int) -> None:
        """Send everything that waits, in batches; `taken` is the last number the server has."""
        while batch := _batch(self._waiting(), taken):
            try:
                verdicts = await self._send(batch)
            except Gap as gap:
                self._take_back(gap.expected - 1)
                batch = _batch(self._waiting(), gap.expected - 1)
                verdicts = await self._send(batch)
            outbox.settle(self.database, verdicts, self.now())
            taken = batch[-1].number

    def _waiting(self) -> list[Changeset]:
        return outbox.waiting(self.database.connection, MAX_PUSH)

    def _take_back(self, taken: int) -> None:
        with self.database.transaction(durable=False):
            outbox.take_back(self.database, after=taken)

    async def _send(self, batch: list[Changeset]) -> tuple[Verdict, ...]:
        answer = await self.exchange.push(Push(self.device, tuple(batch)))
        if [verdict.number for verdict in answer.verdicts] != [sent.number for sent in batch]:
            raise Malformed("The server's verdicts are not about what was sent.")
        for sent, verdict in zip(batch, answer.verdicts, strict=True):
            if not sent.changes:
                continue
            if isinstance(verdict, Applied):
                self.report.sent += 1
                self.report.superseded += len(verdict.superseded)
            else:
                self.report.rejected += 1
        return answer.verdicts

    async def _load(self, scopes: set[str]) -> None:
        """Fetch the states of scopes that are new here; resumes where a round broke off."""
        if not scopes:
            return
        wanted = tuple(sorted(scopes))
        after, done, total = self._resume(wanted), 0, 0
        page = await self._fetch(wanted, after)
        if not after:
            incoming.begin_load(self.database, scopes, page.cut)
        while True:
            coming = asyncio.create_task(self._fetch(wanted, page.after)) if page.after else None
            try:
                await self._take(page)
            except BaseException:
                if coming is not None:
                    coming.cancel()
                raise
            done, total = done + len(page.states), page.total or total
            self.on_progress(Progress(done, max(total, done)))
            if coming is None:
                break
            page = await coming
        incoming.finish_load(self.database, scopes)
        self.report.loaded += done

    async def _fetch(self, scopes: tuple[str, ...], after: str) -> States:
        asked = Snapshot(self.device, scopes, after, PAGE_STATES)
        return _complete(await self.exchange.snapshot(asked))

    async def _take(self, page: States) -> None:
        """Apply a page in slices, giving the screen its turn after each."""
        states, start = page.states, 0
        while start < len(states) or not start:
            end = start + self._slice
            began = time.perf_counter()
            is_last = end >= len(states)
            incoming.take_states(
                self.database, states[start:end], after=page.after if is_last else None
            )
            self._slice = _next_slice(self._slice, time.perf_counter() - began)
            await asyncio.sleep(0)
            start = end

    def _resume(self, wanted: tuple[str, ...]) -> str:
        """Where a broken-off load of the same scopes goes on."""
        connection = self.database.connection
        same = meta.read(connection, "snapshot_scopes", tuple) == wanted
        if same:
            return meta.read(connection, "snapshot_after", str) or ""
        with self.database.transaction(durable=False):
            meta.write(connection, "snapshot_scopes", wanted)
            meta.write(connection, "snapshot_after", "")
        return ""

    def _let_go(self, welcome: Welcome) -> None:
        if incoming.begun_scopes(self.database) - set(welcome.scopes):
            self.report.purged += incoming.leave_scopes(self.database, frozenset(welcome.scopes))

    async def _pull(self, welcome: Welcome) -> None:
        while True:
            cursor = meta.read(self.database.connection, "cursor", Cursor) or Cursor()
            asked = Pull(self.device, cursor, welcome.scopes, MAX_PULL)
            try:
                page = _complete(await self.exchange.pull(asked))
            except Resnapshot:
                incoming.begin_reload(self.database)
                await self._load(set(welcome.scopes))
                continue
            incoming.take_page(self.database, page)
            self.report.received += len(page.entries)
            if not page.more:
                return

    def _finish(self) -> None:
        with self.database.transaction(durable=False) as connection:
            outbox.forget_old(connection, self.now())
            meta.write(connection, "synced_ms", self.now())


def _complete(answer: Answer) -> Answer:
    """An answer that left nothing out."""
    if answer.missing:
        raise _ScopesMoved("What you may see has changed. Sync again.")
    return answer


def _batch(waiting: list[Changeset], taken: int) -> list[Changeset]:
    """As many as fit one push, without a gap after `taken`."""
    size = 0
    batch: list[Changeset] = []
    for changeset in _gapless(waiting, taken):
        size += len(codec.encode(changeset))
        if len(batch) == MAX_PUSH or (batch and size > PUSH_BYTES):
            break
        batch.append(changeset)
    return batch


def _gapless(waiting: list[Changeset], taken: int) -> Iterator[Changeset]:
    """What waits; a number that a restored server lost and we cannot give back is sent empty."""
    for changeset in waiting:
        for number in range(taken + 1, changeset.number):
            yield Changeset(changeset.device, number, time=1, seen=0)
        taken = max(taken, changeset.number)
        yield changeset


def _next_slice(size: int, took_s: float) -> int:
    """The next slice's size, so that applying it takes about `SLICE_S`."""
    fitting = int(size * SLICE_S / max(took_s, 0.001))
    return max(SMALLEST_SLICE, min(fitting, size * 2))
