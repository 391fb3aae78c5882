"""The two layers of a record: what the server last said of it, and the edits that wait on that.

A row holds the merged value. While changesets of this device wait for the server, `confirmed`
keeps beneath it what the server last said, and the row is that joined with the waiting changes.
Everything here therefore rests on one equation: row = confirmed + waiting.
"""

from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from client.store import states, tables
from client.store.prepared import IDS, Prepared
from client.store.states import UNTOLD, at, is_at, packed, unpacked
from sync_protocol import merge
from sync_protocol.changes import Changeset

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from client.store.database import Database
    from client.store.states import Here, Key, Placed
    from sync_protocol.changes import Change, State
    from sync_protocol.clock import Stamp

_decode_changeset = msgspec.msgpack.Decoder(Changeset).decode


class Taken(NamedTuple):
    """A changeset that the server took, and the scopes of its records, as far as they are told.

    What is `past` lies behind the cursor: what is left of it has been told, and is confirmed.
    """

    sent: Changeset
    scopes: Sequence[int]
    past: bool


class Layers(NamedTuple):
    """A record as it is shown, what the server last said of it, and whether edits wait on it."""

    shown: Here | None
    confirmed: State | None
    waits: bool


_BEGIN_WAITING = Prepared(insert(tables.pending))
_BEGIN_CONFIRMED = Prepared(insert(tables.confirmed).on_conflict_do_nothing())
_IS_WAITING = Prepared(select(tables.pending.c.number).where(*is_at(tables.pending)).limit(1))
_CONFIRMED = Prepared(select(tables.confirmed.c.state).where(*is_at(tables.confirmed)))
_CONFIRMED_AMONG = Prepared(
    select(tables.confirmed.c.id, tables.confirmed.c.state).where(
        tables.confirmed.c.kind == bindparam("at_kind"), tables.confirmed.c.id.in_(IDS)
    )
)
_WAITING_AMONG = Prepared(
    select(tables.pending.c.id).where(
        tables.pending.c.kind == bindparam("at_kind"), tables.pending.c.id.in_(IDS)
    )
)
_CONFIRM = Prepared(update(tables.confirmed).where(*is_at(tables.confirmed)))
_THIS_WAITING = delete(tables.pending).where(*is_at(tables.pending))
_END_WAITING_ALL = Prepared(_THIS_WAITING)
_END_ALL_WAITING = Prepared(
    delete(tables.pending).where(tables.pending.c.number == bindparam("at_number"))
)
_END_WAITING = Prepared(_THIS_WAITING.where(tables.pending.c.number == bindparam("at_number")))
_END_CONFIRMED = Prepared(delete(tables.confirmed).where(*is_at(tables.confirmed)))
_END_HISTORY = Prepared(delete(tables.history).where(*is_at(tables.history)))
_WAITING = Prepared(
    select(tables.changeset.c.body)
    .join(tables.pending, tables.pending.c.number == tables.changeset.c.number)
    .where(*is_at(tables.pending))
    .order_by(tables.changeset.c.number)
)


def begin_waiting(
    connection: Connection, change: Change, number: int, before: State | None
) -> None:
    """Note that changeset `number` touches a record; keep what the server said of it till now."""
    key = {"kind": change.kind, "id": change.id}
    _BEGIN_WAITING.run(connection, key | {"number": number})
    _BEGIN_CONFIRMED.run(connection, key | {"state": packed(before)})


def is_waiting(connection: Connection, kind: str, record_id: str) -> bool:
    return _IS_WAITING.first(connection, at(kind, record_id)) is not None


def confirmed(connection: Connection, kind: str, record_id: str) -> State | None:
    """What the server last said of a record, whether edits wait on it or not."""
    row = _CONFIRMED.first(connection, at(kind, record_id))
    if row is None:
        return states.read(connection, kind, record_id)
    return unpacked(row[0])


def covered(connection: Connection, keys: Collection[Key]) -> dict[Key, State | None]:
    """What the server last said of those of these records on which edits wait."""
    return {
        (kind, record_id): unpacked(state)
        for kind, ids in _by_kind(keys).items()
        for record_id, state in _CONFIRMED_AMONG.among(connection, ids, {"at_kind": kind})
    }


def of(connection: Connection, kind: str, record_id: str) -> Layers:
    """What is here of a record, whether edits wait on it or not."""
    shown = states.here(connection, kind, record_id)
    beneath = _CONFIRMED.first(connection, at(kind, record_id))
    if beneath is None:
        return Layers(shown, None if shown is None else shown.state, waits=False)
    return Layers(shown, unpacked(beneath[0]), waits=True)


def confirm(
    database: Database, found: Placed, before: Layers, written: Collection[str] | None = None
) -> None:
    """Take a state from the server as the confirmed one, and show it under the waiting edits.

    `before` is what is here until now; `written` are the cells that are new, if that is known.
    """
    state, scope = found
    database.count(before.confirmed, state)
    if before.waits:
        _set_confirmed(database.connection, state.kind, state.id, state)
        show(database, state.kind, state.id, scope)
    elif written is None:
        states.write(database, state, scope)
    else:
        states.write(database, state, scope, over=before.shown, written=written)


def show(database: Database, kind: str, record_id: str, scope: int = UNTOLD) -> State:
    """Make the row the confirmed state joined with the waiting changes."""
    connection = database.connection
    base = confirmed(connection, kind, record_id)
    state = base or merge.blank(kind, record_id)
    for change, stamp in waiting_changes(connection, kind, record_id):
        state = merge.apply(state, change, stamp).state
    states.write(database, state, scope)
    return state


