"""Record states in and out of the tables, and the two layers of a record with waiting edits.

A row holds the merged value. While changesets of this device wait for the server, `confirmed`
keeps beneath it what the server last said, and the row is that joined with the waiting changes.
Everything here therefore rests on one equation: row = confirmed + waiting.
"""

from __future__ import annotations

from functools import cache
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec.msgpack import encode
from sqlalchemy import bindparam, delete, func, literal_column, or_, select, union_all, update
from sqlalchemy.dialects.sqlite import insert

from client.store import likenesses, sorting, tables
from client.store.prepared import IDS, Prepared, run_text
from sync_protocol import digest, merge
from sync_protocol.changes import Changeset, State
from sync_protocol.clock import Stamp
from sync_protocol.records import kinds, rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement, CompoundSelect, Connection, Table

    from client.store.database import Database
    from sync_protocol.changes import Change
    from sync_protocol.records import Kind
    from sync_protocol.rules.scopes import Fields

_decode_state = msgspec.msgpack.Decoder(State).decode
_decode_changeset = msgspec.msgpack.Decoder(Changeset).decode
Key = tuple[str, str]
"""(kind, id)"""
UNTOLD, LEFT = 0, -1
"""In place of a scope: the server has not told it; it has told that the record left."""


class Placed(NamedTuple):
    """A state as the server told it, and the number of the scope it is in: see `held`."""

    state: State
    scope: int


class Here(NamedTuple):
    """A record as it is here, and its row: none where its type is of a newer version."""

    state: State
    row: rows.Row | None


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


def _is(table: Table) -> tuple[ColumnElement[bool], ...]:
    """Where a table speaks of the record that `_at` names."""
    return table.c.kind == bindparam("at_kind"), table.c.id == bindparam("at_id")


def _at(kind: str, record_id: str) -> dict[str, Any]:
    return {"at_kind": kind, "at_id": record_id}


_UNKNOWN = Prepared(select(tables.unknown.c.state).where(*_is(tables.unknown)))
_FORGET_UNKNOWN = Prepared(delete(tables.unknown).where(*_is(tables.unknown)))
_NEW_UNKNOWN = insert(tables.unknown)
_WRITE_UNKNOWN = Prepared(
    _NEW_UNKNOWN.on_conflict_do_update(["kind", "id"], set_={"state": _NEW_UNKNOWN.excluded.state})
)
_UNKNOWN_WITHIN = Prepared(
    select(tables.unknown.c.kind, tables.unknown.c.id).where(
        tables.unknown.c.scope == bindparam("at_scope")
    )
)
_MOVE_UNKNOWN = Prepared(
    update(tables.unknown).where(tables.unknown.c.scope == bindparam("at_scope"))
)
_UNKNOWN_SCOPE = Prepared(select(tables.unknown.c.scope).where(*_is(tables.unknown)))
_PUT_UNKNOWN = Prepared(update(tables.unknown).where(*_is(tables.unknown)))
_BEGIN_WAITING = Prepared(insert(tables.pending))
_BEGIN_CONFIRMED = Prepared(insert(tables.confirmed).on_conflict_do_nothing())
_IS_WAITING = Prepared(select(tables.pending.c.number).where(*_is(tables.pending)).limit(1))
_CONFIRMED = Prepared(select(tables.confirmed.c.state).where(*_is(tables.confirmed)))
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
_CONFIRM = Prepared(update(tables.confirmed).where(*_is(tables.confirmed)))
_THIS_WAITING = delete(tables.pending).where(*_is(tables.pending))
_END_WAITING_ALL = Prepared(_THIS_WAITING)
_END_ALL_WAITING = Prepared(
    delete(tables.pending).where(tables.pending.c.number == bindparam("at_number"))
)
_END_WAITING = Prepared(_THIS_WAITING.where(tables.pending.c.number == bindparam("at_number")))
_END_CONFIRMED = Prepared(delete(tables.confirmed).where(*_is(tables.confirmed)))
_END_HISTORY = Prepared(delete(tables.history).where(*_is(tables.history)))
_WAITING = Prepared(
    select(tables.changeset.c.body)
    .join(tables.pending, tables.pending.c.number == tables.changeset.c.number)
    .where(*_is(tables.pending))
    .order_by(tables.changeset.c.number)
)


