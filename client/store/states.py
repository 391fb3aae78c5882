"""Record states in and out of the tables, and the two layers of a record with waiting edits.

A row holds the merged value. While changesets of this device wait for the server, `confirmed`
keeps beneath it what the server last said, and the row is that joined with the waiting changes.
Everything here therefore rests on one equation: row = confirmed + waiting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.msgpack import encode
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from client.store import tables
from sync_protocol import digest, merge
from sync_protocol.changes import Changeset, State
from sync_protocol.clock import Stamp
from sync_protocol.records import kinds, rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import ColumnElement, Connection, Table

    from client.store.database import Database
    from sync_protocol.changes import Change
    from sync_protocol.records import Kind
    from sync_protocol.rules.scopes import Fields

_decode_state = msgspec.msgpack.Decoder(State).decode
_decode_changeset = msgspec.msgpack.Decoder(Changeset).decode
Key = tuple[str, str]
"""(kind, id)"""


def read(connection: Connection, kind: str, record_id: str) -> State | None:
    """The merged state of a record; None if the replica does not know it."""
    known = kinds().get(kind)
    if known is None:
        packed = connection.execute(
            select(tables.unknown.c.state).where(*_is(tables.unknown, kind, record_id))
        ).scalar()
        return None if packed is None else _decode_state(packed)
    table = tables.of(known)
    row = connection.execute(select(table).where(table.c.id == record_id)).mappings().first()
    return None if row is None else rows.load(known, row)


def fields(connection: Connection, kind: str, record_id: str) -> tuple[Kind, Fields] | None:
    """The kind and fields of a record, as the rules ask for them."""
    known = kinds().get(kind)
    if known is None:
        return None
    table = tables.of(known)
    row = connection.execute(select(table).where(table.c.id == record_id)).mappings().first()
    return None if row is None else (known, dict(row))


def write(database: Database, state: State) -> None:
    """Store a merged state; it is to be indexed again."""
    connection, known = database.connection, kinds().get(state.kind)
    database.touch(state.kind, state.id)
    if known is None:
        values = {"kind": state.kind, "id": state.id, "state": encode(state)}
        statement = insert(tables.unknown).values(values)
        connection.execute(statement.on_conflict_do_update(["kind", "id"], set_=values))
        return
    row = rows.dump(known, state) | {"indexed": False}
    table = tables.of(known)
    changed = connection.execute(update(table).where(table.c.id == state.id).values(row))
    if not changed.rowcount:
        connection.execute(insert(table).values(row))


def write_new(database: Database, states: Iterable[State]) -> None:
    """Store states of records that the replica does not hold: the fast way of a snapshot."""
    by_kind: dict[str, list[rows.Row]] = {}
    for state in states:
        database.touch(state.kind, state.id)
        _count(database, None, state)
        by_kind.setdefault(state.kind, []).append(rows.dump(kinds()[state.kind], state))
    for name, batch in by_kind.items():
        database.connection.execute(insert(tables.of(kinds()[name])), batch)


def purge(database: Database, kind: str, record_id: str) -> None:
    """Forget a record with its layers and its history, as if it had never been here."""
    _count(database, confirmed(database.connection, kind, record_id), None)
    _remove(database, kind, record_id)
    for table in (tables.pending, tables.confirmed, tables.history):
        database.connection.execute(delete(table).where(*_is(table, kind, record_id)))


def _remove(database: Database, kind: str, record_id: str) -> None:
    known = kinds().get(kind)
    database.touch(kind, record_id)
    if known is None:
        statement = delete(tables.unknown).where(*_is(tables.unknown, kind, record_id))
        database.connection.execute(statement)
        return
    table = tables.of(known)
    row = database.connection.execute(
        select(table.c.row).where(table.c.id == record_id)
    ).scalar_one_or_none()
    if row is None:
        return
    if known.search:
        database.connection.exec_driver_sql(
            f"DELETE FROM {tables.search_name(known)} WHERE rowid = ?",  # noqa: S608 - our name
            (row,),
        )
    database.connection.execute(delete(table).where(table.c.row == row))


def existing(connection: Connection, kind: str, ids: list[str]) -> dict[str, bool]:
    """Those of `ids` that the replica already holds, and whether they are of an earlier life."""
    table = tables.of(kinds()[kind])
    found = connection.execute(select(table.c.id, table.c.stale).where(table.c.id.in_(ids)))
    return {row.id: row.stale for row in found}


# --- the layer beneath waiting edits ---


def begin_waiting(
    connection: Connection, change: Change, number: int, before: State | None
) -> None:
    """Note that changeset `number` touches a record; keep what the server said of it till now."""
    key = {"kind": change.kind, "id": change.id}
    connection.execute(insert(tables.pending).values(key | {"number": number}))
    packed = None if before is None else encode(before)
    statement = insert(tables.confirmed).values(key | {"state": packed})
    connection.execute(statement.on_conflict_do_nothing())


def is_waiting(connection: Connection, kind: str, record_id: str) -> bool:
    found = select(tables.pending.c.number).where(*_is(tables.pending, kind, record_id)).limit(1)
    return connection.execute(found).first() is not None


def confirmed(connection: Connection, kind: str, record_id: str) -> State | None:
    """What the server last said of a record, whether edits wait on it or not."""
    table = tables.confirmed
    row = connection.execute(select(table.c.state).where(*_is(table, kind, record_id))).first()
    if row is None:
        return read(connection, kind, record_id)
    return None if row.state is None else _decode_state(row.state)


def confirm(database: Database, state: State, before: State | None) -> State:
    """Take a state from the server as the confirmed one, and show it under the waiting edits.

    `before` is what was confirmed until now.
    """
    connection = database.connection
    _count(database, before, state)
    if not is_waiting(connection, state.kind, state.id):
        write(database, state)
        return state
    _set_confirmed(connection, state.kind, state.id, state)
    return show(database, state.kind, state.id)


def show(database: Database, kind: str, record_id: str) -> State:
    """Make the row the confirmed state joined with the waiting changes."""
    connection = database.connection
    base = confirmed(connection, kind, record_id)
    state = base or merge.blank(kind, record_id)
    for change, stamp in waiting_changes(connection, kind, record_id):
        state = merge.apply(state, change, stamp).state
    write(database, state)
    return state


def settle(database: Database, number: int, stamp: Stamp | None) -> None:
    """Changeset `number` is answered: applied with `stamp`, or rejected (None)."""
    connection = database.connection
    row = connection.execute(
        select(tables.changeset.c.body).where(tables.changeset.c.number == number)
    ).one()
    for change in _decode_changeset(row.body).changes:
        _settle_change(database, change, number, stamp)


def waiting_changes(
    connection: Connection, kind: str, record_id: str
) -> Iterator[tuple[Change, Stamp]]:
    """The waiting changes of one record with their stamps, oldest first."""
    joined = tables.pending.join(
        tables.changeset, tables.pending.c.number == tables.changeset.c.number
    )
    found = connection.execute(
        select(tables.changeset.c.body)
        .select_from(joined)
        .where(*_is(tables.pending, kind, record_id))
        .order_by(tables.changeset.c.number)
    ).scalars()
    for body in found.all():
        changeset = _decode_changeset(body)
        for change in changeset.changes:
            if (change.kind, change.id) == (kind, record_id):
                yield change, changeset.stamp


def waiting_records(connection: Connection) -> list[Key]:
    """Every record that some waiting changeset touches."""
    found = select(tables.pending.c.kind, tables.pending.c.id).distinct()
    return [(row.kind, row.id) for row in connection.execute(found)]


def count(connection: Connection, kind: str) -> int:
    table = tables.of(kinds()[kind])
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def count_all(connection: Connection) -> int:
    return sum(count(connection, name) for name in kinds())


def _settle_change(database: Database, change: Change, number: int, stamp: Stamp | None) -> None:
    connection, key = database.connection, (change.kind, change.id)
    base = confirmed(connection, *key)
    connection.execute(
        delete(tables.pending).where(*_is(tables.pending, *key), tables.pending.c.number == number)
    )
    if stamp is not None:
        before, base = base, merge.apply(base or merge.blank(*key), change, stamp).state
        _count(database, before, base)
    _set_confirmed(connection, *key, base)
    if is_waiting(connection, *key):
        show(database, *key)
        return
    connection.execute(delete(tables.confirmed).where(*_is(tables.confirmed, *key)))
    if base is None:
        _remove(database, *key)
    else:
        write(database, base)


def disown(database: Database, kind: str, record_id: str) -> None:
    """The server does not know this record any more; what waits on it is still to be judged."""
    _count(database, confirmed(database.connection, kind, record_id), None)
    _set_confirmed(database.connection, kind, record_id, None)
    show(database, kind, record_id)


def _set_confirmed(connection: Connection, kind: str, record_id: str, state: State | None) -> None:
    packed = None if state is None else encode(state)
    connection.execute(
        update(tables.confirmed).where(*_is(tables.confirmed, kind, record_id)).values(state=packed)
    )


def _count(database: Database, before: State | None, after: State | None) -> None:
    """Keep the digest of what is confirmed."""
    delta = 0
    if before is not None:
        delta -= digest.record(rows.normal(before))
    if after is not None:
        delta += digest.record(rows.normal(after))
    database.count(delta)


def _is(table: Table, kind: str, record_id: str) -> tuple[ColumnElement[bool], ...]:
    return table.c.kind == kind, table.c.id == record_id
