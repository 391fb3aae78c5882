"""Taking one changeset: exactly once, whole or not at all, in the order of commits.

Decoding, bounds and validity come before the lock; then the workspace's row is held until commit,
so the sequence, the server's clock and every cell read belong to one moment. A number is taken by
its verdict: the same bytes get the same verdict again, other bytes mean a cloned device. Only a
withdrawal may come for a number that is taken: it learns what became of it. Stamps
too far ahead are replaced by the server's, and so are later ones that would fall behind them, so
that the order within the device stays; what says that it is dated back is older on purpose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

import msgspec
import structlog

from server.domain import (
    branches,
    entries,
    fleet,
    followups,
    judgement,
    losses,
    server_writes,
    sums,
)
from server.domain.access import SERVER_DEVICE, Access, People, Session, concerns_people
from server.domain.announcing import announce
from server.domain.drafts import Drafts
from sync_protocol import clock, codec, digest
from sync_protocol.changes import Change, Changeset
from sync_protocol.errors import ClonedDevice, Gap, Malformed, SignInRequired, TooLarge
from sync_protocol.messages import Applied, Rejected, Superseded, Verdict
from sync_protocol.records import rows
from sync_protocol.records.cells import canonical

if TYPE_CHECKING:
    from server.domain.drafts import Draft
    from server.domain.server_writes import FollowUp
    from server.store.devices import Device, Taken
    from server.store.records import Key
    from server.store.unit import Unit
    from sync_protocol.rules.permissions import Actor

log_ = structlog.get_logger()
_TIMES = 1 << 63
_unpack_verdict = msgspec.msgpack.Decoder(Verdict).decode


class Prepared(NamedTuple):
    """A changeset that is bounded and looked at, before anything is locked."""

    changeset: Changeset
    body_hash: bytes
    invalid: Rejected | None

    @property
    def changes(self) -> tuple[Change, ...]:
        """What it is to change; nothing where it is not valid, down to its ids."""
        return () if self.invalid is not None else self.changeset.changes


def prepare(session: Session, changeset: Changeset) -> Prepared:
    """Bound a changeset and judge its values; `Malformed` or `TooLarge` if it is none."""
    _check_shape(session, changeset)
    codec.check_size(changeset)
    body_hash = digest.changeset(codec.encode(changeset))
    problem = judgement.invalid(changeset)
    if problem is None:
        changes = tuple(
            msgspec.structs.replace(change, cells=canonical(change.cells))
            for change in changeset.changes
        )
        changeset = msgspec.structs.replace(changeset, changes=changes)
    return Prepared(changeset, body_hash, problem)


class Acceptance:
    """Takes prepared changesets within a write transaction."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def take(
        self,
        unit: Unit,
        session: Session,
        prepared: Prepared,
        now_ms: int,
        late: FollowUp | None = None,
        *,
        epoch: str = "",
    ) -> tuple[Verdict, int]:
        """The verdict, and the sequence if something was accepted just now, else 0.

        `Gap` if a number is missing before it, or if the server was restored since `epoch`, the
        life of it that this is meant for. What the server writes itself has no follow-ups, but for
        what a person wrote `late`.
        """
        device = _device(unit, session)
        trusted = session.device == SERVER_DEVICE
        with fleet.nothing_to_wait_for(device):
            actor = None if trusted else self._access.actor(unit, session)
        fleet.check_epoch(device, unit.head, epoch)
        number = prepared.changeset.number
        if number <= device.number:
            return _verdict_again(unit, session, prepared), 0
        if number > device.number + 1:
            raise Gap(f"Changeset {device.number + 1} is missing.", device.number + 1)
        people = None if trusted and late is None else self._access.people(unit)
        take = _Take(unit, session, actor, people, now_ms, late=late)
        take.floor = device.floor
        verdict = take.judge(prepared)
        take.record(prepared, verdict)
        accepted = take.go_on()
        return verdict, self._follow_up(unit, session, take, now_ms) or accepted

    def write(
        self, unit: Unit, session: Session, wanted: FollowUp, now_ms: int, *, name: str = ""
    ) -> tuple[Verdict, int]:
        """Write in the server's own name, within the limits of one changeset."""
        head, device = unit.head, unit.device(session.device)
        late = None if wanted.author is None else wanted
        changeset = Changeset(
            device=session.device,
            number=device.number + 1 if device else 1,
            time=wanted.time or clock.tick(head.clock, now_ms),
            seen=0 if wanted.is_unaware else head.sequence,
            changes=wanted.changes,
            name=name,
        )
        return self.take(unit, session, prepare(session, changeset), now_ms, late)

    def _follow_up(self, unit: Unit, session: Session, take: _Take, now_ms: int) -> int:
        """What the server writes because of it; the sequence of the last of that, else 0."""
        sequence = 0
        for wanted in take.follow_ups:
            user = session.user if wanted.author is None else wanted.author
            ours = session._replace(device=SERVER_DEVICE, user=user)
            for part in server_writes.parts(wanted.changes):
                some = wanted._replace(changes=part)
                sequence = self._write_some(unit, ours, some, now_ms) or sequence
        return sequence

    def _write_some(self, unit: Unit, ours: Session, wanted: FollowUp, now_ms: int) -> int:
        """Write what can be written: one change that is refused does not keep others back."""
        try:
            verdict, sequence = self.write(unit, ours, wanted, now_ms, name="Fieldbook")
        except TooLarge:  # a person's work must not fail for that, nor for a rejection
            log_.exception("follow-up too large", kinds=[c.kind for c in wanted.changes])
            return 0
        if isinstance(verdict, Rejected):
            if not (halves := server_writes.halves(wanted.changes)):
                log_.error("follow-up rejected", code=verdict.code, kind=verdict.kind)
            for half in halves:
                some = wanted._replace(changes=half)
                sequence = self._write_some(unit, ours, some, now_ms) or sequence
        return sequence