class _Statements(NamedTuple):
    """What is asked of one record type's table."""

    read: Prepared
    row: Prepared
    stale: Prepared
    base: Prepared
    scope: Prepared
    insert: Prepared
    update: Prepared
    delete: Prepared
    whole: Prepared
    within: Prepared
    move: Prepared
    doubt_all: Prepared
    end_doubt: Prepared
    existing: Prepared
    put: Prepared


@cache
def _of(kind: Kind) -> _Statements:
    table = tables.of(kind)
    this = table.c.id == bindparam("at_id")
    beneath = tables.confirmed.c
    ours = select(beneath.id).where(beneath.kind == kind.name, beneath.state.is_(None))
    replaced = or_(table.c.stale, table.c.scope == LEFT)
    return _Statements(
        read=Prepared(select(table).where(this)),
        row=Prepared(select(table.c.row).where(this)),
        stale=Prepared(select(table.c.stale).where(this)),
        base=Prepared(select(table.c.base_time).where(this)),
        scope=Prepared(select(table.c.scope).where(this)),
        insert=Prepared(insert(table)),
        update=Prepared(update(table).where(this)),
        delete=Prepared(delete(table).where(this)),
        whole=Prepared(select(table)),
        within=Prepared(select(table.c.id).where(table.c.scope == bindparam("at_scope"))),
        move=Prepared(update(table).where(table.c.scope == bindparam("at_scope"))),
        doubt_all=Prepared(update(table).where(table.c.id.not_in(ours)).values(stale=True)),
        end_doubt=Prepared(update(table).where(table.c.stale).values(stale=False)),
        put=Prepared(
            update(table)
            .where(this, table.c.scope != bindparam("at_scope"))
            .values(scope=bindparam("at_scope"))
        ),
        existing=Prepared(select(table.c.id, replaced).where(table.c.id.in_(IDS))),
    )


def read(connection: Connection, kind: str, record_id: str) -> State | None:
    """The merged state of a record; None if the replica does not know it."""
    found = here(connection, kind, record_id)
    return None if found is None else found.state


def here(connection: Connection, kind: str, record_id: str) -> Here | None:
    """A record as it is here; None if the replica does not know it."""
    known = kinds().get(kind)
    if known is None:
        state = _unpacked(_UNKNOWN.scalar(connection, _at(kind, record_id)))
        return None if state is None else Here(state, None)
    row = _of(known).read.mapping(connection, {"at_id": record_id})
    return None if row is None else Here(rows.load(known, row), row)


def is_known(connection: Connection, kind: Kind, record_id: str) -> bool:
    """Whether a record is here as more than an edit of it, deleted or not."""
    found: int | None = _of(kind).base.scalar(connection, {"at_id": record_id})
    return found is not None and found > 0


def fields(connection: Connection, kind: str, record_id: str) -> tuple[Kind, Fields] | None:
    """The kind and fields of a record, as the rules ask for them."""
    known = kinds().get(kind)
    if known is None:
        return None
    row = _of(known).read.mapping(connection, {"at_id": record_id})
    return None if row is None else (known, row)


def put(connection: Connection, kind: str, record_id: str, scope: int) -> None:
    """Note where the server has a record that is here, or was."""
    known = kinds().get(kind)
    if known is None:
        _PUT_UNKNOWN.run(connection, _at(kind, record_id) | {"scope": scope})
    else:
        _of(known).put.run(connection, {"at_id": record_id, "at_scope": scope})


def put_all(connection: Connection, scope: int, other: int) -> None:
    """Note that all that is in one scope is in the other."""
    for move in (*(_of(kind).move for kind in kinds().values()), _MOVE_UNKNOWN):
        move.run(connection, {"at_scope": scope, "scope": other})


