"""One run: a script played on real replicas and a real server in virtual time, and then judged."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any, NamedTuple

import structlog

from client.errors import DeletionsHeld, Wiped
from client.store import database
from client.sync import round as client_round
from client.sync import uploads
from server.domain import blobs
from sync_protocol.errors import Forbidden, ServerFailed, SignInRequired, SyncError
from sync_protocol.records import User
from tests.integration.server.office import START
from tests.simulation import audit, disk, files
from tests.simulation.company import Site
from tests.simulation.device import Device
from tests.simulation.happenings import HAPPENINGS
from tests.simulation.headquarters import Headquarters
from tests.simulation.model import GONE, Violation
from tests.simulation.people import ACTS
from tests.simulation.steps import Script, Step
from tests.simulation.virtual_time import VirtualLoop

ROUNDS_TO_SETTLE = 16
"""Each poisonous changeset takes three before it is parked."""


class Result(NamedTuple):
    """How a run went: `failure` names the broken rule, `detail` says more; None if all was well."""

    totals: Counter[str]
    failure: str | None = None
    detail: str = ""
    story: tuple[str, ...] = ()
    error: BaseException | None = None


def play(script: Script, site: Site, *, telling: bool = False) -> Result:
    """Play a script from beginning to end and judge it. Never raises for what a run may find."""
    run = Run(script, site, telling=telling)
    failure: BaseException | None = None
    with _prepared(script.pages), asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.get_loop().set_exception_handler(lambda _loop, _context: None)
        try:
            runner.run(run.whole())
        except (Exception, disk.Killed) as error:  # noqa: BLE001 - every failure is a result
            failure = run.failure or error
        finally:
            for device in run.devices:
                device.put_away()
    if failure is None:
        return Result(run.totals, story=tuple(run.story))
    rule = failure.rule if isinstance(failure, Violation) else type(failure).__name__
    return Result(run.totals, rule, str(failure), tuple(run.story), failure)


class Run:
    """The state of one run."""

    def __init__(self, script: Script, site: Site, *, telling: bool = False) -> None:
        self.script = script
        self._ahead = deque(script.steps)
        self.totals: Counter[str] = Counter(runs=1)
        self.story: list[str] = []
        self.telling = telling
        self.failure: BaseException | None = None
        self.shift_ms = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.devices: list[Device] = []
        self.site = site
        self.headquarters = Headquarters(site, self.server_ms, self.totals, self.say)

    # --- time, and what others tell ---

    def now_ms(self) -> int:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return START
        return START + int(loop.time() * 1_000)

    def server_ms(self) -> int:
        return self.now_ms() + self.shift_ms

    def say(self, words: str) -> None:
        if self.telling:
            seconds, rest = divmod(self.now_ms() - START, 1_000)
            minutes = 12 * 60 + seconds // 60
            self.story.append(
                f"{minutes // 60 % 24:02}:{minutes % 60:02}:{seconds % 60:02}.{rest:03} {words}"
            )

    def count(self, what: str, words: str) -> None:
        """A fault has struck."""
        self.totals[what] += 1
        self.fault()
        self.say(words)

    def fault(self) -> None:
        self.totals["faults"] += 1

    def fail(self, error: BaseException) -> None:
        """Something was found where nobody could raise it."""
        self.failure = self.failure or error

    def server_crashed(self) -> None:
        self.count("server crashes", "server: crashes and starts again")
        self.headquarters.start()

    def is_fragile(self, name: str) -> bool:
        """Whether the power of a device will fail, so that images of its disk are worth keeping."""
        place = [known for known in range(len(self.script.devices)) if self._name(known) == name]
        return any(step.op == "power cut" and step.who in place for step in self._ahead)

    # --- from beginning to end ---

    async def whole(self) -> None:
        await self._set_up()
        while self._ahead:
            step = self._ahead.popleft()
            if step.wait:
                await asyncio.sleep(step.wait / 1_000)
            self._check()
            self._do(step)
        await self._settle()
        self._judge()

    async def _set_up(self) -> None:
        for place, person in enumerate(self.script.devices):
            user = self.site.people[person]
            device = Device(self, user, self._name(place), f"{self.script.seed}/{place}")
            await device.sign_in()
            self.devices.append(device)

    def _name(self, place: int) -> str:
        person = self.script.devices[place]
        again = person in self.script.devices[:place]
        return f"{person}'s {'tablet' if again else 'phone'}"

    def _check(self) -> None:
        if self.failure is not None:
            raise self.failure

    def _do(self, step: Step) -> None:
        device = self.devices[step.who % len(self.devices)]
        device.start_if_dead()
        if step.op == "sync":
            self._begin_sync(device, step)
        elif step.op in ACTS:
            device.act(step)
        else:
            HAPPENINGS[step.op](self, device, Random(step.salt))

    def _begin_sync(self, device: Device, step: Step) -> None:
        if device.task is None or device.task.done():
            self.totals["syncs"] += 1
            device.task = asyncio.get_running_loop().create_task(self._sync(device, step))

    async def _sync(self, device: Device, step: Step) -> None:
        try:
            await device.sync(step)
            if step.salt % 4 == 0:
                device.inspect()
        except ServerFailed as error:
            self.say(f"{device.name}: sync stops: {error}")
        except SyncError as error:
            if self._is_told_off(device, error):
                return
            if isinstance(error, DeletionsHeld):
                device.allow_deletions()
            elif type(error).__name__ != "_StartAgain":
                self.fail(error)
        except Exception as error:  # noqa: BLE001 - the run must hear of it
            self.fail(error)

    def _is_told_off(self, device: Device, error: SyncError) -> bool:
        """Whether it was not to sync: its session had ended, or it was locked then."""
        if not isinstance(error, (SignInRequired, Forbidden)):
            return False
        self.say(f"{device.name}: sync stops: {error}")
        device.is_signed_out = True
        return True

    def in_background(self, running: Coroutine[Any, Any, None]) -> None:
        """Let something go on beside the steps; what it raises is a failure of the run."""

        async def watched() -> None:
            try:
                await running
            except Exception as error:  # noqa: BLE001 - the run must hear of it
                self.fail(error)

        task = asyncio.get_running_loop().create_task(watched())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- the end ---

    async def _settle(self) -> None:
        """Heal everything, and let everybody sync until nobody has anything left to say."""
        for device in self.devices:
            device.line.cut_until = 0.0
        self.headquarters.crash_at = 0
        await asyncio.sleep(600)
        self._check()
        self.headquarters.unlock_all()
        for _ in range(ROUNDS_TO_SETTLE):
            for device in sorted(self.devices, key=lambda device: device.user.name):
                await self._round(device)
                self._reactivate(device)
            if self._is_quiet():
                return
        raise Violation("everything settles", f"not after {ROUNDS_TO_SETTLE} rounds")

    def _reactivate(self, device: Device) -> None:
        """The administrator, Ada, switches everybody on again."""
        for user in device.replica.find(User) if device.user.name == "Ada" else ():
            if not user.active:
                device.replica.update(user, active=True)

    async def _round(self, device: Device) -> None:
        device.line.is_bad = False
        try:
            await self._signed_in(device)
        except DeletionsHeld:
            device.allow_deletions()
        except Wiped:
            device.begin_anew()
        except SignInRequired:
            if self.headquarters.ledger.is_active(device.user.id):
                raise
        except ServerFailed as error:
            self.say(f"{device.name}: sync stops: {error}")
        except SyncError as error:
            raise Violation(
                "sync works again", f"{device.name}: {type(error).__name__}: {error}"
            ) from error
        self._check()

    async def _signed_in(self, device: Device) -> None:
        """One round; where the session has ended, after signing in again."""
        try:
            await device.round()
        except SignInRequired:
            device.is_signed_out = True
            await device.round()

    def _is_quiet(self) -> bool:
        """Whether all have read the log to one end, in rounds that were not cut short by a copy."""
        cursors = {device.cursor() for device in self.devices}
        waits = any(
            device.pending() or device.line.asks_snapshot or device.replica.uploads()
            for device in self.devices
        )
        return len(cursors) == 1 and not waits

    def _judge(self) -> None:
        ledger = self.headquarters.ledger
        everything = frozenset(found[-1][1] for found in ledger.scopes.values()) - {GONE}
        audit.equal(ledger, everything, _stored(self.site, everything), "the server")
        audit.history(ledger, self.site)
        told = self.headquarters.exchange.digests(self.site.admin.workspace, everything)
        for device in self.devices:
            device.check_end(told)
        self.headquarters.files.check_end(ledger, self.devices, self.site.admin.workspace)


@contextmanager
def _prepared(pages: int) -> Iterator[None]:
    """Small pages, so that a small company needs several; no clock but ours; light engines."""
    sizes = {
        "PAGE_STATES": pages, "FIRST_PAGE": pages, "SMALLEST_PAGE": min(pages, 5),
        "MAX_PULL": pages, "MAX_PUSH": min(pages, 100),
    }  # fmt: skip
    places: list[tuple[Any, str, Any]] = [
        (client_round, name, size) for name, size in sizes.items()
    ]
    places += [(uploads, "MAX_CHUNK", files.CHUNK), (blobs, "MAX_PIECE", files.PIECE)]
    places += [(uploads, "SPELL_S", 1e9)]
    places += [(database, "create_engine", disk.light_engine)]
    before = [(module, name, getattr(module, name)) for module, name, _ in places]
    log, level = logging.getLogger("client"), logging.getLogger("client").level
    told = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    for module, name, value in places:
        setattr(module, name, value)
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(level)
        structlog.configure(**told)
        for module, name, value in before:
            setattr(module, name, value)


def _stored(site: Site, scopes: frozenset[str]) -> dict[audit.Key, audit.State]:
    with site.store.read() as connection:
        walked = audit.walk(connection, site.admin.workspace, scopes)
        return {(state.kind, state.id): state for state, _scope in walked}
