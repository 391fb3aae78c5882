"""What a changeset overwrites, what it loses against, and how history keeps both.

Every cell an update writes gets a history row, also when it lost. A create's cells get theirs only
when they are first overwritten, which keeps imports cheap, and it has one itself only where one may
ask when it came: beneath something deleted, or a second time. A second create of a record
overwrites them all, those it does not name with their default. A value that gives way is in the
history from then on, though it was let go while it stood. A row is `lost` if its value gave
way to another user's who had not seen it: that is what its author is told about, and can restore.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from server.domain import overwriting, telling
from server.domain.access import SERVER_DEVICE
from server.store import log
from sync_protocol.changes import NIL
from sync_protocol.merge import DEFAULT
from sync_protocol.messages import Superseded
from sync_protocol.records import kinds

if TYPE_CHECKING:
    from collections.abc import Collection

    from server.domain.access import Session
    from server.domain.drafts import Draft, Drafts
    from server.domain.overwriting import Write
    from server.store.log import CellAt
    from server.store.records import Key
    from server.store.unit import Unit
    from sync_protocol.changes import Changeset
    from sync_protocol.clock import Stamp

_EMPTY = (NIL, b"\xa0")


class _Authors(NamedTuple):
    """Who wrote a value: the user of its device, or whom the server wrote it for."""

    devices: dict[int, str]
    server: dict[CellAt, str]

    def of(self, write: Write, stamp: Stamp) -> str:
        if stamp.device == SERVER_DEVICE:
            return self.server.get(write.at(stamp), "")
        return self.devices.get(stamp.device, "")


class Loss(NamedTuple):
    """A cell that `user` had written and `by` displaced, one of them unseen by the other."""

    user: str
    key: Key
    cell: str
    time: int
    by: str


class Settled(NamedTuple):
    superseded: tuple[Superseded, ...]
    losses: tuple[Loss, ...]


def settle(
    unit: Unit,
    session: Session,
    changeset: Changeset,
    touched: dict[Key, Draft],
    drafts: Drafts,
    *,
    sequence: int,
    unaware: bool,
) -> Settled:
    """Write history, mark values lost, and return the cells that lost.

    `unaware` is who wrote to other records, that were merged into these: nothing here was seen.
    """
    stamp = changeset.stamp
    writes = list(overwriting.writes(changeset, touched).values())
    stamps = {entry[0] for write in writes for entry in (write.before, write.now) if entry}
    by = _Authors(unit.users(found.device for found in stamps), _of_server(unit, writes, stamp))
    lost = [w for w in writes if w.now[0] != stamp and w.now[1] != w.value]
    places = {write.place for write in lost}
    won_over = [w for w in writes if w.now[0] == stamp and w.before and w.before[1] != w.value]
    rows = [
        _row(write, stamp, write.value, session.user, sequence)
        | {"name": changeset.name, "displaced": 0 if write.now[0] == stamp else sequence}
        | {"lost": write.place in places and by.of(write, write.now[0]) != session.user}
        for write in writes
        if write.is_kept or write.place in places
    ]
    rows += _creates(session, changeset, touched, drafts, sequence=sequence)
    of_others = _of_others(won_over, session, by)
    unseen_creates = _unseen_creates(unit, session, changeset, of_others, unaware=unaware)
    made = _made(session, won_over, unseen_creates, by, sequence)
    unseen = _unseen(unit, session, changeset, of_others, by)
    unit.remember(rows + made)
    unit.displace(_displaced(writes, by, unseen, sequence))
    unit.mark_lost(unseen)
    late = [
        Loss(session.user, write.key, write.cell, stamp.time, by.of(write, write.now[0]))
        for write in lost
    ]
    displaced = [
        Loss(user, (at.kind, at.record_id), at.cell, at.time, session.user)
        for at, user in unseen.items()
    ]
    displaced += [_loss(row, session.user) for row in made if row["lost"]]
    superseded = tuple(_superseded(write, by) for write in lost)
    return Settled(superseded, (*late, *displaced))


def _creates(
    session: Session,
    changeset: Changeset,
    touched: dict[Key, Draft],
    drafts: Drafts,
    *,
    sequence: int,
) -> list[dict[str, Any]]:
    """Rows for creates of what was there before, or is hidden from the first."""
    keys = dict.fromkeys((change.kind, change.id) for change in changeset.changes if change.create)
    return [
        log.cell_at(*key, log.CREATED, changeset.stamp)._asdict()
        | _facts(NIL, session.user, sequence)
        | {"name": changeset.name}
        for key in keys
        if touched[key].before is not None or telling.hidden_by(touched[key], drafts.fields)
    ]


def _unseen_creates(
    unit: Unit, session: Session, changeset: Changeset, won_over: list[Write], *, unaware: bool
) -> set[Key]:
    """The records that somebody else had made, unseen by who overwrites what came with it.

    Whoever updates a record has seen it made, if only once: of others it was made anew.
    """
    if unaware:
        return {write.key for write in won_over}
    keys = {
        log.cell_at(*w.key, log.CREATED, w.before[0])
        for w in won_over
        if w.before and w.from_create
    }
    accepted = unit.accepted_at(keys) if keys else {}
    return {
        (at.kind, at.record_id)
        for at, (sequence, user) in accepted.items()
        if sequence > changeset.seen and user != session.user
    }


def _made(
    session: Session, won_over: list[Write], unseen: set[Key], by: _Authors, sequence: int
) -> list[dict[str, Any]]:
    """Rows for what a create had written and is overwritten for the first time.

    Whoever makes a record a second time has not seen the first.
    What is lost is found among the conflicts where it was lost.
    """
    found = []
    for write in won_over:
        if write.before is None or not write.from_create:
            continue
        stamp, value = write.before
        value = value or (_default(write) if write.key in unseen else DEFAULT)
        if value and value != write.value:
            user = by.of(write, stamp)
            lost = user != session.user and (write.key in unseen or not write.update)
            row = _row(write, stamp, value, user, sequence if lost else 0)
            found.append(row | {"lost": lost, "displaced": sequence})
    return found


def _default(write: Write) -> bytes:
    """What a create says by leaving a cell out; nothing where it is merely empty."""
    kind = kinds().get(write.key[0])
    field = None if kind is None else kind.field_of(write.cell)
    said = None if field is None or field.entry is not None else field.default_cell
    return DEFAULT if said is None or said in _EMPTY else said


def _displaced(
    writes: list[Write], by: _Authors, unseen: Collection[CellAt], sequence: int
) -> list[dict[str, Any]]:
    """Rows for what an update had written and gives way, as they are if history lacks them.

    What is lost is found among the conflicts where it was lost.
    """
    found = []
    for write in writes:
        if write.before is None or write.from_create or not write.before[0] < write.now[0]:
            continue
        stamp, value = write.before
        place = sequence if write.at(stamp) in unseen else 0
        row = _row(write, stamp, value, by.of(write, stamp), place)
        found.append(row | {"displaced": sequence})
    return found


def _loss(row: dict[str, Any], by: str) -> Loss:
    return Loss(row["user_id"], (row["kind"], row["record_id"]), row["cell"], row["time"], by)


def _of_others(writes: list[Write], session: Session, by: _Authors) -> list[Write]:
    """Those whose value somebody else had written, or nobody knows who."""
    theirs = (w for w in writes if w.before and by.of(w, w.before[0]) != session.user)
    return [write for write in theirs if not _was_moved(write)]


def _was_moved(write: Write) -> bool:
    """Whether the server had moved it with a merge: that was nobody's word."""
    kind = kinds().get(write.key[0])
    by_server = write.before is not None and write.before[0].device == SERVER_DEVICE
    return by_server and not write.from_create and kind is not None and write.cell in kind.parents


