"""Undo: taking back what this device did, cell by cell, where nobody has written since.

An undo is an ordinary new write of the earlier values. A created record is deleted unless it is
somebody's work by now (`worked_on`), a labelling it put on is taken off. What someone (this user
included) has written since is left alone and reported. An undo can itself be taken back; that is a
new act, so it can be undone in its turn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec import Raw
from sqlalchemy import bindparam, func, or_, select, update

from client.store import history, outbox, states, tables, worked_on
from client.store.prepared import Prepared
from sync_protocol.changes import DELETED, NIL, Changeset
from sync_protocol.clock import COUNTER_BITS, Stamp
from sync_protocol.records import UNDONE, kinds

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from client.store.history import Written
    from sync_protocol.changes import RawCells

ON, ORIGIN = "on", "origin"
_decode = msgspec.msgpack.Decoder(Changeset).decode


class Kept(NamedTuple):
    """A cell that could not be taken back, because it was written again since.

    Without a cell's name it is a whole record, which is somebody's work by now.
    """

    kind: str
    id: str
    cell: str


class Undone(NamedTuple):
    """What an undo did: the action's name, how many records went back, and what stayed."""

    name: str
    records: int
    kept: tuple[Kept, ...]


class Action(NamedTuple):
    """What an undo takes back: its changesets' stamps, oldest first; `key` is its name in lists."""

    key: str
    name: str
    numbers: tuple[int, ...]
    stamps: tuple[Stamp, ...]
    undone: bool = False


class Act(NamedTuple):
    """Something done on this device, as a list tells of it.

    `changes` counts records changed (0 where that is not known any more). One that was taken back
    can be done `again` as long as its undo stands.
    """

    key: str
    name: str
    at_ms: int
    changes: int
    undone: bool
    again: bool = False


_table = tables.changeset
_STANDS = or_(_table.c.state == outbox.WAITING, _table.c.state == outbox.ACCEPTED)
_KEY = tables.ACT
_OPEN = (_STANDS, _table.c.undone.is_(False), _table.c.undoes.is_(False))
_LAST = Prepared(select(_KEY).where(*_OPEN).order_by(_table.c.number.desc()).limit(1))
_NAMED = select(_table).where(bindparam("at_key") == _KEY, _STANDS).order_by(_table.c.number)
_PARTS, _OPEN_PARTS = Prepared(_NAMED), Prepared(_NAMED.where(*_OPEN))
_MARK_UNDONE = Prepared(
    update(_table).where(_table.c.number == bindparam("at_number")).values(undone=True)
)


def last(connection: Connection) -> Action | None:
    """This device's latest action that stands and is not itself an undo."""
    key = _LAST.scalar(connection)
    return None if key is None else _action(connection, key, _OPEN_PARTS)


def named(connection: Connection, key: str) -> Action | None:
    """An act by its key; None if it is not known, or not any more."""
    return _action(connection, key)


def undo_of(connection: Connection, key: str) -> Action | None:
    """The undo of an act, if it stands."""
    found = connection.execute(
        select(_KEY)
        .where(_STANDS, _table.c.takes_back == key, _table.c.undoes, _table.c.undone.is_(False))
        .order_by(_table.c.number.desc())
        .limit(1)
    ).scalar()
    return None if found is None else _action(connection, found)


def acts(connection: Connection, limit: int) -> list[Act]:
    """What was done here and is still remembered, the latest first; no undo is an act."""
    found = connection.execute(
        select(
            _KEY.label("key"),
            func.max(_table.c.name),
            func.max(_table.c.time),
            func.sum(_table.c.changes),
            func.min(_table.c.undone),
        )
        .where(_STANDS, _table.c.undoes.is_(False))
        .group_by(_KEY)
        .order_by(func.max(_table.c.number).desc())
        .limit(limit)
    ).all()
    standing = select(_table.c.takes_back).where(
        _STANDS, _table.c.undoes, _table.c.undone.is_(False), _table.c.takes_back != ""
    )
    again = set(connection.execute(standing).scalars())
    return [
        Act(key, name, time >> COUNTER_BITS, changes, bool(undone), key in again)
        for key, name, time, changes, undone in found
    ]


def writes(connection: Connection, action: Action) -> list[Written]:
    """All that an action wrote, the latest first."""
    return [
        written
        for stamp in reversed(action.stamps)
        for written in reversed(history.by_stamp(connection, stamp))
    ]


def touched(connection: Connection, key: str) -> list[states.Key]:
    """The records that an act wrote, each once, the first written first."""
    action = named(connection, key)
    written = writes(connection, action) if action else []
    return list(dict.fromkeys((each.kind, each.id) for each in reversed(written)))


def plan(
    connection: Connection, written: list[Written]
) -> tuple[dict[states.Key, RawCells], tuple[Kept, ...]]:
    """The cells to write per record, and those to leave."""
    back: dict[states.Key, RawCells] = {}
    kept: list[Kept] = []
    staying = worked_on.staying(connection, written)
    for item in written:
        if (item.kind, item.id) in staying:
            if item.cell == history.CREATED and not worked_on.is_company(item.kind):
                kept.append(Kept(item.kind, item.id, item.cell))
            continue
        cells = _earlier(connection, item)
        if cells is None:
            kept.append(Kept(item.kind, item.id, item.cell))
        else:
            back.setdefault((item.kind, item.id), {}).update(cells)
    return back, tuple(kept)


def mark_undone(connection: Connection, action: Action) -> None:
    _MARK_UNDONE.run_many(connection, [{"at_number": number} for number in action.numbers])


def _action(connection: Connection, key: str, parts: Prepared = _PARTS) -> Action | None:
    rows = list(parts.mappings(connection, {"at_key": key}))
    if not rows:
        return None
    stamps = tuple(Stamp(row["time"], _decode(row["body"]).device) for row in rows)
    numbers = tuple(row["number"] for row in rows)
    return Action(key, rows[0]["name"], numbers, stamps, all(row["undone"] for row in rows))


def _earlier(connection: Connection, item: Written) -> RawCells | None:
    """What takes one write back; None if another write has come since."""
    state = states.read(connection, item.kind, item.id)
    if state is None:
        return None
    if item.cell == history.CREATED:
        return _uncreate(item.kind)
    if state.stamp_of(item.cell) != item.stamp:
        return None
    before = NIL if item.before is None else msgspec.msgpack.encode(item.before)
    return {item.cell: Raw(before)}


def _uncreate(kind: str) -> RawCells:
    """A record is deleted; what is never deleted is off, and not because somebody decided so."""
    known = kinds().get(kind)
    fields = known.fields if known is not None else {}
    if ON not in fields:
        return {DELETED: Raw(msgspec.msgpack.encode(True))}
    back = {ON: Raw(msgspec.msgpack.encode(False))}
    return back | ({ORIGIN: Raw(msgspec.msgpack.encode(UNDONE))} if ORIGIN in fields else {})
