"""One person's device in a run: the real replica on a disk of ours, its process mortal."""

from __future__ import annotations

import asyncio
import types
from collections.abc import Callable, Coroutine, Generator, Mapping
from contextlib import suppress
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

import msgspec

from client.errors import ReplicaError, Wiped
from client.replica import Replica
from client.store import digests
from server.domain.access import Session
from sync_protocol.blobs import content_hash
from sync_protocol.changes import Changeset
from sync_protocol.errors import Malformed, PeerError, ProtocolBroken, SyncError, Unreachable
from sync_protocol.messages import Cursor
from sync_protocol.records import Attachment, User
from tests.simulation import audit, model, people
from tests.simulation.company import PASSWORD, email_of
from tests.simulation.disk import Disk, Handle, Killed, blank_image
from tests.simulation.model import Key, Violation
from tests.simulation.network import Line

if TYPE_CHECKING:
    from tests.simulation.running import Run
    from tests.simulation.steps import Step

_changeset = msgspec.msgpack.Decoder(Changeset).decode
_cursor = msgspec.msgpack.Decoder(Cursor | None).decode


class Runtime:
    """The platform seam of the client, over simulated parts.

    The path is that of any file that is there: the replica itself lies on the device's `Disk`.
    """

    name = "native"

    def __init__(self, device: Device) -> None:
        self.device = device

    def now(self) -> int:
        return self.device.run.now_ms() + self.device.offset_ms

    def random(self, count: int) -> bytes:
        return self.device.random.randbytes(count)

    async def prepare(self, _path: str) -> None:
        pass

    def connect(self, _path: str) -> Handle:
        return self.device.disk.open()

    def flush(self, _path: str) -> None:
        pass

    async def wipe(self, _path: str) -> None:
        self.device.note_wipe()
        self.device.disk.kill()
        self.device.disk.raw.deserialize(blank_image())

    def read_secret(self, _path: str) -> str:
        return self.device.token

    def write_secret(self, _path: str, secret: str | None) -> None:
        self.device.token = secret or ""

    def transport(self, _server: str) -> Line:
        return self.device.line

    async def is_metered(self) -> None:
        return None


