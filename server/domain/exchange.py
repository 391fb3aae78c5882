"""The server's half of sync: `sync_protocol.exchange.Exchange` for one session, synchronously.

Changesets of a push are taken together, some in each transaction; where one fails they are taken
one by one, so it undoes nothing before it. Whoever listens is told after the commit, never before.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

from server.domain import auditing, fleet, past, reading
from server.domain.acceptance import Acceptance, prepare
from server.domain.access import Access, Moment, Session
from server.domain.foresight import expect
from server.domain.server_writes import FollowUp
from server.store import devices, digests, workspaces
from server.store.unit import Unit
from sync_protocol import digest
from sync_protocol.changes import MAX_CHANGES, Change, Changeset
from sync_protocol.errors import (
    OTHER_SERVER,
    TooLarge,
    VersionMismatch,
    WrongDevice,
    WrongWorkspace,
)
from sync_protocol.messages import (
    MAX_PUSH,
    Audit,
    ConflictPage,
    Conflicts,
    Done,
    Farewell,
    Hello,
    HistoryOf,
    Page,
    Pull,
    Push,
    Snapshot,
    States,
    Sums,
    Verdict,
    Verdicts,
    Welcome,
    Writes,
)
from sync_protocol.version import PROTOCOL

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from sqlalchemy import Connection

    from server.domain.auditing import Audited
    from server.store.devices import Device
    from server.store.store import Store
    from server.store.workspaces import Workspace
    from sync_protocol.records import User
    from sync_protocol.rules.permissions import Actor

log = structlog.get_logger()

SEEN_EVERY_MS = 600_000
CURSOR_EVERY = 100
"""How often a device's last visit is written down: after so long, or so many changesets read."""


def _nobody(_workspace: str, _sequence: int) -> None:
    pass


