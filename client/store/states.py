"""Record states in and out of the tables: what is shown of each, and where the server has it.

What the server last said of a record on which edits wait lies beneath its row: see `layers`.
What cannot be read, since it was damaged, is as if it were not here: whatever is written of such a
record takes its place, and its digest is found to differ.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec.msgpack import encode
from sqlalchemy import (
    bindparam,
    delete,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.dialects.sqlite import insert

from client.store import likenesses, sorting, tables
from client.store.prepared import IDS, Prepared, run_text
from sync_protocol.changes import State
from sync_protocol.records import kinds, rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sqlalchemy import ColumnElement, CompoundSelect, Connection, Table

    from client.store.database import Database
    from sync_protocol.records import Kind
    from sync_protocol.rules.scopes import Fields

log = logging.getLogger(__name__)
_decode_state = msgspec.msgpack.Decoder(State).decode
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


def is_at(table: Table) -> tuple[ColumnElement[bool], ...]:
    """Where a table speaks of the record that `at` names."""
    return table.c.kind == bindparam("at_kind"), table.c.id == bindparam("at_id")


def at(kind: str, record_id: str) -> dict[str, Any]:
    return {"at_kind": kind, "at_id": record_id}


_UNKNOWN = Prepared(select(tables.unknown.c.state).where(*is_at(tables.unknown)))
_FORGET_UNKNOWN = Prepared(delete(tables.unknown).where(*is_at(tables.unknown)))
_NEW_UNKNOWN = insert(tables.unknown)
_WRITE_UNKNOWN = Prepared(
    _NEW_UNKNOWN.on_conflict_do_update(["kind", "id"], set_={"state": _NEW_UNKNOWN.excluded.state})
)
_UNKNOWN_WITHIN = Prepared(
    select(tables.unknown.c.kind, tables.unknown.c.id).where(
        tables.unknown.c.scope == bindparam("at_scope")
    )
)
_SOME_UNKNOWN = Prepared(
    select(tables.unknown.c.kind, tables.unknown.c.id, tables.unknown.c.state)
    .where(
        tuple_(tables.unknown.c.kind, tables.unknown.c.id)
        > tuple_(bindparam("after_kind"), bindparam("after_id"))
    )
    .order_by(tables.unknown.c.kind, tables.unknown.c.id)
    .limit(bindparam("most"))
)
_MOVE_UNKNOWN = Prepared(
    update(tables.unknown).where(tables.unknown.c.scope == bindparam("at_scope"))
)
_UNKNOWN_SCOPE = Prepared(select(tables.unknown.c.scope).where(*is_at(tables.unknown)))
_PUT_UNKNOWN = Prepared(update(tables.unknown).where(*is_at(tables.unknown)))


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
    some: Prepared
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
        some=Prepared(
            select(table)
            .where(table.c.id > bindparam("after"))
            .order_by(table.c.id)
            .limit(bindparam("most"))
        ),
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
        state = unpacked(_UNKNOWN.scalar(connection, at(kind, record_id)))
        return None if state is None else Here(state, None)
    row = _of(known).read.mapping(connection, {"at_id": record_id})
    found = None if row is None else loaded(known, row)
    return None if found is None else Here(found, row)


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
        _PUT_UNKNOWN.run(connection, at(kind, record_id) | {"scope": scope})
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
        found: int | None = _UNKNOWN_SCOPE.scalar(connection, at(kind, record_id))
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
        database.count(None, state)
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


def remove(database: Database, kind: str, record_id: str) -> None:
    known = kinds().get(kind)
    database.touch(kind, record_id)
    if known is None:
        _FORGET_UNKNOWN.run(database.connection, at(kind, record_id))
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


def some(connection: Connection, kind: Kind, after: str, most: int) -> dict[Key, State | None]:
    """The states of the next few records of a type, in the order of their ids."""
    found = _of(kind).some.mappings(connection, {"after": after, "most": most})
    return {(kind.name, row["id"]): loaded(kind, row) for row in found}


def some_unknown(connection: Connection, after: Key, most: int) -> dict[Key, State | None]:
    """The next few records of types of a newer version, in the order of types and ids."""
    asked = {"after_kind": after[0], "after_id": after[1], "most": most}
    found = _SOME_UNKNOWN.all(connection, asked)
    return {(kind, record_id): unpacked(state) for kind, record_id, state in found}


def count(connection: Connection, kind: str) -> int:
    table = tables.of(kinds()[kind])
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def count_all(connection: Connection) -> int:
    return sum(count(connection, name) for name in kinds())


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


def packed(state: State | None) -> bytes | None:
    return None if state is None else encode(state)


def unpacked(packed: bytes | None) -> State | None:
    """The state that was packed; None if there is none, or none that can be read."""
    if packed is None:
        return None
    try:
        return _decode_state(packed)
    except (msgspec.DecodeError, UnicodeDecodeError):
        log.warning("what is kept of a record cannot be read")
        return None


def loaded(kind: Kind, row: rows.Row) -> State | None:
    """The state of a row; None if it cannot be read."""
    try:
        return rows.load(kind, row)
    except Exception as error:  # noqa: BLE001 - whatever a broken row holds
        log.warning("a row of %s cannot be read: %s", kind.name, type(error).__name__)
        return None