def settle_refused(database: Database, sent: Changeset) -> None:
    """A changeset is not to be: its records show what the server last said of them."""
    for change in sent.changes:
        _end_waiting(database, change, sent, confirmed(database.connection, change.kind, change.id))


def settle_restamped(database: Database, taken: Taken, stamp: Stamp) -> None:
    """A changeset was applied with another stamp than its own."""
    for change, scope in _with_scopes(taken):
        before = confirmed(database.connection, change.kind, change.id)
        after = _joined(before, change, stamp, past=taken.past)
        database.count(before, after)
        _end_waiting(database, change, taken.sent, after, scope)


def settle_as_sent(database: Database, answered: Sequence[Taken]) -> None:
    """Changesets were applied as they were written: what is shown stays, and goes unwritten.

    However many they are, what is beneath is read once and written once. Only where not all of them
    are confirmed by that is a record shown anew.
    """
    connection = database.connection
    keys = dict.fromkeys(
        (change.kind, change.id) for taken in answered for change in taken.sent.changes
    )
    before = _beneath(connection, keys)
    after, places, anew = dict(before), {}, set()
    for taken in answered:
        for change, scope in _with_scopes(taken):
            key = change.kind, change.id
            after[key] = _joined(after[key], change, taken.sent.stamp, past=taken.past)
            places[key] = scope
            if after[key] is None:
                anew.add(key)
    numbers = [{"at_number": taken.sent.number} for taken in answered]
    _END_ALL_WAITING.run_many(connection, numbers)
    waiting = _waiting_among(connection, keys)
    for key in keys:
        database.count(before[key], after[key])
        database.tell(*key)
    confirmed = [at(*key) | {"state": packed(after[key])} for key in keys if key in waiting]
    _CONFIRM.run_many(connection, confirmed)
    _END_CONFIRMED.run_many(connection, [at(*key) for key in keys if key not in waiting])
    for key, scope in places.items():
        if key in anew:
            _show_anew(database, key, after[key], scope, waits=key in waiting)
        elif scope != UNTOLD:
            states.put(connection, *key, scope)


def waiting_changes(
    connection: Connection, kind: str, record_id: str
) -> Iterator[tuple[Change, Stamp]]:
    """The waiting changes of one record with their stamps, oldest first."""
    for (body,) in _WAITING.all(connection, at(kind, record_id)):
        changeset = _decode_changeset(body)
        for change in changeset.changes:
            if (change.kind, change.id) == (kind, record_id):
                yield change, changeset.stamp


def waiting_records(connection: Connection) -> list[Key]:
    """Every record that some waiting changeset touches."""
    found = select(tables.pending.c.kind, tables.pending.c.id).distinct()
    return [(row.kind, row.id) for row in connection.execute(found)]


def purge(database: Database, kind: str, record_id: str) -> None:
    """Forget a record with its layers and its history, as if it had never been here."""
    database.count(confirmed(database.connection, kind, record_id), None)
    states.remove(database, kind, record_id)
    for statement in (_END_WAITING_ALL, _END_CONFIRMED, _END_HISTORY):
        statement.run(database.connection, at(kind, record_id))


def disown(database: Database, kind: str, record_id: str) -> None:
    """The server does not know this record any more; what waits on it is still to be judged."""
    database.count(confirmed(database.connection, kind, record_id), None)
    _set_confirmed(database.connection, kind, record_id, None)
    show(database, kind, record_id)
    states.put(database.connection, kind, record_id, UNTOLD)


def _joined(before: State | None, change: Change, stamp: Stamp, *, past: bool) -> State | None:
    """What is confirmed of a record once a change of it was taken.

    A record of which nothing is, behind the cursor, has left since, or was not in a copy of all.
    """
    if past and before is None:
        return None
    return merge.apply(before or merge.blank(change.kind, change.id), change, stamp).state


def _end_waiting(
    database: Database, change: Change, sent: Changeset, base: State | None, scope: int = UNTOLD
) -> None:
    """A change waits no more: `base` is what is confirmed of its record."""
    connection, key = database.connection, (change.kind, change.id)
    _END_WAITING.run(connection, at(*key) | {"at_number": sent.number})
    waits = is_waiting(connection, *key)
    if waits:
        _set_confirmed(connection, *key, base)
    else:
        _END_CONFIRMED.run(connection, at(*key))
    _show_anew(database, key, base, scope, waits=waits)


def _show_anew(
    database: Database, key: Key, base: State | None, scope: int, *, waits: bool
) -> None:
    """Make the row what is confirmed by now, with what waits on top if anything does."""
    if waits:
        show(database, *key, scope)
    elif base is None:
        states.remove(database, *key)
    else:
        states.write(database, base, scope)


def _with_scopes(taken: Taken) -> Iterator[tuple[Change, int]]:
    return zip(taken.sent.changes, chain(taken.scopes, repeat(UNTOLD)), strict=False)


def _beneath(connection: Connection, keys: Collection[Key]) -> dict[Key, State | None]:
    """What the server last said of each of these records, edits waiting on it or not."""
    found = covered(connection, keys)
    return {key: found[key] if key in found else states.read(connection, *key) for key in keys}


def _waiting_among(connection: Connection, keys: Collection[Key]) -> set[Key]:
    """Those of these records on which edits wait."""
    return {
        (kind, record_id)
        for kind, ids in _by_kind(keys).items()
        for (record_id,) in _WAITING_AMONG.among(connection, ids, {"at_kind": kind})
    }


def _by_kind(keys: Iterable[Key]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, record_id in keys:
        found.setdefault(kind, []).append(record_id)
    return found


def _set_confirmed(connection: Connection, kind: str, record_id: str, state: State | None) -> None:
    _CONFIRM.run(connection, at(kind, record_id) | {"state": packed(state)})