class Exchange:
    """`now_ms` is asked once per call; `on_accepted` is called with (workspace, sequence)."""

    def __init__(
        self,
        store: Store,
        now_ms: Callable[[], int],
        on_accepted: Callable[[str, int], None] = _nobody,
        access: Access | None = None,
    ) -> None:
        self._store = store
        self._now_ms = now_ms
        self._on_accepted = on_accepted
        self._access = access or Access()
        self._acceptance = Acceptance(self._access)

    def hello(self, session: Session, request: Hello) -> Welcome:
        _check_device(session, request.device)
        with self._store.read() as connection:
            device = devices.get(connection, session.workspace, session.device)
        fleet.check(device, rescuing=request.leaving)
        if request.protocol != PROTOCOL:
            raise VersionMismatch(f"This server speaks protocol {PROTOCOL}.")
        if request.workspace not in ("", session.workspace):
            raise WrongWorkspace(OTHER_SERVER)
        now_ms = self._now_ms()
        self._visit(session, device, request, now_ms)
        with self._store.read() as connection:
            head = workspaces.get(connection, session.workspace)
            device = devices.get(connection, session.workspace, session.device)
            fleet.check(device, rescuing=request.leaving)
            with fleet.nothing_to_wait_for(device):
                actor = self._access.actor(Moment(connection, head), session)
            same = request.leaving or request.scopes == digest.scopes(actor.scopes)
            diverged = same and _has_diverged(connection, head, request, actor.scopes)
        if diverged:
            self._note_divergence(session, now_ms)
        return Welcome(
            workspace=session.workspace,
            user=session.user,
            now_ms=now_ms,
            head=head.head,
            scopes=() if same else tuple(sorted(actor.scopes)),
            number=device.number if device else 0,
            same=same,
            diverged=diverged,
            resync=device.resync if device and not request.leaving else request.resync,
            begun=head.begun,
        )

    def push(self, session: Session, request: Push) -> Verdicts:
        _check_device(session, request.device)
        if len(request.changesets) > MAX_PUSH:
            raise TooLarge(f"A push may hold {MAX_PUSH} changesets at most.")
        verdicts: list[Verdict] = []
        alone = False
        while rest := request.changesets[len(verdicts) :]:
            some = rest[:1] if alone else _together(rest)
            try:
                verdicts += self._take(session, some, request.epoch)
            except Exception:
                if len(some) > 1:
                    alone = True  # one of them fails: what comes before it is taken
                elif verdicts:
                    break  # it fails alone when it comes first next time
                else:
                    raise
        return Verdicts(tuple(verdicts))

    def pull(self, session: Session, request: Pull) -> Page:
        with self._asked(session, request.device) as (connection, head, actor):
            return reading.pull(connection, head, request, actor.scopes)

    def snapshot(self, session: Session, request: Snapshot) -> States:
        with self._asked(session, request.device) as (connection, head, actor):
            return reading.snapshot(connection, head, request, actor.scopes)

    def history(self, session: Session, request: HistoryOf) -> Writes:
        with self._asked(session, request.device) as (connection, head, actor):
            return past.history(connection, head, request, actor)

    def conflicts(self, session: Session, request: Conflicts) -> ConflictPage:
        with self._asked(session, request.device) as (connection, head, actor):
            return past.conflicts(connection, head, request, actor)

    def farewell(self, session: Session, request: Farewell) -> Done:
        """A revoked device has handed in what it may; its session ends here."""
        _check_device(session, request.device)
        with self._store.write() as connection:
            fleet.wiped(connection, session, self._now_ms())
        return Done()

    def audit(self, session: Session, request: Audit) -> Sums:
        with self._asked(session, request.device) as (connection, head, actor):
            audited = auditing.audit(connection, head, request, actor.scopes)
        if audited.drifted:
            self._put_right(session.workspace, audited)
        return audited.sums

    def digests(self, workspace: str, scopes: Collection[str]) -> dict[str, int]:
        """Each scope's digest, worked out from the stored rows."""
        with self._store.read() as connection:
            return auditing.by_scope(connection, workspace, scopes)

    def users(self, workspace: str) -> dict[str, User]:
        """All users by id."""
        with self._store.read() as connection:
            head = workspaces.get(connection, workspace)
            return dict(self._access.people(Moment(connection, head)).users)

    def write(
        self,
        connection: Connection,
        session: Session,
        changes: tuple[Change, ...],
        *,
        name: str = "",
        time: int = 0,
    ) -> tuple[Verdict, int]:
        """Write in the server's own name, within a transaction of the caller's.

        `session` names the user it is done for and the server's own device. `time` is a stamp time,
        by default the next one. Returns the verdict and the accepted sequence.
        """
        unit = Unit(connection, session.workspace)
        written = self._acceptance.write(
            unit, session, FollowUp(changes, time), self._now_ms(), name=name
        )
        unit.flush()
        return written

    @contextmanager
    def _asked(
        self, session: Session, device: int
    ) -> Iterator[tuple[Connection, Workspace, Actor]]:
        """One moment of the store, and who asks about it."""
        _check_device(session, device)
        with self._store.read() as connection:
            head = workspaces.get(connection, session.workspace)
            yield connection, head, self._access.actor(Moment(connection, head), session)

    def _take(self, session: Session, changesets: Sequence[Changeset], epoch: str) -> list[Verdict]:
        """Take these in one transaction, or the first of them up to one that concerns people.

        Who may see what is known only as it was committed.
        """
        prepared = [prepare(session, changeset) for changeset in changesets]
        now_ms = self._now_ms()
        verdicts: list[Verdict] = []
        last = 0
        with self._store.write() as connection:
            unit = Unit(connection, session.workspace)
            people = unit.head.people
            expect(unit, session, [change for one in prepared for change in one.changes])
            for one in prepared:
                verdict, accepted = self._acceptance.take(unit, session, one, now_ms, epoch=epoch)
                verdicts.append(verdict)
                last = accepted or last
                if unit.head.people != people:
                    break
            unit.flush()
        if last:
            self._on_accepted(session.workspace, last)
        return verdicts

    def _visit(self, session: Session, device: Device | None, request: Hello, now_ms: int) -> None:
        if device is None:
            return
        caught_up = device.cursor < request.cursor.sequence - CURSOR_EVERY or (
            not device.cursor and request.cursor.sequence
        )
        if abs(now_ms - device.seen_ms) < SEEN_EVERY_MS and not caught_up:
            return
        with self._store.write() as connection:
            devices.change(
                connection,
                session.workspace,
                session.device,
                seen_ms=now_ms,
                app=request.app[:100].replace("\0", ""),
                cursor=request.cursor.sequence,
            )

    def _put_right(self, workspace: str, audited: Audited) -> None:
        with self._store.write() as connection:
            done = auditing.put_right(connection, workspace, audited)
        log.warning(
            "kept digest wrong", workspace=workspace, scopes=[*audited.drifted], mended=done
        )

    def _note_divergence(self, session: Session, now_ms: int) -> None:
        log.warning("replica diverged", workspace=session.workspace, device=session.device)
        with self._store.write() as connection:
            devices.change(connection, session.workspace, session.device, diverged_ms=now_ms)


def _together(changesets: Sequence[Changeset]) -> Sequence[Changeset]:
    """The first, and as many more as hold no more changes together than one may alone."""
    changes = 0
    for place, changeset in enumerate(changesets):
        changes += len(changeset.changes)
        if place and changes > MAX_CHANGES:
            return changesets[:place]
    return changesets


def _has_diverged(
    connection: Connection, head: Workspace, request: Hello, scopes: Collection[str]
) -> bool:
    """Whether a replica that is at the head holds something else than we do."""
    if request.digest < 0 or request.cursor != head.head:
        return False
    return request.digest != digests.read(connection, head.workspace_id, scopes)


def _check_device(session: Session, device: int) -> None:
    if device != session.device:
        raise WrongDevice("This session belongs to another device.", session.device)
