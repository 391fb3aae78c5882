"""When to sync: the loop beside the app.

It runs a round soon after a local write, when the doorbell rings, when somebody asks, and now and
then in any case. Failures back off with jitter and never surface as more than the state of the
strip. Nothing a person does ever waits for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from enum import Enum
from typing import TYPE_CHECKING

from client.errors import DeletionsHeld, NotSignedIn, Wiped
from sync_protocol.errors import DeviceRevoked, SignInRequired, SyncError, Unreachable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from client.replica import Replica
    from client.sync.round import Report

log = logging.getLogger(__name__)

AFTER_WRITE_S = 0.3
IDLE_S = 300.0
FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 60.0
INDEX_PAUSE_S = 0.01
LOADING_PAUSE_S = 0.5
QUIET_S = 3.0


class Phase(Enum):
    """What the strip says."""

    IDLE = "idle"
    SYNCING = "syncing"
    OFFLINE = "offline"
    SIGNED_OUT = "signed out"
    TROUBLE = "trouble"
    ASKS = "asks"
    WIPED = "wiped"


class SyncLoop:
    """Owns the background tasks of one replica: rounds, the doorbell, the search index."""

    def __init__(self, replica: Replica) -> None:
        self.replica = replica
        self.phase = Phase.IDLE
        self.trouble = ""
        self.removing = 0
        """While it asks: how many records sync would remove."""
        self.last: Report | None = None
        self._wanted = asyncio.Event()
        self._stirred = asyncio.Event()
        self._listeners: list[Callable[[], None]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.leave: Callable[[], Awaitable[None]] = _nobody
        """Awaited before the replica is deleted: whoever shows it is to leave it."""
        self._forget: Callable[[], None] = lambda: None
        self._failures = 0
        self._early = False
        self._at_once = False
        self._rested = 0.0

    def start(self) -> None:
        """Begin; must be called on the running event loop."""
        self._forget = self.replica.on_change(self._on_change)
        self._stirred.set()
        self._wanted.set()
        self._tasks = [asyncio.create_task(run()) for run in (self._run, self._listen, self._index)]

    async def stop(self) -> None:
        await self._end(self._tasks)
        self._tasks = []

    def ask(self) -> None:
        """Sync now rather than later."""
        self._failures = 0
        self._want_now()

    def on_state(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back when the phase or the progress changes; the answer takes it off again."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback) if callback in self._listeners else None

    def _on_change(self, _changed: object) -> None:
        self._stirred.set()
        if self.phase is not Phase.SYNCING and self.replica.status().waiting:
            self._wanted.set()

    async def _run(self) -> None:
        while True:
            self._early = False
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._pause()):  # wait_for would lose a cancellation
                    await self._wanted.wait()
                    self._early = True
            await asyncio.sleep(self._gathering())
            self._at_once = False
            self._wanted.clear()
            await self._round()
            self._stirred.set()
            self._rested = _now() + AFTER_WRITE_S
            if self.phase is Phase.WIPED:
                return

    def _want_now(self) -> None:
        self._at_once = True
        self._wanted.set()

    def _gathering(self) -> float:
        """Seconds for more to gather: whoever writes is not done, and news come in swarms."""
        return max(0.0, self._rested - _now()) if self._at_once else AFTER_WRITE_S

    async def _round(self) -> None:
        self._show(Phase.SYNCING)
        try:
            self.last = await self.replica.sync(
                lambda _progress: self._tell(), on_wipe=self._make_way
            )
            if self.replica.has_more_to_send or self.replica.status().waiting:
                self._wanted.set()
        except (NotSignedIn, SignInRequired):
            self._show(Phase.SIGNED_OUT)
        except DeviceRevoked as error:
            self._show(Phase.SIGNED_OUT, error.message)
        except Wiped as error:
            self._show(Phase.WIPED, str(error))
        except DeletionsHeld as error:  # trying again by itself would only ask again
            self._failures, self.removing = 0, error.count
            self._show(Phase.ASKS, str(error))
        except Unreachable as error:
            self._failed(Phase.OFFLINE, error)
        except SyncError as error:
            self._failed(Phase.TROUBLE, error)
        except Exception as error:  # a bug of ours must not stop sync for good
            log.exception("sync round")
            self._failed(Phase.TROUBLE, error)
        else:
            self._failures = 0
            self._show(Phase.IDLE)

    async def _make_way(self) -> None:
        """Nothing here reads the replica any more, which is about to be deleted."""
        await self._end(task for task in self._tasks if task is not asyncio.current_task())
        await self.leave()

    async def _end(self, tasks: Iterable[asyncio.Task[None]]) -> None:
        self._forget()
        ended = list(tasks)
        for task in ended:
            task.cancel()
        await asyncio.gather(*ended, return_exceptions=True)

    async def _listen(self) -> None:
        """Follow the doorbell; while its line does not hold, try again with the same back-off."""
        failures = 0
        while True:
            if self.phase is Phase.IDLE:
                failures = 0 if await self._follow() else failures + 1
            elif self.phase is Phase.OFFLINE:
                failures = 0
            await asyncio.sleep(self._backoff(failures))

    async def _follow(self) -> bool:
        """Sync at every ring, and when the line breaks; whether it held for a while."""
        began, rang = _now(), False
        try:
            if self.replica.session is None:
                return True
            async for _ring in self.replica.doorbell():
                rang = True
                self._want_now()
        except (SyncError, OSError, NotSignedIn):
            pass
        except Exception:  # a bug of ours must not stop listening for good
            log.exception("doorbell")
        if rang:
            self._wanted.set()
        return _now() - began >= LONGEST_RETRY_S

    async def _index(self) -> None:
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            try:
                while await self._index_step():
                    pass
                if await self._is_quiet():
                    self.replica.rest()
            except Exception:  # a record that cannot be indexed must not stop the rest for good
                log.exception("search index")

    async def _is_quiet(self) -> bool:
        """Whether nothing changes for a while."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(QUIET_S):
                await self._stirred.wait()
                return False
        return True

    async def _index_step(self) -> bool:
        """Index a little and let others go on; a first load goes before."""
        if self.replica.is_loading:
            await asyncio.sleep(LOADING_PAUSE_S)
            return True
        more = self.replica.index_some()
        await asyncio.sleep(INDEX_PAUSE_S)
        return more

    def _pause(self) -> float:
        return self._backoff(self._failures) if self._failures else IDLE_S

    def _backoff(self, failures: int) -> float:
        longest = min(LONGEST_RETRY_S, FIRST_RETRY_S * 2.0 ** min(failures, 10))
        return float(longest) * (0.5 + self.replica.chance() / 2)

    def _failed(self, phase: Phase, error: Exception) -> None:
        if not (self._early and self._failures):  # who goes on typing must not wait the longer
            self._failures += 1
        self._show(phase, str(error))

    def _show(self, phase: Phase, trouble: str = "") -> None:
        self.phase, self.trouble = phase, trouble
        self._tell()

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            try:
                listener()
            except Exception:  # what listens is not ours, and must not stop sync
                log.exception("listener to the sync state")


async def _nobody() -> None:
    """Nobody shows it."""


def _now() -> float:
    return asyncio.get_running_loop().time()
