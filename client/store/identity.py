"""Whose changesets these are, and when they were written: repairs to what was never sent.

The first sign-in gives them their user; a clone's device id is exchanged for a new one; a clock
that was wrong is put right. What the server may have seen keeps its bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Raw
from msgspec.msgpack import encode
from sqlalchemy import func, select, update

from client.store import history, layers, meta, outbox, tables
from sync_protocol import clock
from sync_protocol.changes import Changeset
from sync_protocol.clock import Stamp
from sync_protocol.records import kinds

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from client.store.database import Database
    from sync_protocol.changes import Change

OWNERS = ("owner_id", "assignee_id")
"""The fields that name whoever wrote a record, unless they say otherwise."""
_decode = msgspec.msgpack.Decoder(Changeset).decode


def adopt(database: Database, device: int, user: str) -> None:
    """The first sign-in: what was written till then is this user's, under the id it registered."""
    connection = database.connection
    for changeset in outbox.waiting(connection):
        changes = tuple(_owned(change, user) for change in changeset.changes)
        _rewrite(connection, msgspec.structs.replace(changeset, device=device, changes=changes))
    table = tables.history
    ours = (table.c.user == "", table.c.sequence.is_(None))
    connection.execute(update(table).where(*ours).values(device=device, user=user))
    _show_waiting(database)


def rekey(database: Database, new: int) -> None:
    """Somebody else goes by our device id: what waits goes on under a new one, its numbers kept.

    The server gives the new id the numbers after those that were answered under the old.
    """
    with database.transaction() as connection:
        for changeset in outbox.waiting(connection):
            _rewrite(connection, msgspec.structs.replace(changeset, device=new))
            history.rename(connection, changeset.stamp, Stamp(changeset.time, new))
        table = tables.changeset
        waits = table.c.state == outbox.WAITING
        connection.execute(update(table).where(waits).values(sent=False, failures=0))
        meta.write(connection, "device", new)
        _show_waiting(database)


def shift_clock(database: Database, known_ms: int, measured_ms: int, now_ms: int) -> None:
    """The server's clock is off from ours by something else than was known: move unsent stamps.

    They keep their order, stay after everything their author had read, and never lie in the
    server's future; what was dated back, and not to a day that is still to come, stays where it is.
    Then the clock goes on from the highest stamp that is left.
    """
    connection = database.connection
    table = tables.changeset
    by_ms = measured_ms - known_ms
    with database.transaction():
        meta.write(connection, "offset_ms", measured_ms)
        unsent = connection.execute(
            select(table.c.number, table.c.body, table.c.observed)
            .where(table.c.state == outbox.WAITING, table.c.sent.is_(False))
            .order_by(table.c.number)
        ).all()
        last = connection.execute(
            select(func.max(table.c.time)).where(
                (table.c.state == outbox.ACCEPTED)
                | ((table.c.state == outbox.WAITING) & table.c.sent)
            )
        ).scalar_one()
        waiting = [(_decode(row.body), row.observed) for row in unsent]
        moved = _shifted(waiting, by_ms, now_ms, last or 0)
        for changeset, _ in moved:  # out of each other's way first
            history.rename(connection, changeset.stamp, Stamp(-changeset.number, changeset.device))
        for changeset, time in moved:
            there = Stamp(-changeset.number, changeset.device)
            history.rename(connection, there, Stamp(time, changeset.device))
            _rewrite(connection, msgspec.structs.replace(changeset, time=time))
        _lower_clock(connection)
        _show_waiting(database)


def _shifted(
    unsent: list[tuple[Changeset, int]], by_ms: int, now_ms: int, last: int
) -> list[tuple[Changeset, int]]:
    """The new stamp times, all after `last`: this device's last that is fixed."""
    moved: list[tuple[Changeset, int]] = []
    now = clock.at(now_ms)
    for changeset, observed in unsent:
        if clock.is_dated_back(changeset.time) and changeset.time <= now:
            moved.append((changeset, changeset.time))
            continue
        wanted = min(changeset.time + clock.at(by_ms), now)
        last = max(wanted, clock.after(observed), clock.after(last))
        moved.append((changeset, last))
    return moved


def _lower_clock(connection: Connection) -> None:
    table = tables.changeset
    ours = connection.execute(
        select(func.max(table.c.time)).where(table.c.state.in_((outbox.WAITING, outbox.ACCEPTED)))
    ).scalar_one()
    observed = meta.read(connection, "observed", int) or 0
    meta.write(connection, "clock", max(ours or 0, observed))


def _rewrite(connection: Connection, changeset: Changeset) -> None:
    table = tables.changeset
    connection.execute(
        update(table)
        .where(table.c.number == changeset.number)
        .values(body=encode(changeset), time=changeset.time)
    )


def _show_waiting(database: Database) -> None:
    for key in layers.waiting_records(database.connection):
        layers.show(database, *key)


def _owned(change: Change, user: str) -> Change:
    """A create without an owner, now with one."""
    kind = kinds().get(change.kind)
    if kind is None or not change.create:
        return change
    mine = {name: Raw(encode(user)) for name in OWNERS if name in kind.fields}
    return msgspec.structs.replace(change, cells=mine | change.cells)
