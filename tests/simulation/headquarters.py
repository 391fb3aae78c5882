"""The server of a run: the real domain over a real store, behind an edge that can crash.

The edge does what the routes do: bytes in, bytes out, a typed error as its status and `Failure`.
It may be told to crash just before the so-manieth commit, or after the last one and before the
answer; it then comes back with new domain objects over what had been committed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import text

from server.domain.access import Access, Session
from server.domain.exchange import Exchange
from server.domain.fleet import Fleet
from server.domain.sign_in import SignIns
from server.domain.upkeep import DAY_MS, Upkeep
from server.domain.workspaces import Workspaces
from server.store import workspaces
from sync_protocol import codec, messages
from sync_protocol.blobs import Piece
from sync_protocol.changes import Changeset
from sync_protocol.errors import Failure, Forbidden, Malformed, NotFound, PeerError
from sync_protocol.messages import Rejected, Verdict
from sync_protocol.session import DeviceCommand, SignIn
from tests.integration.server.office import Randomness
from tests.simulation import audit
from tests.simulation.company import Site
from tests.simulation.files import FileRoom
from tests.simulation.model import Ledger, Taken, Violation
from tests.simulation.outlived import outlived

REQUESTS = {
    "hello": "Hello", "push": "Push", "pull": "Pull", "snapshot": "Snapshot", "audit": "Audit",
    "rekey": "Rekey", "history": "HistoryOf", "conflicts": "Conflicts", "farewell": "Farewell",
}  # fmt: skip
LEAVING = ("hello", "push", "farewell", "rekey", "GET uploads/", "PUT uploads/")
_MSGPACK = {"content-type": "application/msgpack"}
_JSON = {"content-type": "application/json"}
HORIZON_DAYS = 180
BACKUP_DAYS = 29
"""No backup is older: devices keep for thirty days what a restored server may have lost."""
POISON = "Poison"
"""The name of a changeset that makes the server fail, for ever."""
_verdict = msgspec.msgpack.Decoder(Verdict).decode


class Answer(NamedTuple):
    status: int
    body: bytes
    headers: dict[str, str]


class ServerCrash(BaseException):
    """The server's process ended here."""