def scope_of(connection: Connection, kind: str, record_id: str) -> int | None:
    """Where the server has a record, as `put` noted it; None if it is not here."""
    known = kinds().get(kind)
    if known is None:
        found: int | None = _UNKNOWN_SCOPE.scalar(connection, _at(kind, record_id))
    else:
        found = _of(known).scope.scalar(connection, {"at_id": record_id})
    return found


def within(connection: Connection, scope: int) -> list[Key]:
    """The records in a scope."""
    found = [
        (kind.name, record_id)
        for kind in kinds().values()
        for (record_id,) in _of(kind).within.all(connection, {"at_scope": scope})
    ]
    unknown = _UNKNOWN_WITHIN.all(connection, {"at_scope": scope})
    return found + [(kind, record_id) for kind, record_id in unknown]


def write(
    database: Database,
    state: State,
    scope: int = UNTOLD,
    *,
    over: Here | None = None,
    written: Collection[str] = (),
) -> None:
    """Store a merged state; it is to be indexed again. Untold, its scope is as it was.

    Where it is known `over` what it goes, and which cells were `written`, only their columns are.
    """
    connection, known = database.connection, kinds().get(state.kind)
    database.touch(state.kind, state.id)
    if known is None:
        values = {"kind": state.kind, "id": state.id, "state": encode(state)}
        _WRITE_UNKNOWN.run(connection, values)
        if scope != UNTOLD:
            put(connection, state.kind, state.id, scope)
        return
    before = None if over is None else over.row
    row = _sorted(
        known,
        rows.dump(known, state) if before is None else rows.changes(known, before, state, written),
    )
    row["indexed"] = False
    if scope != UNTOLD:
        row["scope"] = scope
    statements = _of(known)
    changed = statements.update.run(connection, row | {"at_id": state.id})
    if not changed.rowcount:
        statements.insert.run(connection, row)


def write_new(database: Database, states: Iterable[Placed]) -> None:
    """Store states of records that the replica does not hold: the fast way of a snapshot."""
    by_kind: dict[str, list[rows.Row]] = {}
    for state, scope in states:
        database.touch(state.kind, state.id)
        _count(database, None, state)
        row = _sorted(kinds()[state.kind], rows.dump(kinds()[state.kind], state))
        row["scope"] = scope
        by_kind.setdefault(state.kind, []).append(row)
    for name, batch in by_kind.items():
        _of(kinds()[name]).insert.run_many(database.connection, batch)


def _sorted(kind: Kind, row: rows.Row) -> rows.Row:
    """With the column it is sorted by, where what that is made from is among those written."""
    if tables.is_sorted(kind) and tables.SORTED_BY in row:
        row[tables.SORTED] = sorting.sortable(row[tables.SORTED_BY])
    return row


def purge(database: Database, kind: str, record_id: str) -> None:
    """Forget a record with its layers and its history, as if it had never been here."""
    _count(database, confirmed(database.connection, kind, record_id), None)
    _remove(database, kind, record_id)
    for statement in (_END_WAITING_ALL, _END_CONFIRMED, _END_HISTORY):
        statement.run(database.connection, _at(kind, record_id))


def _remove(database: Database, kind: str, record_id: str) -> None:
    known = kinds().get(kind)
    database.touch(kind, record_id)
    if known is None:
        _FORGET_UNKNOWN.run(database.connection, _at(kind, record_id))
        return
    statements, this = _of(known), {"at_id": record_id}
    row = statements.row.scalar(database.connection, this)
    if row is None:
        return
    if known.search:
        unfound = f"DELETE FROM {tables.search_name(known)} WHERE rowid = ?"  # noqa: S608 - our name
        run_text(database.connection, unfound, (row,))
        likenesses.forget(database.connection, kind, row)
    statements.delete.run(database.connection, this)


def existing(connection: Connection, kind: str, ids: list[str]) -> dict[str, bool]:
    """Those of `ids` that are here already, and whether they are to be replaced."""
    found = _of(kinds()[kind]).existing.among(connection, ids)
    return {record_id: bool(replaced) for record_id, replaced in found}


