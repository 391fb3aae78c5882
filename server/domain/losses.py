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

from server.domain import telling
from server.domain.access import SERVER_DEVICE
from server.store import log
from sync_protocol.changes import DELETED, NIL
from sync_protocol.merge import DEFAULT
from sync_protocol.messages import Superseded

if TYPE_CHECKING:
    from server.domain.access import Session
    from server.domain.drafts import Draft, Drafts
    from server.store.log import CellAt
    from server.store.records import Key
    from server.store.unit import Unit
    from sync_protocol.changes import Change, Changeset, State
    from sync_protocol.clock import Stamp

    _Place = tuple[Key, str]
    """A cell of a record."""

CREATED = ""
"""The cell under which history has a create itself."""


class _Write(NamedTuple):
    """One cell of one change: what it wrote, over what, and what stands now."""

    key: Key
    cell: str
    value: bytes
    update: bool
    before: tuple[Stamp, bytes] | None
    from_create: bool
    now: tuple[Stamp, bytes]

    @property
    def place(self) -> _Place:
        return self.key, self.cell

    @property
    def is_kept(self) -> bool:
        """Whether history gets it: of creates only a deletion, which upkeep asks after."""
        return self.update or (self.cell == DELETED and self.before is not None)

    def at(self, stamp: Stamp) -> CellAt:
        return log.cell_at(*self.key, self.cell, stamp)


class _Authors(NamedTuple):
    """Who wrote a value: the user of its device, or whom the server wrote it for."""

    devices: dict[int, str]
    server: dict[CellAt, str]

    def of(self, write: _Write, stamp: Stamp) -> str:
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
) -> Settled:
    """Write history, mark values lost, and return the cells that lost."""
    stamp = changeset.stamp
    writes = list(_writes(changeset, touched).values())
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
    made = _made(session, won_over, by, sequence)
    unit.remember(rows + made)
    unit.displace(_displaced(writes, by, sequence))
    late = [
        Loss(session.user, write.key, write.cell, stamp.time, by.of(write, write.now[0]))
        for write in lost
    ]
    displaced = _mark_unseen(unit, session, changeset, _of_others(won_over, session, by))
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
        log.cell_at(*key, CREATED, changeset.stamp)._asdict()
        | _facts(NIL, session.user, sequence)
        | {"name": changeset.name}
        for key in keys
        if touched[key].before is not None or telling.hidden_by(touched[key], drafts)
    ]


def _made(
    session: Session, won_over: list[_Write], by: _Authors, sequence: int
) -> list[dict[str, Any]]:
    """Rows for what a create had written and is overwritten for the first time.

    Whoever updates a record has seen it made; whoever makes it a second time has not. What is lost
    is found among the conflicts where it was lost.
    """
    found = []
    for write in won_over:
        if write.before and write.from_create and write.before[1]:
            stamp, value = write.before
            user = by.of(write, stamp)
            lost = not write.update and user != session.user
            row = _row(write, stamp, value, user, sequence if lost else 0)
            found.append(row | {"lost": lost, "displaced": sequence})
    return found


def _displaced(writes: list[_Write], by: _Authors, sequence: int) -> list[dict[str, Any]]:
    """Rows for what an update had written and gives way, as they are if history lacks them."""
    return [
        _row(write, *write.before, by.of(write, write.before[0]), 0) | {"displaced": sequence}
        for write in writes
        if write.before and not write.from_create and write.before[0] < write.now[0]
    ]


def _loss(row: dict[str, Any], by: str) -> Loss:
    return Loss(row["user_id"], (row["kind"], row["record_id"]), row["cell"], row["time"], by)


def _of_others(writes: list[_Write], session: Session, by: _Authors) -> list[_Write]:
    """Those whose value somebody else had written, or nobody knows who."""
    return [w for w in writes if w.before and by.of(w, w.before[0]) != session.user]


def _mark_unseen(
    unit: Unit, session: Session, changeset: Changeset, won_over: list[_Write]
) -> list[Loss]:
    """Mark what this changeset overwrote without its author having seen it."""
    keys = {w.at(w.before[0]) for w in won_over if w.before and not w.from_create}
    if not keys:
        return []
    accepted = unit.accepted_at(keys)
    unseen = {
        key: user
        for key, (sequence, user) in accepted.items()
        if sequence > changeset.seen and user != session.user
    }
    unit.mark_lost(unseen)
    return [
        Loss(user, (at.kind, at.record_id), at.cell, at.time, session.user)
        for at, user in unseen.items()
    ]


def _writes(changeset: Changeset, touched: dict[Key, Draft]) -> dict[_Place, _Write]:
    """The last write of each cell; a changeset may name a record twice."""
    found: dict[_Place, _Write] = {}
    for change in changeset.changes:
        key = change.kind, change.id
        draft = touched[key]
        before = draft.before
        for cell, value in change.cells.items():
            found[key, cell] = _Write(
                key=key,
                cell=cell,
                value=bytes(value),
                update=not change.create,
                before=None if before is None else _entry(before, cell),
                from_create=before is not None and before.stamp_of(cell) == before.base,
                now=_entry(draft.state, cell),
            )
        if change.create and before is not None:
            found |= _reset(change, changeset.stamp, before, draft.state)
    return found


def _reset(change: Change, stamp: Stamp, before: State, now: State) -> dict[_Place, _Write]:
    """What a second create does to the cells it does not name: they have their default again."""
    key = change.kind, change.id
    return {
        (key, cell): _Write(
            key=key,
            cell=cell,
            value=DEFAULT,
            update=False,
            before=_entry(before, cell),
            from_create=before.stamp_of(cell) == before.base,
            now=(stamp, DEFAULT),
        )
        for cell in before.cells
        if cell not in change.cells and _entry(now, cell) == (stamp, DEFAULT)
    }


def _entry(state: State, cell: str) -> tuple[Stamp, bytes]:
    return state.stamp_of(cell), bytes(state.cells.get(cell, DEFAULT))


def _row(write: _Write, stamp: Stamp, value: bytes, user: str, sequence: int) -> dict[str, Any]:
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


def _superseded(write: _Write, by: _Authors) -> Superseded:
    stamp = write.now[0]
    kind, record_id = write.key
    return Superseded(kind, record_id, write.cell, stamp.time, stamp.device, by.of(write, stamp))


def _of_server(unit: Unit, writes: list[_Write], own: Stamp) -> dict[CellAt, str]:
    """For whom the server itself wrote what these writes meet, but for what it writes just now."""
    keys = {
        write.at(entry[0])
        for write in writes
        for entry in (write.before, write.now)
        if entry is not None and entry[0].device == SERVER_DEVICE and entry[0] != own
    }
    found = unit.accepted_at(keys) if keys else {}
    return {key: user for key, (_sequence, user) in found.items()}