class _Take:
    """One changeset on its way in."""

    def __init__(
        self,
        unit: Unit,
        session: Session,
        actor: Actor | None,
        people: People | None,
        now_ms: int,
        *,
        late: FollowUp | None,
    ) -> None:
        self.unit = unit
        self.session = session
        self.people = people
        self.actor = actor
        self.now_ms = now_ms
        self.late = late
        self.floor = 0
        self.accepted = 0
        self.check_value: int | None = None
        self.follow_ups: list[FollowUp] = []
        self.moving: list[list[Draft]] = []

    def judge(self, prepared: Prepared) -> Verdict:
        if prepared.invalid is not None:
            return prepared.invalid
        sent = prepared.changeset
        if not sent.changes:
            return Applied(sent.number, 0)
        changeset = self._restamp(sent)
        drafts = Drafts(self.unit)
        rejected = self._reject(changeset, drafts)
        if rejected is not None:
            return rejected
        time = changeset.time if changeset.time != sent.time else 0
        self.floor = max(self.floor, time)
        superseded = self._commit(changeset, drafts)
        touched = (drafts.find((change.kind, change.id)) for change in sent.changes)
        scopes = tuple(draft.scope for draft in touched if draft is not None)
        return Applied(sent.number, self.accepted, time, superseded, scopes)

    def record(self, prepared: Prepared, verdict: Verdict) -> None:
        """Take the number, whatever the verdict."""
        device = self.session.device
        self.unit.count_on(device, verdict.number, self.floor)
        self.unit.take(
            device,
            verdict.number,
            sequence=self.accepted or None,
            check_value=self.check_value,
            body_hash=prepared.body_hash,
            verdict=codec.encode(verdict),
            received_ms=self.now_ms,
        )

    def go_on(self) -> int:
        """Log the rest of what moves; returns the last sequence, 0 if nothing was accepted."""
        sequence = self.accepted
        for portion in self.moving:
            moves = entries.moves(portion)
            sequence = announce(self.unit, moves, self.now_ms, user=self.session.user)
        return sequence

    def _restamp(self, changeset: Changeset) -> Changeset:
        if self.actor is None:  # the server's own clock is the one that others are measured by
            return changeset
        if clock.is_ahead(changeset.time, self.now_ms):
            time = clock.restamp(max(self.unit.head.clock, self.floor), self.now_ms)
        elif changeset.time <= self.floor and not clock.is_dated_back(changeset.time):
            time = clock.restamp(self.floor)
        else:
            time = changeset.time
        seen = min(changeset.seen, self.unit.head.sequence)
        return msgspec.structs.replace(changeset, time=time, seen=seen)

    def _reject(self, changeset: Changeset, drafts: Drafts) -> Rejected | None:
        keys = [(change.kind, change.id) for change in changeset.changes]
        drafts.load(keys)
        rejected = judgement.unseen(changeset, drafts, self.actor)
        if rejected is not None:
            return rejected
        for change in changeset.changes:
            drafts.apply(change, changeset.stamp)
        for key in dict.fromkeys(keys):
            if (draft := drafts.find(key)) is not None:
                drafts.place(draft, self.session.user)
        return judgement.improper(changeset, drafts, self.actor)

    def _commit(self, changeset: Changeset, drafts: Drafts) -> tuple[Superseded, ...]:
        unit = self.unit
        touched = {
            draft.key: draft
            for change in changeset.changes
            if (draft := drafts.find((change.kind, change.id))) is not None
        }
        carried = branches.carried(unit, touched, drafts)
        self._advance(changeset, touched)
        settled = losses.settle(
            unit,
            self.session,
            changeset,
            touched,
            drafts,
            sequence=self.accepted,
            unaware=self.late is not None and self.late.is_unaware,
        )
        for draft in touched.values():
            draft.state = rows.normal(draft.state)
            unit.save(draft.state, draft.scope, draft.fields)
        branches.move(unit, carried)
        unit.add_digests(sums.moved((*touched.values(), *carried.values())))
        first, *self.moving = entries.portions(touched.values(), carried.values())
        unit.append(entries.parts(self.session, changeset, self.accepted, touched, first))
        if self.people is not None:
            self.follow_ups = followups.needed(
                unit,
                self.session,
                changeset,
                touched,
                drafts,
                losses=settled.losses,
                actor=self.actor,
                sees=self.people.sees,
                seen=changeset.seen if self.late is None else self.late.seen,
                now_ms=self.now_ms,
            )
        return settled.superseded

    def _advance(self, changeset: Changeset, touched: dict[Key, Draft]) -> None:
        head = self.unit.head
        self.accepted = head.sequence + 1
        self.check_value = digest.check(head.check_value, codec.encode(changeset))
        advanced = head._replace(
            sequence=self.accepted,
            clock=clock.observe(head.clock, changeset.time),
            check_value=self.check_value,
            people=self.accepted if concerns_people(touched) else head.people,
        )
        self.unit.advance(advanced)