def every(connection: Connection, kind: Kind) -> Iterator[rows.Row]:
    """All rows of a record type by the names of their columns."""
    return _of(kind).whole.mappings(connection)


# --- the layer beneath waiting edits ---


def begin_waiting(
    connection: Connection, change: Change, number: int, before: State | None
) -> None:
    """Note that changeset `number` touches a record; keep what the server said of it till now."""
    key = {"kind": change.kind, "id": change.id}
    _BEGIN_WAITING.run(connection, key | {"number": number})
    _BEGIN_CONFIRMED.run(connection, key | {"state": _packed(before)})


def is_waiting(connection: Connection, kind: str, record_id: str) -> bool:
    return _IS_WAITING.first(connection, _at(kind, record_id)) is not None


def confirmed(connection: Connection, kind: str, record_id: str) -> State | None:
    """What the server last said of a record, whether edits wait on it or not."""
    row = _CONFIRMED.first(connection, _at(kind, record_id))
    if row is None:
        return read(connection, kind, record_id)
    return _unpacked(row[0])


def layers(connection: Connection, kind: str, record_id: str) -> Layers:
    """What is here of a record, whether edits wait on it or not."""
    shown = here(connection, kind, record_id)
    beneath = _CONFIRMED.first(connection, _at(kind, record_id))
    if beneath is None:
        return Layers(shown, None if shown is None else shown.state, waits=False)
    return Layers(shown, _unpacked(beneath[0]), waits=True)


def confirm(
    database: Database, found: Placed, before: Layers, written: Collection[str] | None = None
) -> None:
    """Take a state from the server as the confirmed one, and show it under the waiting edits.

    `before` is what is here until now; `written` are the cells that are new, if that is known.
    """
    state, scope = found
    _count(database, before.confirmed, state)
    if before.waits:
        _set_confirmed(database.connection, state.kind, state.id, state)
        show(database, state.kind, state.id, scope)
    elif written is None:
        write(database, state, scope)
    else:
        write(database, state, scope, over=before.shown, written=written)


def show(database: Database, kind: str, record_id: str, scope: int = UNTOLD) -> State:
    """Make the row the confirmed state joined with the waiting changes."""
    connection = database.connection
    base = confirmed(connection, kind, record_id)
    state = base or merge.blank(kind, record_id)
    for change, stamp in waiting_changes(connection, kind, record_id):
        state = merge.apply(state, change, stamp).state
    write(database, state, scope)
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
        _count(database, before, after)
        _end_waiting(database, change, taken.sent, after, scope)


def settle_as_sent(database: Database, answered: Sequence[Taken]) -> None:
    """Changesets were applied as they were written: what is shown stays, and goes unwritten.

    However many they are, what is beneath is read once and written once.
    """
    connection = database.connection
    keys = dict.fromkeys(
        (change.kind, change.id) for taken in answered for change in taken.sent.changes
    )
    before = _beneath(connection, keys)
    after, places = dict(before), {}
    for taken in answered:
        for change, scope in _with_scopes(taken):
            key = change.kind, change.id
            after[key] = _joined(after[key], change, taken.sent.stamp, past=taken.past)
            places[key] = scope
    numbers = [{"at_number": taken.sent.number} for taken in answered]
    _END_ALL_WAITING.run_many(connection, numbers)
    waiting = _waiting_among(connection, keys)
    for key in keys:
        _count(database, before[key], after[key])
        database.tell(*key)
    confirmed = [_at(*key) | {"state": _packed(after[key])} for key in keys if key in waiting]
    _CONFIRM.run_many(connection, confirmed)
    _END_CONFIRMED.run_many(connection, [_at(*key) for key in keys if key not in waiting])
    for key, scope in places.items():
        if after[key] is None and key not in waiting:
            _remove(database, *key)
        elif scope != UNTOLD:
            put(connection, *key, scope)


