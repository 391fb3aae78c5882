"""Undo: taking back this device's last action, cell by cell, where nobody has written since.

An undo is an ordinary new write of the earlier values. A created record is deleted, a labelling it
put on is taken off. A cell that someone (this user included) has written since is left alone and
reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec import Raw
from sqlalchemy import func, select, update

from client.store import history, outbox, states, tables
from sync_protocol.changes import DELETED, NIL, Changeset
from sync_protocol.clock import Stamp
from sync_protocol.records import kinds

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from client.store.history import Written
    from sync_protocol.changes import RawCells

ON = "on"
_decode = msgspec.msgpack.Decoder(Changeset).decode


class Kept(NamedTuple):
    """A cell that could not be taken back, because it was written again since."""

    kind: str
    id: str
    cell: str


class Undone(NamedTuple):
    """What an undo did: the action's name, how many records went back, and what stayed."""

    name: str
    records: int
    kept: tuple[Kept, ...]


class Last(NamedTuple):
    """The action an undo would take back: its changesets' stamps, oldest first."""

    name: str
    numbers: tuple[int, ...]
    stamps: tuple[Stamp, ...]


def last(connection: Connection) -> Last | None:
    """This device's latest action that stands and is not itself an undo."""
    table = tables.changeset
    open_ = (
        table.c.undone.is_(False),
        table.c.undoes.is_(False),
        table.c.state.in_((outbox.WAITING, outbox.ACCEPTED)),
    )
    top = connection.execute(
        select(table).where(*open_).order_by(table.c.number.desc()).limit(1)
    ).first()
    if top is None:
        return None
    where = table.c.action == top.action if top.action else table.c.number == top.number
    rows = connection.execute(select(table).where(*open_, where).order_by(table.c.number)).all()
    devices = [_decode(row.body).device for row in rows]
    stamps = tuple(Stamp(row.time, device) for row, device in zip(rows, devices, strict=True))
    return Last(top.name, tuple(row.number for row in rows), stamps)


def writes(connection: Connection, action: Last) -> list[Written]:
    """All that an action wrote, the latest first."""
    return [
        written
        for stamp in reversed(action.stamps)
        for written in reversed(history.by_stamp(connection, stamp))
    ]


def plan(
    connection: Connection, written: list[Written]
) -> tuple[dict[states.Key, RawCells], tuple[Kept, ...]]:
    """The cells to write per record, and those to leave."""
    back: dict[states.Key, RawCells] = {}
    kept: list[Kept] = []
    for item in written:
        cells = _earlier(connection, item)
        if cells is None:
            kept.append(Kept(item.kind, item.id, item.cell))
        else:
            back.setdefault((item.kind, item.id), {}).update(cells)
    return back, tuple(kept)


def mark_undone(connection: Connection, action: Last) -> None:
    table = tables.changeset
    connection.execute(update(table).where(table.c.number.in_(action.numbers)).values(undone=True))


def standing(connection: Connection) -> int:
    """How many changesets could still be undone."""
    table = tables.changeset
    found = select(func.count()).where(table.c.undone.is_(False), table.c.undoes.is_(False))
    return int(connection.execute(found).scalar_one())


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
    known = kinds().get(kind)
    if known is not None and ON in known.fields:
        return {ON: Raw(msgspec.msgpack.encode(False))}
    return {DELETED: Raw(msgspec.msgpack.encode(True))}