def _check_shape(session: Session, changeset: Changeset) -> None:
    if changeset.device != session.device:
        raise Malformed("A device pushes its own changesets only.")
    if changeset.number < 1 or changeset.seen < 0 or not 0 < changeset.time < _TIMES:
        raise Malformed("A changeset's number, time or place in the log is not valid.")
    if "\0" in changeset.name + changeset.action:  # no store's text can hold it
        raise Malformed("A changeset's name holds a character that is no text.")


def _device(unit: Unit, session: Session) -> Device:
    device = unit.device(session.device)
    fleet.check(device, rescuing=True)
    is_theirs = device is not None and session.user == device.user_id and not device.locked
    if device is None or not (is_theirs or session.device == SERVER_DEVICE):
        raise SignInRequired("This device is not signed in.")
    return device


def _verdict_again(unit: Unit, session: Session, prepared: Prepared) -> Verdict:
    number = prepared.changeset.number
    taken = unit.taken(session.device, number)
    if taken is None:  # past the horizon only what was applied is forgotten
        return Applied(number, max(1, unit.head.oldest))
    if taken.body_hash != prepared.body_hash and not _withdraws(prepared.changeset, taken):
        raise ClonedDevice(f"Changeset {number} of this device was another one.")
    return cast("Verdict", _unpack_verdict(taken.verdict))


def _withdraws(changeset: Changeset, taken: Taken) -> bool:
    """Whether it gives up the number that this was taken under: a clone's is not its to give up."""
    named = changeset.withdraws
    return not changeset.changes and named in ("", taken.body_hash.hex())
