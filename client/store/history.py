"""What was written to each cell, by whom, and what lost: the replica's part of a record's history.

It holds this device's own edits and every change pulled since the replica began. A value is lost
if another user's write displaced it unseen: the one who wrote later (or whose stamp is higher) had
not yet heard of it. Lost values stay readable and can be restored, which is simply a new write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from client.store import tables
from client.store.prepared import Prepared
from sync_protocol.clock import NEVER, Stamp
from sync_protocol.records import kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from sync_protocol.changes import Change, State
    from sync_protocol.messages import Write

CREATED = ""
"""The cell under which a record's create is noted."""

_table = tables.history.c
_AT = (
    _table.kind == bindparam("at_kind"),
    _table.id == bindparam("at_id"),
    _table.cell == bindparam("at_cell"),
    _table.time == bindparam("at_time"),
    _table.device == bindparam("at_device"),
)
_AUTHOR_AT = Prepared(select(_table.user, _table.sequence).where(*_AT))
_BY_STAMP = Prepared(
    select(tables.history)
    .where(_table.time == bindparam("at_time"), _table.device == bindparam("at_device"))
    .order_by(_table.entry)
)
_AUTHORS_AFTER = Prepared(
    select(_table.user, _table.time, _table.device, _table.sequence, _table.name)
    .where(
        _table.kind == bindparam("at_kind"),
        _table.id == bindparam("at_id"),
        _table.sequence > bindparam("after"),
    )
    .distinct()
)
_LOSE = Prepared(update(tables.history).where(*_AT).values(lost=True))
_BY = (_table.time == bindparam("at_time"), _table.device == bindparam("at_device"))
_ACCEPT = Prepared(update(tables.history).where(*_BY))
_RENAME = Prepared(update(tables.history).where(*_BY).prefix_with("OR IGNORE"))
_DROP = Prepared(delete(tables.history).where(*_BY))
_NEW = insert(tables.history)
_ADD = Prepared(
    _NEW.on_conflict_do_update(
        ["kind", "id", "cell", "time", "device"],
        set_={"sequence": _NEW.excluded.sequence},
        where=_table.sequence == 0,
    )
)
"""What is noted again stays as it is, but for its place in the log of a restored server."""


class Written(msgspec.Struct, frozen=True):
    """One cell written once. `sequence` is None while the server has not accepted it."""

    kind: str
    id: str
    cell: str
    stamp: Stamp
    user: str
    name: str
    value: Any
    before: Any
    sequence: int | None
    lost: bool

    @property
    def field(self) -> str:
        return self.cell.partition(".")[0]


class Author(msgspec.Struct, frozen=True):
    """Who made a changeset, when the server took it, and what they had seen by then."""

    user: str
    stamp: Stamp
    seen: int
    sequence: int | None
    name: str


def note(connection: Connection, change: Change, before: State | None, author: Author) -> None:
    """Note a change about to be merged onto `before`; a change noted again is left as it is."""
    if change.create:
        _ADD.run(connection, _row(change, author, cell=CREATED))
        return
    new = []
    for cell, value in change.cells.items():
        current = _current(before, cell)
        late = (author.stamp, bytes(value)) < current
        lost = late and _gave_way(connection, change, cell, current, author)
        if not late and current[0] != NEVER:
            _displace(connection, change, cell, current, author)
        new.append(_row(change, author, cell=cell, before=current[1], lost=lost))
    if new:
        _ADD.run_many(connection, new)


def accept(connection: Connection, old: Stamp, new: Stamp, sequence: int) -> None:
    """This device's changeset was accepted, perhaps with another stamp."""
    rename(connection, old, new)
    _ACCEPT.run(connection, _by(new) | {"sequence": sequence})


def accept_as_sent(connection: Connection, taken: Iterable[tuple[Stamp, int]]) -> None:
    """This device's changesets were accepted with the stamps they had; the sequence of each."""
    _ACCEPT.run_many(connection, [_by(stamp) | {"sequence": sequence} for stamp, sequence in taken])


def rename(connection: Connection, old: Stamp, new: Stamp) -> None:
    """What was noted under one stamp is noted under another, unless the log has told it already."""
    if old == new:
        return
    _RENAME.run(connection, _by(old) | {"time": new.time, "device": new.device})
    _DROP.run(connection, _by(old))


def drop(connection: Connection, stamp: Stamp) -> None:
    """What one changeset would have written was not to be."""
    _DROP.run(connection, _by(stamp))


def forget_order(connection: Connection) -> None:
    """The sequences noted till now are of a life of the server that is over."""
    table = tables.history
    connection.execute(update(table).where(table.c.sequence > 0).values(sequence=0))


def mark_lost(connection: Connection, kind: str, record_id: str, cell: str, stamp: Stamp) -> None:
    _LOSE.run(connection, _at(kind, record_id, cell, stamp))