class Device:
    """`written` is what its user was told is saved, by content, and how many steps ago."""

    def __init__(
        self, run: Run, user: User, name: str, seed: str, image: bytes | None = None
    ) -> None:
        self.run = run
        self.user = user
        self.name = name
        self.token = ""
        self.is_signed_out = False
        self.is_wiping = False
        self.random = Random(seed)
        self.offset_ms = 0
        self.line = Line(run, name)
        self.task: asyncio.Task[None] | None = None
        self.kill: tuple[str, int] | None = None
        self.complete = False
        self.written: dict[bytes, str] = {}
        self._number = 0
        self.disk = Disk(image or blank_image(), self._on_commit, fragile=run.is_fragile(name))
        self.replica = self._open()

    async def sign_in(self) -> None:
        await self.replica.sign_in(email_of(self.user), PASSWORD, device_name=self.name)
        self.is_signed_out = False

    # --- its process ---

    def die(self, lost: int = 0) -> None:
        """The process ends where it is; with `lost`, the power too. Then it is started again."""
        self.kill = None
        if lost:
            self.disk.lose_power(lost)
            self.disk.fragile = self.run.is_fragile(self.name)
        else:
            self.disk.kill()
        if self.task is not None:
            self.task.cancel()
            self.task = None
        with suppress(Killed):
            self.replica._database.close()
        self.replica = self._open()
        self.complete = False if lost else self.complete
        self.line.asks_snapshot |= not self.complete
        self._check_journal()
        self.inspect()

    def start_if_dead(self) -> None:
        """Its process was ended in one thing, and another that it does has not heard of it yet."""
        if self._is_dead:
            self.run.count("crashes", f"{self.name}: has died")
            self.die()

    def put_away(self) -> None:
        """The run is over: give its memory back."""
        self.disk.kill()
        with suppress(Killed):
            self.replica._database.close()
        self.disk.raw.close()

    def restart(self) -> None:
        """End in good order, and start again."""
        if self.task is None:
            self.replica._database.close()
            self.replica = self._open()

    def wipe(self, seed: str) -> None:
        """Begin anew as another device of the same user."""
        self.replica._database.close()
        self.disk.raw.deserialize(blank_image())
        self.token, self.random = "", Random(seed)
        self.written, self._number, self.complete = {}, 0, False
        self.replica = self._open()

    def note_wipe(self) -> None:
        """It is about to be wiped as it was told to: nothing of it is here any more.

        Told to hand in what waits first, it has done so, where the server would have taken it: from
        somebody who is switched off it takes nothing. Who had been told to wipe before may have
        heard that first.
        """
        ledger = self.run.headquarters.ledger
        number = self.replica.device
        is_rescued = (number, "rescue") in ledger.barred and number not in ledger.told_to_wipe
        if is_rescued and ledger.is_active(self.user.id):
            kept = self._kept("state NOT IN ('waiting', 'accepted')")
            kept |= ledger.contents
            for content, words in self.written.items():
                if content not in kept:
                    self.run.fail(Violation("what waits is handed in", f"{self.name}: {words}"))
        self.run.count("wiped", f"{self.name}: is wiped as it was told to")
        self.is_wiping = True
        self.written, self._number, self.complete = {}, 0, False

    def copy(self, name: str, seed: str) -> Device:
        """Another device with the same replica, id and token: a clone."""
        other = Device(self.run, self.user, name, seed, self.disk.image())
        other.token, other._number = self.token, self._number
        other.is_signed_out = self.is_signed_out
        other.offset_ms, other.complete = self.offset_ms, self.complete
        other.written = dict(self.written)
        other.replica._database.close()
        other.replica = other._open()
        return other

    def allow_deletions(self) -> None:
        """Its user has looked at what sync would remove, and lets it."""
        self.run.totals["deletions held"] += 1
        self.run.say(f"{self.name}: lets sync remove much")
        self.replica.allow_deletions()

    def _open(self) -> Replica:
        opening = Replica.open(__file__, "http://sim", runtime=Runtime(self))  # type: ignore[arg-type]
        self.is_signed_out |= not self.token
        self.is_wiping = False
        return finish(opening)

    def _on_commit(self, when: str) -> None:
        if self.kill is None or self.kill[0] != when:
            return
        self.kill = (when, self.kill[1] - 1)
        if not self.kill[1]:
            self.disk.kill()
            raise Killed

    @property
    def _is_dead(self) -> bool:
        """Whether the process was ended in the middle of something; what it raises is noise."""
        return self.disk.handle is not None and self.disk.handle.dead

    # --- what it does ---

    def act(self, step: Step) -> None:
        """Let its user write something. What was saved is noted; what was refused, told."""
        if self.is_wiping or not self.replica.user_id:
            return  # it was wiped, and nobody has signed in since
        self.random = Random(step.salt)
        self.kill = step.kill
        try:
            words = people.act(self, step.op, step.n, step.salt)
        except ReplicaError as error:
            words = f"may not {step.op}: {error}"
        except BaseException:
            if not self._is_dead:
                raise
            self.run.count("crashes", f"{self.name}: dies while it saves ({step.op})")
            self.die()
            self._forget_discarded(step)
            return
        finally:
            self.kill = None
        if words is not None:
            self.run.say(f"{self.name}: {words}")
        self._note(step)

    async def sync(self, step: Step) -> None:
        """One round; whatever may stop one is told, anything else is a failure of the run."""
        self.random = Random(step.salt)
        self.line.random = Random(step.salt + 1)
        self.line.is_bad = step.line == "bad"
        awaits = step.kill[1] if step.kill and step.kill[0] == "await" else 0
        self.kill = step.kill if step.kill and not awaits else None
        handle = self.disk.handle
        try:
            await self.round(awaits)
        except asyncio.CancelledError:
            raise
        except Wiped:
            self.begin_anew()
        except BaseException as error:  # noqa: BLE001 - the dead say anything
            if self.disk.handle is not handle:
                return  # another life of this device has begun
            if self._is_dead:
                self.run.count("crashes", f"{self.name}: dies in the middle of a sync")
                self.task = None
                self.die()
                return
            self._stopped(error)
        finally:
            self.kill = None

    def _stopped(self, error: BaseException) -> None:
        """Tell what a line may do to a round; raise what nothing may."""
        if not isinstance(error, Unreachable) and not (
            type(error) in (Malformed, PeerError, ProtocolBroken) and self.line.is_bad
        ):
            raise error
        self.run.say(f"{self.name}: sync stops: {error}")

    async def round(self, awaits: int = 0) -> None:
        """One round of the real client, ended at its `awaits`-th await. Raises what it raises."""
        self.line.asks_snapshot |= not self.complete
        running = self._sign_in_and_sync()
        kill = partial(self.disk.kill, self.disk.handle)
        report = await (stepped(running, awaits, kill) if awaits else running)
        self.complete = True
        self.line.asks_snapshot = False
        self._learn_number()
        self.run.say(
            f"{self.name}: synced: sent {report.sent}, received {report.received},"
            f" loaded {report.loaded}, purged {report.purged}"
        )
        self.run.totals["purged"] += report.purged

    async def _sign_in_and_sync(self) -> Any:
        if self.is_signed_out:
            await self.sign_in()
        return await self.replica.sync()

    async def command(self, other: Device, action: Any) -> None:
        """Its user, an administrator, tells another device what to do."""
        try:
            await self.replica.command_device(other.replica.device, action)
        except SyncError as error:
            self.run.say(f"{self.name}: cannot tell {other.name} to {action}: {error}")
        else:
            self.run.say(f"{self.name}: tells {other.name} to {action}")

    async def look(self, random: Random) -> None:
        """Its user opens a file that a record here names; one that cannot be had is told so."""
        if self.is_wiping or not self.replica.user_id:
            return  # as in `act`
        handle, seen = self.disk.handle, people.pick(self.replica, Attachment, random)
        if seen is None:
            return
        self.line.random = Random(random.random())
        try:
            data = await self.replica.attachment_data(seen)
        except BaseException:
            if self.disk.handle is handle and not self._is_dead:
                raise
            return
        self.run.totals["files opened" if data else "files not to be had"] += 1
        self.run.say(f"{self.name}: {'opens' if data else 'cannot have'} {seen.name}")
        if data is not None and content_hash(data) != seen.content:
            raise Violation("files are shown", f"{seen.name} is another file")

    def begin_anew(self) -> None:
        """It was wiped: its user has an empty replica, of another device."""
        self.kill = None
        self.replica = self._open()

    # --- what is looked at ---

    def cursor(self) -> Cursor:
        row = self.disk.raw.execute("SELECT value FROM meta WHERE key = 'cursor'").fetchone()
        return Cursor() if row is None else _cursor(row[0]) or Cursor()

    def pending(self) -> int:
        query = "SELECT count(*) FROM changeset WHERE state = 'waiting'"
        return int(self.disk.raw.execute(query).fetchone()[0])

    def session(self, workspace: str) -> Session:
        return Session(workspace, self.user.id, self.replica.device)

    def files_made(self) -> set[tuple[Key, str]]:
        """The files that are here and were put on a record here, with that record."""
        query = "SELECT kind, id, hash FROM blob_naming JOIN blob USING (hash)"
        return {((kind, name), content) for kind, name, content in self.disk.raw.execute(query)}

    def inspect(self) -> None:
        """What is shown is whole, and is what was confirmed with what waits on top.

        Of what was read in an earlier life of the server the ledger knows nothing any more.
        """
        shown = audit.states(self.disk.raw, confirmed=False)
        audit.layers(self.disk.raw, shown)
        is_read = self.complete and not self.line.asks_snapshot
        if is_read and self.cursor().epoch == self.run.headquarters.epoch():
            bodies = self.disk.raw.execute("SELECT body FROM changeset WHERE state = 'waiting'")
            own = [_changeset(body) for (body,) in bodies]
            ledger = self.run.headquarters.ledger
            held = ledger.held(self.user.id)
            left = audit.left(ledger, held, shown, self.cursor().sequence)
            for key in (*audit.leaving(self.disk.raw, held), *left):
                shown.pop(key, None)
            audit.whole(ledger, held & audit.loaded(self.disk.raw), shown, own)

    def check_end(self, told: Mapping[str, int]) -> None:
        """After healing: exactly the truth, and nothing that was saved is lost.

        `told` are the digests of all scopes, as the server works them out.
        """
        ledger = self.run.headquarters.ledger
        held = ledger.held(self.user.id)
        found = audit.states(self.disk.raw, confirmed=True)
        audit.equal(ledger, held, found, self.name)
        self._check_digests(held, told)
        kept = self._kept("state NOT IN ('waiting', 'accepted')")
        for content, words in self.written.items():
            if content not in ledger.contents and content not in kept:
                raise Violation("nothing saved is lost", f"{self.name}: {words}")

    def _check_digests(self, held: frozenset[str], told: Mapping[str, int]) -> None:
        ours = digests.by_scope(self.replica._database.connection)
        for scope in sorted(held):
            if ours.get(scope, 0) != told.get(scope, 0):
                raise Violation("digests equal", f"{self.name}: {scope}")

    def _note(self, step: Step) -> None:
        """Remember what the user was just told is saved."""
        query = "SELECT number, body FROM changeset WHERE number > ? ORDER BY number"
        for number, body in self.disk.raw.execute(query, (self._number,)).fetchall():
            self._number = number
            changeset = _changeset(body)
            self.written[model.content(changeset)] = f"step {step.n}, {changeset.name!r}"
            self.run.totals["written"] += 1
        self._forget_discarded(step)

    def _forget_discarded(self, step: Step) -> None:
        """What its user has thrown away is kept for thirty days, and then may go."""
        if step.op == "settle problem":
            kept = self._kept("state != 'discarded'") | self.run.headquarters.ledger.contents
            self.written = {
                content: words for content, words in self.written.items() if content in kept
            }

    def _learn_number(self) -> None:
        row = self.disk.raw.execute("SELECT max(number) FROM changeset").fetchone()
        self._number = row[0] or self._number

    def _check_journal(self) -> None:
        """After a crash all that was saved is still here, or with the server."""
        kept = self._kept()
        contents = self.run.headquarters.ledger.contents
        for content, words in self.written.items():
            if content not in kept and content not in contents:
                raise Violation("saved is saved", f"{self.name} has lost {words}")

    def _kept(self, where: str = "true") -> set[bytes]:
        bodies = self.disk.raw.execute(f"SELECT body FROM changeset WHERE {where}").fetchall()
        return {model.content(_changeset(body)) for (body,) in bodies}


@types.coroutine
def stepped(
    running: Coroutine[Any, Any, Any], awaits: int, kill: Callable[[], None]
) -> Generator[Any, Any, Any]:
    """Run a coroutine up to its `awaits`-th await; there `kill` what it runs in, and drop it.

    What it waits for may fail: it is told so, as if nobody stood between.
    """
    failed: BaseException | None = None
    for _ in range(awaits):
        try:
            waited = running.send(None) if failed is None else running.throw(failed)
        except StopIteration as done:
            return done.value
        failed = None
        try:
            yield waited
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - whatever it is
            failed = error
    kill()
    with suppress(Exception):
        running.close()
    raise Killed


def finish(running: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine that waits for nothing."""
    try:
        running.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits")


__all__ = ["Device", "PeerError", "SyncError", "finish"]