def _unseen(
    unit: Unit, session: Session, changeset: Changeset, won_over: list[Write], by: _Authors
) -> dict[CellAt, str]:
    """What this changeset overwrites without its author having seen it, and who had written that.

    What was let go while it stood may have come at any time before the horizon.
    """
    updates = ((w, w.before[0]) for w in won_over if w.before and not w.from_create)
    before = {write.at(stamp): by.of(write, stamp) for write, stamp in updates}
    accepted = unit.accepted_at(before) if before else {}
    forgotten = unit.head.oldest
    found = {at: accepted.get(at, (forgotten, user)) for at, user in before.items()}
    return {
        at: user
        for at, (sequence, user) in found.items()
        if sequence > changeset.seen and user != session.user
    }


def _row(write: Write, stamp: Stamp, value: bytes, user: str, sequence: int) -> dict[str, Any]:
    return write.at(stamp)._asdict() | _facts(value, user, sequence)


def _facts(value: bytes, user: str, sequence: int) -> dict[str, Any]:
    return {
        "sequence": sequence,
        "user_id": user,
        "name": "",
        "value": value,
        "lost": False,
        "displaced": 0,
    }


def _superseded(write: Write, by: _Authors) -> Superseded:
    stamp = write.now[0]
    kind, record_id = write.key
    return Superseded(kind, record_id, write.cell, stamp.time, stamp.device, by.of(write, stamp))


def _of_server(unit: Unit, writes: list[Write], own: Stamp) -> dict[CellAt, str]:
    """For whom the server itself wrote what these writes meet, but for what it writes just now."""
    keys = {
        write.at(entry[0])
        for write in writes
        for entry in (write.before, write.now)
        if entry is not None and entry[0].device == SERVER_DEVICE and entry[0] != own
    }
    found = unit.accepted_at(keys) if keys else {}
    return {key: user for key, (_sequence, user) in found.items()}