def authors_after(connection: Connection, kind: str, record_id: str, sequence: int) -> list[Author]:
    """Who changed a record after `sequence`; what they had seen is not kept here."""
    asked = {"at_kind": kind, "at_id": record_id, "after": sequence}
    return [
        Author(user, Stamp(time, device), seen=0, sequence=taken, name=name)
        for user, time, device, taken, name in _AUTHORS_AFTER.all(connection, asked)
    ]


def of(connection: Connection, kind: str, record_id: str) -> list[Written]:
    """A record's history, the newest first."""
    table = tables.history
    found = connection.execute(
        select(table)
        .where(table.c.kind == kind, table.c.id == record_id)
        .order_by(table.c.time.desc(), table.c.device.desc(), table.c.entry.desc())
    )
    return [_written(row) for row in found.mappings()]


def joined(here: list[Written], kind: str, record_id: str, told: Iterable[Write]) -> list[Written]:
    """What the server tells of a record's past, and what only this device knows, newest first.

    `before` is what the same cell held until then, as far as the past goes.
    """
    ours = {(written.cell, written.stamp): written for written in here}
    found: dict[tuple[str, Stamp], Written] = {}
    for write in told:
        stamp = Stamp(write.time, write.device)
        known = ours.get((write.cell, stamp))
        found[write.cell, stamp] = Written(
            kind=kind,
            id=record_id,
            cell=write.cell,
            stamp=stamp,
            user=write.user,
            name=write.name or (known.name if known else ""),
            value=msgspec.msgpack.decode(write.value),
            before=None,
            sequence=write.sequence,
            lost=write.lost,
        )
    every = sorted((ours | found).values(), key=lambda written: (written.stamp, written.cell))
    return list(reversed(_with_before(every)))


def _with_before(oldest_first: list[Written]) -> list[Written]:
    """Fill in what each write displaced, where the past at hand knows."""
    held: dict[str, Any] = {}
    filled: list[Written] = []
    for written in oldest_first:
        before = held.get(written.cell, written.before)
        filled.append(msgspec.structs.replace(written, before=before))
        held[written.cell] = written.value
    return filled


def by_stamp(connection: Connection, stamp: Stamp) -> list[Written]:
    """Everything one changeset wrote, in the order it was written."""
    at = {"at_time": stamp.time, "at_device": stamp.device}
    return [_written(row) for row in _BY_STAMP.mappings(connection, at)]


def _gave_way(
    connection: Connection,
    change: Change,
    cell: str,
    current: tuple[Stamp, bytes],
    author: Author,
) -> bool:
    """Whether a change that came late gives way to something else of somebody else's.

    Of a value that came with a record, not with a change, nobody here knows: it may have been
    written by who had seen this one.
    """
    if bytes(change.cells[cell]) == current[1]:
        return False
    found = _AUTHOR_AT.first(connection, _at(change.kind, change.id, cell, current[0]))
    return found is not None and bool(found[0] != author.user)


def _displace(
    connection: Connection,
    change: Change,
    cell: str,
    current: tuple[Stamp, bytes],
    author: Author,
) -> None:
    """Mark the value that this change displaces as lost, if its author had not seen it."""
    if bytes(change.cells[cell]) == current[1]:
        return
    place = _at(change.kind, change.id, cell, current[0])
    found = _AUTHOR_AT.first(connection, place)
    if found is None or found[0] == author.user:
        return
    sequence = found[1]
    if sequence is None or sequence > author.seen:
        _LOSE.run(connection, place)


def _current(before: State | None, cell: str) -> tuple[Stamp, bytes]:
    if before is None:
        return NEVER, b""
    value = before.cells.get(cell)
    if value is not None:
        return before.stamp_of(cell), bytes(value)
    kind = kinds().get(before.kind)
    field = kind.field_of(cell) if kind else None
    default = b"" if field is None or field.entry is not None else field.default_cell
    return before.stamp_of(cell), default


def _row(
    change: Change, author: Author, *, cell: str, before: bytes = b"", lost: bool = False
) -> dict[str, Any]:
    value = change.cells.get(cell)
    return {
        "kind": change.kind,
        "id": change.id,
        "cell": cell,
        "time": author.stamp.time,
        "device": author.stamp.device,
        "user": author.user,
        "sequence": author.sequence,
        "name": author.name,
        "value": None if value is None else bytes(value),
        "before": before,
        "lost": lost,
    }


def _at(kind: str, record_id: str, cell: str, stamp: Stamp) -> dict[str, Any]:
    return {"at_kind": kind, "at_id": record_id, "at_cell": cell} | _by(stamp)


def _by(stamp: Stamp) -> dict[str, Any]:
    return {"at_time": stamp.time, "at_device": stamp.device}


def _written(row: Mapping[Any, Any]) -> Written:
    return Written(
        kind=row["kind"],
        id=row["id"],
        cell=row["cell"],
        stamp=Stamp(row["time"], row["device"]),
        user=row["user"],
        name=row["name"],
        value=_decode(row["value"]),
        before=_decode(row["before"]),
        sequence=row["sequence"],
        lost=row["lost"],
    )


def _decode(value: bytes | None) -> Any:
    return msgspec.msgpack.decode(value) if value else None