class Headquarters:
    """`totals` counts what happened; `say` tells the story; `now` is the server's clock."""

    def __init__(
        self, site: Site, now: Callable[[], int], totals: Counter[str], say: Callable[[str], None]
    ) -> None:
        self.site = site
        self.now = now
        self.totals = totals
        self.say = say
        self.random = Randomness()
        self.ledger: Ledger = site.ledger.copy()
        self.crash_at = 0
        self.between: Callable[[], None] = lambda: None
        self._commits = -1
        self._kept: tuple[int, Any, Ledger] | None = None
        self.files = FileRoom(totals)
        site.put(site.beginning)
        site.on_commit = self._on_commit
        self.start()

    def start(self) -> None:
        """A new process over the same store."""
        store, access = self.site.store, Access()
        self.exchange = Exchange(store, self.now, lambda _w, _s: self.between(), access)
        self.fleet = Fleet(store, access, self.now)
        self.sign_ins = SignIns(
            store,
            access,
            self.now,
            self._new_random,
            hasher=_Hasher(),  # type: ignore[arg-type]
            session_days=HORIZON_DAYS,
        )
        self.files.open(self.site, access, self.now)
        self.exchange._acceptance = _Poisonable(self.exchange._acceptance)  # type: ignore[assignment]

    def epoch(self) -> str:
        """Which life of the store this is."""
        with self.site.store.read() as connection:
            return workspaces.get(connection, self.site.admin.workspace).epoch

    # --- the edge ---

    def answer(self, token: str, asked: str, body: bytes, zipped: bool) -> Answer:
        """What is answered to one request. Raises `ServerCrash` where it was told to."""
        headers = _MSGPACK if asked in REQUESTS else _JSON
        encode = codec.encode if asked in REQUESTS else msgspec.json.encode
        try:
            said = self._call(token, asked, body, zipped)
            if isinstance(said, Piece):
                return Answer(206, said.data, {"content-range": f"bytes */{said.total}"})
            return Answer(200, encode(said), headers)
        except PeerError as error:
            self.totals[error.code] += 1
            return Answer(error.status, encode(error.failure()), headers)
        except (Violation, ServerCrash):
            raise
        except Exception as error:
            self.totals["server errors"] += 1
            if not isinstance(error, _Poisoned):
                raise Violation(
                    "no bugs on the server", f"{type(error).__name__}: {error}"
                ) from error
            failure = Failure("server", "Something went wrong on the server.")
            return Answer(500, encode(failure), headers)

    def answer_beside(self, *request: Any) -> None:
        """Answer a request while another one is between two transactions."""
        commits, self._commits = self._commits, -1
        crash_at, self.crash_at = self.crash_at, 0
        try:
            self.answer(*request)
        finally:
            self._commits, self.crash_at = commits, crash_at

    def _call(self, token: str, asked: str, body: bytes, zipped: bool) -> Any:
        if asked == "sign-in":
            return self._sign_in(_from_json(body, SignIn))
        session = self.sign_ins.authenticate(token, leaving=asked.startswith(LEAVING))
        if " " in asked:
            said: Any = self._file(session, asked, body)
        elif asked.startswith("devices/"):
            said = self._command(session, int(asked[8:]), _from_json(body, DeviceCommand).action)
        elif asked in REQUESTS:
            packed = codec.inflate(body) if zipped else body
            request = codec.decode(packed, getattr(messages, REQUESTS[asked]))
            said = self._handle(session, asked, request)
            asked = "leave" if getattr(request, "leaving", False) else asked
        else:
            raise NotFound("There is nothing here.")
        self._check_may_ask(session, asked)
        audit.answer(self.ledger, session.user, said)
        return said

    def _handle(self, session: Session, asked: str, request: Any) -> Any:
        if asked == "push":
            return self._push(session, request)
        if asked == "rekey":
            return self._rekey(session, request)
        said = getattr(self.exchange, asked)(session, request)
        if asked == "pull":
            self.totals["scope moves"] += sum(
                len(entry.enter) + len(entry.leave) for entry in said.entries
            )
        return said

    def _rekey(self, session: Session, request: Any) -> Any:
        said = self.sign_ins.rekey(session, request)
        self.ledger.rekey(session.device, said.device)
        self.totals["rekeyed"] += 1
        self.totals["rekeyed to hand in"] += (said.device, "rescue") in self.ledger.barred
        self.say(f"server: device {session.device % 1000} goes on as {said.device % 1000}")
        return said

    def _file(self, session: Session, asked: str, body: bytes) -> Any:
        """A file, or a part of one, on its way up or down; the server may crash in taking it."""
        if not asked.startswith("PUT"):
            return self.files.answer(self.ledger, session, asked, body)
        self._commits = 0
        try:
            said = self.files.answer(self.ledger, session, asked, body)
            self._crash_point(over=True)
        except ServerCrash:
            self.totals["server crashes in an upload"] += 1
            raise
        finally:
            self._commits = -1
        return said

    def _push(self, session: Session, request: Any) -> Any:
        self._commits = 0
        try:
            said = self.exchange.push(session, request)
            self._crash_point(over=True)
        except ServerCrash:
            self._learn(session, self._stored(session, request))
            raise
        finally:
            self._commits = -1
        self._learn(session, list(zip(request.changesets, said.verdicts, strict=False)))
        return said

    def _sign_in(self, request: SignIn) -> Any:
        try:
            said = self.sign_ins.sign_in(request)
        except Forbidden as error:
            if not self.is_locked(request.device):
                raise Violation("permissions", f"{request.device} is not locked") from error
            raise
        self.totals["sign-ins"] += 1
        self._check_may_ask(Session(said.workspace, said.user, said.device), "sign-in")
        return said

    def _command(self, session: Session, device: int, action: Any) -> None:
        self.fleet.command(session, device, action)
        self.ledger.command(device, action)
        self.totals[f"told to {action}"] += 1
        self.say(f"server: tells device {device % 1000}: {action}")

    def _check_may_ask(self, session: Session, asked: str) -> None:
        """Whoever was answered had to be active, and their device not locked, nor to be wiped."""
        ledger = self.ledger
        may = asked == "farewell" or ledger.is_active(session.user)
        if not may or not ledger.may_ask(session.device, asked):
            raise Violation("permissions", f"{asked} of {session} was answered")

    # --- what it did ---

    def _learn(self, session: Session, told: list[tuple[Changeset, Verdict]]) -> None:
        new = [self._new(session, changeset, verdict) for changeset, verdict in told]
        taken = [found for found in new if found is not None]
        taken += self.site.news(self.ledger.latest_own)
        for key, accepted in sorted(taken, key=lambda found: found[1].sequence):
            self.ledger.write(key, accepted, self.now())
        for (_, verdict), found in zip(told, new, strict=True):
            if found is not None:
                audit.verdict(self.ledger, session.user, verdict)

    def _new(self, session: Session, changeset: Changeset, verdict: Verdict) -> Taken | None:
        if changeset.number != verdict.number:
            raise Violation("verdicts in order", f"{verdict} for {changeset.number}")
        found = self.ledger.take(changeset, verdict, session.user)
        if found is None:
            self.totals["answered again"] += 1
        else:
            self._count(changeset, verdict)
        return found

    def _count(self, changeset: Changeset, verdict: Verdict) -> None:
        if isinstance(verdict, Rejected):
            self.totals["rejections"] += 1
            self.say(f"server: refuses {changeset.name!r}: {verdict.message}")
            return
        self.totals["accepted"] += 1
        self.totals["merges"] += changeset.name.startswith("Merge ")
        self.totals["merges undone"] += changeset.name.startswith("Undo: Merge ")
        self.totals["restamps"] += bool(verdict.time)
        self.totals["superseded"] += len(verdict.superseded)
        lost = f", {len(verdict.superseded)} cells lost" if verdict.superseded else ""
        restamped = ", restamped" if verdict.time else ""
        self.say(
            f"server: accepts {changeset.name!r} ({changeset.device % 1000}/{changeset.number})"
            f" as {verdict.sequence}{restamped}{lost}"
        )

    def _stored(self, session: Session, request: Any) -> list[tuple[Changeset, Verdict]]:
        """What was committed before a crash, in the order of the request.

        Of those that the server had taken before and let go of it has no verdict any more; of a
        number that is withdrawn it has the verdict on what it once was.
        """
        query = text("SELECT number, body_hash, verdict FROM changeset WHERE device_id = :device")
        with self.site.store.read() as connection:
            rows = connection.execute(query, {"device": session.device}).all()
        by_body = {bytes(row.body_hash): _verdict(row.verdict) for row in rows}
        by_number = {row.number: _verdict(row.verdict) for row in rows}
        known = [
            (
                changeset,
                by_body.get(blake2b(codec.encode(changeset), digest_size=32).digest())
                if changeset.changes
                else by_number.get(changeset.number),
            )
            for changeset in request.changesets
        ]
        return [(changeset, verdict) for changeset, verdict in known if verdict is not None]

    # --- what happens to it ---

    def _on_commit(self) -> None:
        if self._commits >= 0:  # a push, or upkeep, is under way
            self._commits += 1
            self._crash_point()

    def _crash_point(self, *, over: bool = False) -> None:
        if self.crash_at and (over or self._commits >= self.crash_at):
            self.crash_at = 0
            raise ServerCrash

    def tidy(self, crash_at: int = 0) -> None:
        """Let go of what is older than the horizon.

        Raises `ServerCrash` around the transaction of that number, counted from 1.
        """
        now_ms = self.now()
        before_ms = now_ms - HORIZON_DAYS * DAY_MS

        def purged(_workspace: str, sequence: int) -> None:
            self.ledger.purge(outlived(self.ledger, before_ms, now_ms), sequence)
            self._crash_point()

        upkeep = Upkeep(self.site.store, self.now, horizon_days=HORIZON_DAYS, on_accepted=purged)
        before = self._commits, self.crash_at
        self._commits, self.crash_at = 0, crash_at
        try:
            self.totals["purged for good"] += upkeep.run().removed
        finally:
            self._commits, self.crash_at = before
            for key, own in self.site.news(self.ledger.latest_own):
                self.ledger.write(key, own, now_ms)
        self.ledger.forget(before_ms, now_ms)

    def is_locked(self, device: int) -> bool:
        return (device, "lock") in self.ledger.barred

    def unlock_all(self) -> None:
        """As an administrator would, from a device that takes no part."""
        boss = Session(self.site.admin.workspace, self.site.people["Ada"].id, -1)
        for device, barred in sorted(self.ledger.barred):
            if barred == "lock":
                self._command(boss, device, "unlock")

    def back_up(self) -> None:
        self._kept = self.now(), self.site.take(), self.ledger.copy()
        self.files.back_up()

    def restore(self, *, files: bool) -> bool:
        """Go back to the backup, if there is a fresh one, and open a new life of the store.

        The `files` go back, too, or lie there as they were. Whoever has signed in since must do so
        again.
        """
        if self._kept is None or self.now() - self._kept[0] > BACKUP_DAYS * DAY_MS:
            return False
        _, image, ledger = self._kept
        self.site.put(image)
        self.files.restore(files=files)
        self.ledger = ledger.copy()
        Workspaces(self.site.store, self.exchange, self.now, self._new_random).open_epoch()
        self.start()
        return True

    def _new_random(self, size: int) -> bytes:
        return (next(self.random.counter) + 1_000_000).to_bytes(size, "big")


class _Hasher:
    """Passwords are not what is looked at here, and the real hash is slow on purpose."""

    def hash(self, password: str) -> str:
        return password

    def verify(self, hashed: str, password: str) -> bool:
        return hashed == password


class _Poisoned(RuntimeError):
    """The bug that one changeset meets."""


class _Poisonable:
    """Takes changesets as the real one does, but for the poisonous."""

    def __init__(self, acceptance: Any) -> None:
        self._acceptance = acceptance

    def __getattr__(self, name: str) -> Any:
        return getattr(self._acceptance, name)

    def take(self, unit: Any, session: Session, prepared: Any, now_ms: int, *, epoch: str) -> Any:
        if prepared.changeset.name == POISON and prepared.changeset.changes:
            raise _Poisoned
        return self._acceptance.take(unit, session, prepared, now_ms, epoch=epoch)


def _from_json(body: bytes, type_: Any) -> Any:
    try:
        return msgspec.json.decode(body, type=type_)
    except msgspec.DecodeError as error:
        raise Malformed("This is not what was asked for.") from error
