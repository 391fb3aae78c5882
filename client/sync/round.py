"""One round of sync, to be read from top to bottom.

    meet the server, send what waits, load scopes that are new, read the log to its end and let go
    of what is not ours any more; or, where that was all there already, compare digests. Then look
    through some of our own rows.

When nothing has happened the meeting is all there is. Edits are judged before a scope is let go, so
nothing is purged unheard. The round may be cut anywhere: each step is durable before the next
begins, and a step done twice has one effect.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, overload

import msgspec

from client import APP
from client.errors import DeletionsHeld
from client.store import (
    digests,
    held,
    history,
    identity,
    incoming,
    meta,
    outbox,
    problems,
    recount,
    seen,
    states,
    uploads,
)
from client.store.states import Placed
from sync_protocol import codec, digest
from sync_protocol.changes import Changeset
from sync_protocol.clock import MAX_AHEAD_MS
from sync_protocol.errors import (
    ClonedDevice,
    DeviceTaken,
    Gap,
    Malformed,
    PeerError,
    ProtocolBroken,
    Resnapshot,
    ServerFailed,
    SyncError,
    TooLarge,
    WrongDevice,
)
from sync_protocol.messages import (
    MAX_PULL,
    MAX_PUSH,
    Applied,
    Audit,
    Cursor,
    Hello,
    Page,
    Pull,
    Push,
    Rekey,
    Snapshot,
    States,
    Sums,
    Verdict,
    Welcome,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
    from contextlib import AbstractAsyncContextManager

    from client.store.database import Database
    from sync_protocol.exchange import Exchange

Answer = TypeVar("Answer", Page, States, Sums)
T = TypeVar("T")
log = logging.getLogger(__name__)

PUSH_BYTES = 4 << 20
RESTARTS = 4
"""How often a round may begin again; what it stands on changes rarely."""
FEW_DELETIONS = 20
"""So many records may go without asking, however few there are."""
DELETIONS_MS = 3_600_000
"""So long what was deleted counts together, in however many rounds it came."""
ASKED = 0
"""In place of a beginning: the person was asked, and waiting is no answer."""
SLOW_ANSWER_MS = 30_000
"""An answer that took longer says nothing of the clock: the device may have slept over it."""
FIRST_PAGE = 100
SMALLEST_PAGE = 5
SLICE_MS = 40
"""How long one slice of a page may keep the event loop: the browser draws in between."""
SMALLEST_SLICE = 25
PAGE_STATES = 500
ON_THE_LINE_S = 0.002
"""So long a request has to get on its way before the page before it is applied."""


class Report(msgspec.Struct):
    """What a round did."""

    sent: int = 0
    rejected: int = 0
    parked: int = 0
    superseded: int = 0
    received: int = 0
    loaded: int = 0
    purged: int = 0
    repaired: int = 0
    offset_ms: int = 0
    rekeyed: bool = False


class Progress(msgspec.Struct, frozen=True):
    """How far a first load has come, in records; `total` is an estimate."""

    done: int
    total: int


class _StartAgain(SyncError):
    """What the round stands on has changed: begin again from a new welcome."""


async def _restarted(act: Callable[[], Awaitable[T]]) -> T:
    """Do it, and again from its beginning as often as it may have to begin again."""
    for _ in range(RESTARTS):
        try:
            return await act()
        except _StartAgain:
            continue
    return await act()


class Round:
    """The parties to one round: our store, the other end, our clock, and where new ids come from.

    `device` is this device's id; a clone goes on under another, which `on_device` is told.
    """

    def __init__(
        self,
        database: Database,
        exchange: Exchange,
        *,
        device: int,
        now: Callable[[], int],
        draw_device: Callable[[], int],
        on_device: Callable[[int], None] = lambda _device: None,
        on_progress: Callable[[Progress], None] = lambda _progress: None,
    ) -> None:
        self.database = database
        self.exchange = exchange
        self.device = device
        self.now = now
        self.draw_device = draw_device
        self.on_device = on_device
        self.on_progress = on_progress
        self.report = Report()
        self._slice = 100
        self._page = FIRST_PAGE
        self._is_restored = False
        self._is_leaving = False
        self._epoch = ""
        self._met_ms = 0
        self._known = 0

    async def run(self) -> Report:
        """Raises the `SyncError` that stopped it; what was done until then stays done."""
        return await _restarted(self._run)

    async def hand_in(self) -> bool:
        """What a device that is to be wiped may still do: send all that waits.

        False if there was nothing, and the server has not been restored.
        """
        self._is_leaving = True
        return await _restarted(self._meet_and_push)

    async def _meet_and_push(self) -> bool:
        welcome = await self._meet()
        return await self._push(welcome.number) or self._is_restored

    async def _run(self) -> Report:
        welcome = await self._meet()
        connection = self.database.connection
        scopes = welcome.scopes or tuple(sorted(held.loaded(connection)))
        begun = held.begun(connection)
        pushed = await self._push(welcome.number)
        if not held.begun(connection) <= begun:
            raise _StartAgain("Something is in a scope that the welcome did not name.")
        loaded = await self._load(set(scopes) - held.loaded(connection))
        if pushed or loaded or self._must_pull(welcome, scopes):
            await self._pull(scopes)
        elif welcome.diverged:
            await self._repair(scopes)
        self._finish()
        if incoming.is_whole(connection) and recount.some(self.database, self.now):
            raise _StartAgain("The rows are not what was kept of them.")
        return self.report

    # --- meeting ---

    async def _meet(self) -> Welcome:
        """Say what we hold, learn the time, and see that nobody else goes by our name."""
        before = self.now()
        welcome = await self._hello()
        after = self.now()
        self._met_ms, self._epoch = welcome.now_ms, welcome.head.epoch
        if 0 <= after - before <= SLOW_ANSWER_MS:
            self._set_clock(welcome.now_ms - (before + after) // 2, welcome.now_ms)
        known = meta.read(self.database.connection, "epoch", str) or self._cursor().epoch
        self._is_restored = known not in ("", welcome.head.epoch)
        if self._is_cloned(welcome.number):
            await self._rekey()
        with self.database.transaction(durable=False) as connection:
            outbox.take_back(self.database, self.device, welcome.number, restored=self._is_restored)
            if self._is_restored:
                history.forget_order(connection)
                seen.begin_life(connection, welcome.begun)
                outbox.see_no_further(connection, welcome.begun)
                uploads.ask_again(connection, self.now())
            meta.write(connection, "epoch", welcome.head.epoch)
            meta.write(connection, "workspace", welcome.workspace)
            held.begin(connection, welcome.scopes)
        asked = meta.read(self.database.connection, "resync", int) or 0
        if welcome.resync != asked:  # fewer than before: the server counts anew
            self._remember("resync", welcome.resync)
        if welcome.resync > asked:
            incoming.begin_reload(self.database)
            raise _StartAgain("A fresh copy was asked for.")
        return welcome

    async def _hello(self) -> Welcome:
        try:
            return await self.exchange.hello(self._what_we_hold())
        except WrongDevice as error:  # we were given a new id, and stopped before we noted it
            self._become(error.expected)
            return await self.exchange.hello(self._what_we_hold())

    def _what_we_hold(self) -> Hello:
        connection = self.database.connection
        whole = incoming.is_whole(connection) and not self._is_leaving
        return Hello(
            device=self.device,
            workspace=meta.read(connection, "workspace", str) or "",
            app=APP,
            cursor=self._cursor(),
            scopes=digest.scopes(held.loaded(connection)) if whole else "",
            digest=digests.total(connection) if whole else -1,
            resync=meta.read(connection, "resync", int) or 0,
            leaving=self._is_leaving,
        )

    def _set_clock(self, measured: int, server_ms: int) -> None:
        """Take the server's time; if ours was off by more than a minute, so are unsent stamps."""
        known = meta.read(self.database.connection, "offset_ms", int) or 0
        if abs(measured - known) > MAX_AHEAD_MS:
            identity.shift_clock(self.database, known, measured, server_ms)
        else:
            self._remember("offset_ms", measured)
        self.report.offset_ms = measured

    # --- being oneself ---

    def _is_cloned(self, number: int) -> bool:
        """Whether the server has taken numbers under our name that we never sent."""
        connection = self.database.connection
        written = meta.read(connection, "number", int) or 0
        return number > written or outbox.has_unsent(connection, number)

    async def _rekey(self) -> NoReturn:
        """Go on under another device id: this one is also used by a copy of this replica.

        Of a restored server nobody knows what it still has of ours: under the new id it gets all.
        """
        number = 0 if self._is_restored else outbox.first_open(self.database.connection) - 1
        while True:
            new = self.draw_device()
            try:
                await self.exchange.rekey(Rekey(self.device, new, number, self._epoch))
                break
            except DeviceTaken:
                continue
            except Gap as gap:
                raise _StartAgain(gap.message) from gap
        self._become(new)
        self.report.rekeyed = True
        raise _StartAgain("This device has a new id.")

    def _become(self, device: int) -> None:
        identity.rekey(self.database, device)
        self.device = device
        self.on_device(device)

    # --- sending ---

    async def _push(self, taken: int) -> bool:
        """Send everything that waits, in batches; `taken` is the last number the server has.

        What was taken as it was sent has no say in what follows, so it is settled while the server
        judges the next batch; any other verdict is settled before more is sent.
        """
        most, pushed, self._known = MAX_PUSH, False, taken
        answered: tuple[Verdict, ...] = ()
        while batch := self._batch(most, taken, answered):
            outbox.mark_sent(self.database, batch)
            async with _asked(self._send(batch)) as coming:
                self._settle(answered)
                answered = ()
            try:
                verdicts = await self._judged(batch, coming)
            except ClonedDevice:  # only now: what was taken under the old id is settled
                await self._rekey()
            if not verdicts:
                most = 1  # find out which one it is
                continue
            if all(map(outbox.is_as_sent, verdicts)):
                answered = verdicts
            else:
                self._settle(verdicts)
            taken, pushed = verdicts[-1].number, True
        self._settle(answered)
        return pushed

    async def _judged(
        self, batch: list[Changeset], coming: Awaitable[tuple[Verdict, ...]]
    ) -> tuple[Verdict, ...]:
        """The verdicts on a batch; none if it holds something that the server cannot take."""
        try:
            return await coming
        except (ServerFailed, TooLarge, Malformed) as error:
            return () if len(batch) > 1 else await self._park(batch[0], error)

    def _batch(self, most: int, taken: int, answered: tuple[Verdict, ...]) -> list[Changeset]:
        """What to send next: what waits beyond that which is answered and not settled yet."""
        after = answered[-1].number if answered else 0
        waiting = outbox.next_waiting(self.database.connection, after, most, PUSH_BYTES)
        return list(islice(_gapless(waiting, taken, self.device), most))

    def _settle(self, verdicts: tuple[Verdict, ...]) -> None:
        if verdicts:
            outbox.settle(self.database, verdicts, self.server_now(), known=self._known)

    async def _park(self, changeset: Changeset, error: PeerError) -> tuple[Verdict, ...]:
        """Put aside what the server cannot take, once it has shown so; its number is withdrawn.

        A server that is in trouble as a whole does not take the withdrawal either, and nothing is
        put aside.
        """
        again = isinstance(error, ServerFailed)
        if not changeset.changes:
            raise error
        if again and not problems.note_failure(self.database, changeset.number):
            raise error
        named = digest.changeset(codec.encode(changeset)).hex()
        (verdict,) = await self._send([_withdrawn(self.device, changeset.number, named)])
        if isinstance(verdict, Applied) and not verdict.sequence:
            problems.park(self.database, changeset, error.message, self.server_now())
            self.report.parked += 1
        return (verdict,)

    async def _send(self, batch: list[Changeset]) -> tuple[Verdict, ...]:
        try:
            answer = await self.exchange.push(Push(self.device, tuple(batch), self._epoch))
        except Gap as gap:  # restored since the welcome: a new one says what it lacks
            raise _StartAgain(gap.message) from gap
        judged = [verdict.number for verdict in answer.verdicts]
        if not judged or judged != [sent.number for sent in batch[: len(judged)]]:
            raise ProtocolBroken("The server's verdicts are not about what was sent.")
        for sent, verdict in zip(batch, answer.verdicts, strict=False):
            if not sent.changes:
                continue
            if isinstance(verdict, Applied):
                self.report.sent += 1
                self.report.superseded += len(verdict.superseded)
            else:
                self.report.rejected += 1
        return answer.verdicts

    # --- receiving ---

    async def _load(self, scopes: set[str]) -> bool:
        """Fetch the states of scopes that are new here; resumes where a round broke off."""
        if not scopes:
            return False
        wanted = tuple(sorted(scopes))
        after, done, total = self._resume(wanted), 0, 0
        page = await self._fetch(wanted, after)
        if not after:
            incoming.begin_load(self.database, page.cut)
        while True:
            async with _asked(self._fetch(wanted, page.after) if page.after else None) as coming:
                await self._take(self._placed(page, wanted), page.after)
            done, total = done + len(page.states), page.total or total
            self.on_progress(Progress(done, max(total, done)))
            if coming is None:
                break
            page = await coming
        self._check_deletions(incoming.stale_count(self.database.connection))
        incoming.finish_load(self.database, scopes)
        self.report.loaded += done
        return True

    async def _fetch(
        self, scopes: tuple[str, ...], after: str, buckets: tuple[int, ...] = ()
    ) -> States:
        asked = Snapshot(self.device, scopes, after, PAGE_STATES, buckets)
        return _complete(await self.exchange.snapshot(asked))

    def _placed(self, page: States, scopes: tuple[str, ...]) -> list[Placed]:
        """The states with the numbers of their scopes, as far as these are told."""
        places = [held.place(self.database.connection, scope) for scope in scopes]
        return list(map(Placed, page.states, held.told(places, page.within)))

    async def _take(self, states: list[Placed], after: str) -> None:
        """Apply a page in slices, giving the screen its turn after each."""
        start = 0
        while start < len(states) or not start:
            end = start + self._slice
            began = self.now()
            is_last = end >= len(states)
            incoming.take_states(self.database, states[start:end], after=after if is_last else None)
            took_ms = self.now() - began
            self._slice = _next_slice(self._slice, len(states[start:end]), took_ms)
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

    def _must_pull(self, welcome: Welcome, scopes: tuple[str, ...]) -> bool:
        """Whether the log has news, or was not read to its end after something else had changed."""
        connection = self.database.connection
        unfinished = incoming.is_copying(connection)
        lost = held.is_to_let_go(connection, frozenset(scopes))
        return self._cursor() != welcome.head or unfinished or lost

    async def _pull(self, scopes: tuple[str, ...]) -> None:
        held.lose(self.database, frozenset(scopes))
        coming: Awaitable[Page] | None = self._log_after(self._cursor(), scopes)
        while coming is not None:
            try:
                page = _complete(await coming)
            except Resnapshot as error:
                incoming.begin_reload(self.database)
                raise _StartAgain(error.message) from error
            self._check_deletions(incoming.deletions(self.database, page))
            more = self._log_after(page.cursor, scopes) if page.more else None
            async with _asked(more) as coming:
                began = self.now()
                self.report.purged += incoming.take_page(self.database, page, scopes)
                self._page = _next_page(self._page, len(page.entries), self.now() - began)
                self.report.received += len(page.entries)
                await asyncio.sleep(0)

    async def _log_after(self, cursor: Cursor, scopes: tuple[str, ...]) -> Page:
        connection = self.database.connection
        again = incoming.is_copying(connection)
        answered = 0 if again else outbox.first_open(connection) - 1
        return await self.exchange.pull(Pull(self.device, cursor, scopes, self._page, answered))

    # --- making sure ---

    async def _repair(self, scopes: tuple[str, ...]) -> None:
        """Our digest is not the server's: find the groups of records that differ, fetch those."""
        sums = _complete(await self.exchange.audit(Audit(self.device, scopes)))
        if sums.cut != self._cursor():
            return  # others write on: the next round compares again
        connection = self.database.connection
        ours = digests.by_bucket(connection)
        differ = {place for place in range(digest.BUCKETS) if ours[place] != sums.sums[place]}
        log.warning("replica diverged in %d of %d groups", len(differ), digest.BUCKETS)
        with self.database.transaction(durable=False):
            recount.keep(connection, sum(ours) % digest.MODULUS)
        if differ:
            await self._fetch_again(scopes, differ)

    async def _fetch_again(self, scopes: tuple[str, ...], buckets: set[int]) -> None:
        """What we hold of these groups becomes what the server holds of them for us."""
        connection = self.database.connection
        confirmed = digests.confirmed(connection)
        ours = {key for key in confirmed if digest.bucket(key[1]) in buckets}
        after, more = "", True
        while more:
            page = await self._fetch(scopes, after, tuple(sorted(buckets)))
            placed = self._placed(page, scopes)
            for start in range(0, len(placed), SMALLEST_SLICE):
                part = placed[start : start + SMALLEST_SLICE]
                self.report.repaired += incoming.replace_states(self.database, part)
                await asyncio.sleep(0)
            ours -= {(state.kind, state.id) for state in page.states}
            after, more = page.after, bool(page.after)
        self._check_deletions(len(ours))
        held.drop(self.database, ours)
        self.report.repaired += len(ours)

    def _check_deletions(self, gone: int) -> None:
        """More than half of all records to go within an hour is more likely a mistake than work."""
        if not gone:
            return
        connection, now_ms = self.database.connection, self.now()
        since_ms, deleted = meta.read(connection, "deletions", tuple[int, int]) or (now_ms, 0)
        if since_ms != ASKED and not 0 <= now_ms - since_ms <= DELETIONS_MS:
            since_ms, deleted = now_ms, 0
        before, deleted = deleted, deleted + gone
        is_allowed = deleted < FEW_DELETIONS or meta.read(connection, "deletions_allowed", bool)
        if not is_allowed and deleted * 2 > states.count_all(connection):
            self._remember("deletions", (ASKED, before))
            raise DeletionsHeld(deleted)
        self._remember("deletions", (since_ms, deleted))

    def _finish(self) -> None:
        with self.database.transaction(durable=False) as connection:
            outbox.forget_old(connection, self.server_now())
            meta.write(connection, "synced_ms", self.server_now())
            if meta.read(connection, "deletions_allowed", bool):
                meta.write(connection, "deletions_allowed", None)
                meta.write(connection, "deletions", None)

    def server_now(self) -> int:
        """The server's time: our own clock may be years off, and jump in the middle of a round."""
        known = meta.read(self.database.connection, "offset_ms", int) or 0
        return self._met_ms or self.now() + known

    def _cursor(self) -> Cursor:
        return meta.read(self.database.connection, "cursor", Cursor) or Cursor()

    def _remember(self, key: str, value: object) -> None:
        with self.database.transaction(durable=False) as connection:
            meta.write(connection, key, value)


