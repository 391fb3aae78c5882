"""The server of a run: the real domain over a real store, behind an edge that can crash.

The edge does what the routes do: bytes in, bytes out, a typed error as its status and `Failure`.
It may be told to crash just before the so-manieth commit, or after the last one and before the
answer; it then comes back with new domain objects over what had been committed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from hashlib import blake2b
from typing import Any

import msgspec
from sqlalchemy import text

from server.domain.access import Access, Session
from server.domain.exchange import Exchange
from server.domain.sign_in import SignIns
from server.domain.workspaces import Workspaces
from server.store import devices
from server.store.devices import Device
from server.store.tables import device as device_table
from sync_protocol import codec, messages
from sync_protocol.changes import Changeset
from sync_protocol.errors import DeviceRevoked, Failure, NotFound, PeerError, SignInRequired
from sync_protocol.messages import Rejected, Verdict
from tests.integration.server.office import Randomness
from tests.simulation import audit
from tests.simulation.company import Site
from tests.simulation.model import Ledger, Taken, Violation

REQUESTS = {
    "hello": "Hello", "push": "Push", "pull": "Pull", "snapshot": "Snapshot", "audit": "Audit",
    "rekey": "Rekey", "history": "HistoryOf", "conflicts": "Conflicts",
}  # fmt: skip
POISON = "Poison"
"""The name of a changeset that makes the server fail, for ever."""
_verdict = msgspec.msgpack.Decoder(Verdict).decode


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
        self.sessions: dict[str, Session] = {}
        self.revoked: set[str] = set()
        self.crash_at = 0
        self.between: Callable[[], None] = lambda: None
        self._commits = -1
        self._kept: tuple[Any, Ledger] | None = None
        site.put(site.beginning)
        site.on_commit = self._on_commit
        self.start()

    def start(self) -> None:
        """A new process over the same store."""
        self.exchange = Exchange(self.site.store, self.now, lambda _w, _s: self.between())
        self.sign_ins = SignIns(
            self.site.store,
            Access(),
            self.now,
            self._new_random,
            hasher=_Hasher(),  # type: ignore[arg-type]
        )
        self.exchange._acceptance = _Poisonable(self.exchange._acceptance)  # type: ignore[assignment]

    def register(self, token: str, user: str, device: int) -> Session:
        """What signing in does, without the password."""
        session = Session(self.site.admin.workspace, user, device)
        self._put_device(session)
        self.sessions[token] = session
        return session

    # --- the edge ---

    def answer(self, token: str, method: str, body: bytes, zipped: bool) -> tuple[int, bytes]:
        """(status, body) for one request. Raises `ServerCrash` where it was told to."""
        try:
            return 200, codec.encode(self._call(token, method, body, zipped))
        except PeerError as error:
            self.totals[error.code] += 1
            return error.status, codec.encode(error.failure())
        except (Violation, ServerCrash):
            raise
        except Exception as error:
            self.totals["server errors"] += 1
            if not isinstance(error, _Poisoned):
                raise Violation(
                    "no bugs on the server", f"{type(error).__name__}: {error}"
                ) from error
            return 500, codec.encode(Failure("server", "Something went wrong on the server."))

    def answer_beside(self, *request: Any) -> None:
        """Answer a request while another one is between two transactions."""
        commits, self._commits = self._commits, -1
        crash_at, self.crash_at = self.crash_at, 0
        try:
            self.answer(*request)
        finally:
            self._commits, self.crash_at = commits, crash_at

    def _call(self, token: str, method: str, body: bytes, zipped: bool) -> Any:
        session = self._authenticate(token)
        if method not in REQUESTS:
            raise NotFound("There is nothing here.")
        packed = codec.inflate(body) if zipped else body
        request = codec.decode(packed, getattr(messages, REQUESTS[method]))
        said = self._handle(session, method, request)
        audit.answer(self.ledger, session.user, said)
        return said

    def _handle(self, session: Session, method: str, request: Any) -> Any:
        if method == "push":
            return self._push(session, request)
        if method == "rekey":
            return self._rekey(session, request)
        said = getattr(self.exchange, method)(session, request)
        if method == "pull":
            self.totals["scope moves"] += sum(
                len(entry.enter) + len(entry.leave) for entry in said.entries
            )
        return said

    def _rekey(self, session: Session, request: Any) -> Any:
        said = self.sign_ins.rekey(session, request)
        self.sessions[said.token] = session._replace(device=said.device)
        self.totals["rekeyed"] += 1
        self.say(f"server: device {session.device % 1000} goes on as {said.device % 1000}")
        return said

    def _push(self, session: Session, request: Any) -> Any:
        self._commits = 0
        try:
            said = self.exchange.push(session, request)
            self._crash_point(over=True)
        except ServerCrash:
            self._learn(session, request, self._stored(session, request))
            raise
        finally:
            self._commits = -1
        self._learn(session, request, list(said.verdicts))
        return said

    def _authenticate(self, token: str) -> Session:
        session = self.sessions.get(token)
        if session is None or not self.ledger.is_active(session.user):
            raise SignInRequired("You are not signed in.")
        if token in self.revoked:
            raise DeviceRevoked("An administrator has ended this device's access.")
        return session

    # --- what it did ---

    def _learn(self, session: Session, request: Any, verdicts: list[Verdict]) -> None:
        told = list(zip(request.changesets, verdicts, strict=False))
        new = [self._new(session, changeset, verdict) for changeset, verdict in told]
        taken = [found for found in new if found is not None]
        taken += self.site.news(self.ledger.latest_own)
        for key, accepted in sorted(taken, key=lambda found: found[1].sequence):
            self.ledger.write(key, accepted)
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
        self.totals["restamps"] += bool(verdict.time)
        self.totals["superseded"] += len(verdict.superseded)
        lost = f", {len(verdict.superseded)} cells lost" if verdict.superseded else ""
        restamped = ", restamped" if verdict.time else ""
        self.say(
            f"server: accepts {changeset.name!r} ({changeset.device % 1000}/{changeset.number})"
            f" as {verdict.sequence}{restamped}{lost}"
        )

    def _stored(self, session: Session, request: Any) -> list[Verdict]:
        """The verdicts that were committed before a crash, in the order of the request."""
        query = text("SELECT body_hash, verdict FROM changeset WHERE device_id = :device")
        with self.site.store.read() as connection:
            rows = connection.execute(query, {"device": session.device}).all()
        found = {bytes(row.body_hash): _verdict(row.verdict) for row in rows}
        known = [
            found.get(blake2b(codec.encode(changeset), digest_size=32).digest())
            for changeset in request.changesets
        ]
        return [v for v in known[: known.index(None) if None in known else None] if v is not None]

    # --- what happens to it ---

    def _on_commit(self) -> None:
        if self._commits >= 0:  # a push is under way
            self._commits += 1
            self._crash_point()

    def _crash_point(self, *, over: bool = False) -> None:
        if self.crash_at and (over or self._commits >= self.crash_at):
            self.crash_at = 0
            raise ServerCrash

    def back_up(self) -> None:
        self._kept = self.site.take(), self.ledger.copy()

    def restore(self) -> bool:
        """Go back to the backup, if there is one, and open a new life of the store."""
        if self._kept is None:
            return False
        image, ledger = self._kept
        self.site.put(image)
        self.ledger = ledger.copy()
        workspaces = Workspaces(self.site.store, self.exchange, self.now, self._new_random)
        workspaces.open_epoch()
        self.start()
        for session in self.sessions.values():  # whoever signed in since must do so again
            self._put_device(session)
        return True

    def _put_device(self, session: Session) -> None:
        with self.site.store.write() as connection:
            if devices.get(connection, session.workspace, session.device) is None:
                devices.create(connection, _row(session, self.now()))

    def _new_random(self, size: int) -> bytes:
        return (next(self.random.counter) + 1_000_000).to_bytes(size, "big")


class _Hasher:
    """Passwords are not what is looked at here, and the real hash is slow on purpose."""

    def hash(self, password: str) -> str:
        return password


class _Poisoned(RuntimeError):
    """The bug that one changeset meets."""


class _Poisonable:
    """Takes changesets as the real one does, but for the poisonous."""

    def __init__(self, acceptance: Any) -> None:
        self._acceptance = acceptance

    def __getattr__(self, name: str) -> Any:
        return getattr(self._acceptance, name)

    def take(self, connection: Any, session: Session, prepared: Any, now_ms: int) -> Any:
        if prepared.changeset.name == POISON and prepared.changeset.changes:
            raise _Poisoned
        return self._acceptance.take(connection, session, prepared, now_ms)


def _row(session: Session, now_ms: int) -> Device:
    """A device that was just registered: zeros and empty texts beside what is known."""
    known = {
        "workspace_id": session.workspace, "id": session.device, "user_id": session.user,
        "seen_ms": now_ms,
    }  # fmt: skip
    columns = {name: device_table.c[name] for name in Device._fields}
    blank = {
        name: None if column.nullable else column.type.python_type()
        for name, column in columns.items()
    }
    return Device(**blank | known)