def waiting_changes(
    connection: Connection, kind: str, record_id: str
) -> Iterator[tuple[Change, Stamp]]:
    """The waiting changes of one record with their stamps, oldest first."""
    for (body,) in _WAITING.all(connection, _at(kind, record_id)):
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
    _END_WAITING.run(connection, _at(*key) | {"at_number": sent.number})
    if is_waiting(connection, *key):
        _set_confirmed(connection, *key, base)
        show(database, *key, scope)
        return
    _END_CONFIRMED.run(connection, _at(*key))
    if base is None:
        _remove(database, *key)
    else:
        write(database, base, scope)


def _with_scopes(taken: Taken) -> Iterator[tuple[Change, int]]:
    return zip(taken.sent.changes, chain(taken.scopes, repeat(UNTOLD)), strict=False)


def _beneath(connection: Connection, keys: Collection[Key]) -> dict[Key, State | None]:
    """What the server last said of each of these records, edits waiting on it or not."""
    found = {
        (kind, record_id): _unpacked(packed)
        for kind, ids in _by_kind(keys).items()
        for record_id, packed in _CONFIRMED_AMONG.among(connection, ids, {"at_kind": kind})
    }
    return {key: found[key] if key in found else read(connection, *key) for key in keys}


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


def doubt(connection: Connection, kind: str, record_id: str) -> None:
    """Unless a copy of everything brings this record, it goes when that ends."""
    if (known := kinds().get(kind)) is not None:
        _of(known).update.run(connection, {"at_id": record_id, "stale": True})


def refresh(connection: Connection, kind: str, record_id: str) -> None:
    """A copy of everything has brought this record."""
    if (known := kinds().get(kind)) is not None:
        _of(known).update.run(connection, {"at_id": record_id, "stale": False})


def is_stale(connection: Connection, kind: str, record_id: str) -> bool:
    """Whether a record is of an earlier life of the server, or may be: see `doubt`."""
    known = kinds().get(kind)
    return known is not None and bool(_of(known).stale.scalar(connection, {"at_id": record_id}))


def doubt_all(connection: Connection) -> None:
    """All goes that a copy of everything does not bring, but for what only we have so far."""
    for kind in kinds().values():
        _of(kind).doubt_all.run(connection)


def all_stale(connection: Connection) -> list[Key]:
    """The records that a copy of everything has not brought."""
    return [(kind, record_id) for kind, record_id in _stale().all(connection)]


def count_stale(connection: Connection) -> int:
    return int(_stale_in_all().scalar(connection))


def end_doubt(connection: Connection, some: Iterable[str]) -> None:
    """The copy of everything is complete: no record of these types is stale from now on."""
    for kind in some:
        _of(kinds()[kind]).end_doubt.run(connection)


@cache
def _stale() -> Prepared:
    return Prepared(_every_stale())


@cache
def _stale_in_all() -> Prepared:
    return Prepared(select(func.count()).select_from(_every_stale().subquery()))


def _every_stale() -> CompoundSelect[Any]:
    """Asked of all types at once: most have none."""
    every = ((kind.name, tables.of(kind)) for kind in kinds().values())
    return union_all(
        *(
            select(literal_column(f"'{name}'").label("kind"), table.c.id).where(table.c.stale)
            for name, table in every
        )
    )


def disown(database: Database, kind: str, record_id: str) -> None:
    """The server does not know this record any more; what waits on it is still to be judged."""
    _count(database, confirmed(database.connection, kind, record_id), None)
    _set_confirmed(database.connection, kind, record_id, None)
    show(database, kind, record_id)
    put(database.connection, kind, record_id, UNTOLD)


def _set_confirmed(connection: Connection, kind: str, record_id: str, state: State | None) -> None:
    _CONFIRM.run(connection, _at(kind, record_id) | {"state": _packed(state)})


def _packed(state: State | None) -> bytes | None:
    return None if state is None else encode(state)


def _unpacked(packed: bytes | None) -> State | None:
    return None if packed is None else _decode_state(packed)


def _count(database: Database, before: State | None, after: State | None) -> None:
    """Keep the digest of what is confirmed."""
    delta = 0
    if before is not None:
        delta -= digest.record(rows.normal(before))
    if after is not None:
        delta += digest.record(rows.normal(after))
    database.count(delta)