@overload
def _asked(question: Coroutine[Any, Any, T]) -> AbstractAsyncContextManager[asyncio.Task[T]]: ...
@overload
def _asked(
    question: Coroutine[Any, Any, T] | None,
) -> AbstractAsyncContextManager[asyncio.Task[T] | None]: ...
@asynccontextmanager
async def _asked(question: Coroutine[Any, Any, T] | None) -> AsyncIterator[Any]:
    """What is asked now, if anything, and answered while the block is at work."""
    coming = None if question is None else asyncio.create_task(question)
    try:
        if coming is not None:
            await asyncio.wait((coming,), timeout=ON_THE_LINE_S)
        yield coming
    except BaseException:
        if coming is not None:
            coming.cancel()
        raise


def _complete(answer: Answer) -> Answer:
    """An answer that left nothing out."""
    if answer.missing:
        raise _StartAgain("What you may see has changed. Sync again.")
    return answer


def _gapless(waiting: list[Changeset], taken: int, device: int) -> Iterator[Changeset]:
    """What waits, and withdrawals of the numbers since `taken` that send nothing any more."""
    for changeset in waiting:
        for number in range(taken + 1, changeset.number):
            yield _withdrawn(device, number)
        taken = max(taken, changeset.number)
        yield changeset


def _withdrawn(device: int, number: int, named: str = "") -> Changeset:
    return Changeset(device, number, time=1, seen=0, withdraws=named)


def _next_slice(size: int, taken: int, took_ms: int) -> int:
    """The next slice's size, so that applying it takes about `SLICE_MS`.

    The last of a page may have been of fewer states, `taken`.
    """
    fitting = int(taken * SLICE_MS / max(took_ms, 1)) if taken else size
    return max(SMALLEST_SLICE, min(fitting, size * 2))


def _next_page(size: int, took: int, took_ms: int) -> int:
    """The next page of the log, so that applying it takes about `SLICE_MS`.

    A page whose changes were all our own is empty.
    """
    if not took:
        return min(size * 2, MAX_PULL)
    return max(SMALLEST_PAGE, min(int(took * SLICE_MS / max(took_ms, 1)), size * 2, MAX_PULL))
