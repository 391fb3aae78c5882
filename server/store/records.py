"""Records as states, read and written by kind; kinds of a newer version are kept packed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from sqlalchemy import (
    Table,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal_column,
    select,
    tuple_,
    union_all,
    update,
)

from server.store.batches import Batch
from server.store.prepared import Prepared
from server.store.tables import records, unknown_record
from sync_protocol.changes import State
from sync_protocol.records import Kind, Record, kinds, rows
from sync_protocol.rules.scopes import parent_fields

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sqlalchemy import Connection, Exists, Select

Key = tuple[str, str]
"""(kind, id) of a record."""
UNKNOWN = ""
"""In place of a kind: one that this version does not know."""
_CHUNK = 500
_SCOPES = 200
"""Asked of every kind at once: databases bound how many values one statement may have."""
_pack = msgspec.msgpack.encode
_unpack = msgspec.msgpack.Decoder(State).decode
_unknown_key = tuple_(unknown_record.c.kind, unknown_record.c.id)


class Stored(NamedTuple):
    """A record as it is kept; `fields` are its columns, none where the kind is not known."""

    state: State
    scope: str
    fields: dict[str, Any]


def order() -> list[str]:
    """Kinds in the order a first snapshot sends them: what everything refers to comes first."""
    return sorted(kinds(), key=lambda name: not kinds()[name].shared)


def load(connection: Connection, workspace: str, keys: Iterable[Key]) -> dict[Key, Stored]:
    by_kind: dict[str, list[str]] = {}
    for kind, record_id in keys:
        by_kind.setdefault(kind, []).append(record_id)
    found: dict[Key, Stored] = {}
    for name, ids in by_kind.items():
        for start in range(0, len(ids), _CHUNK):
            found |= _load(connection, workspace, name, ids[start : start + _CHUNK])
    return found


def beneath(connection: Connection, workspace: str, kind: str, ids: list[str]) -> list[Key]:
    """Keys of the records that name one of these as a parent."""
    found: list[Key] = []
    for child in kinds().values():
        for field in parent_fields(child, kind):
            found += _beneath(connection, workspace, child, field, kind=kind, ids=ids)
    return found


def naming(
    connection: Connection, workspace: str, kind: str, field: str, values: Sequence[str]
) -> list[tuple[str, str]]:
    """(value, id) of the records of a kind that name one of these in a field."""
    found: list[tuple[str, str]] = []
    for start in range(0, len(values), _CHUNK):
        asked = {"at_workspace": workspace, "values": list(values[start : start + _CHUNK])}
        query = _naming(records[kind], field)
        found += [(row[0], row[1]) for row in query.all(connection, asked)]
    return found


def save(
    connection: Connection, workspace: str, kind: str, batch: Iterable[Stored], *, is_new: bool
) -> None:
    """Write records of one kind, whose `fields` are their rows."""
    known = kind in kinds()
    changed = [
        (stored.fields if known else _unknown_row(stored.state))
        | {"workspace_id": workspace, "scope": stored.scope}
        for stored in batch
    ]
    _write(connection, records.get(kind, unknown_record), changed, is_new=is_new)


def move(connection: Connection, workspace: str, kind: str, ids: list[str], scope: str) -> None:
    """Put records into another scope without touching them."""
    table = records.get(kind, unknown_record)
    for start in range(0, len(ids), _CHUNK):
        connection.execute(
            update(table)
            .where(table.c.workspace_id == workspace, table.c.id.in_(ids[start : start + _CHUNK]))
            .values(scope=scope)
        )


def every(connection: Connection, workspace: str, kind: Kind) -> list[Record]:
    """All records of a small kind."""
    found = _of(records[kind.name]).every.mappings(connection, {"at_workspace": workspace})
    return [rows.record(kind, row) for row in found]


def live_ids(connection: Connection, workspace: str, kind: Kind) -> list[str]:
    """The ids of all records of a kind that are not deleted, in order."""
    table = records[kind.name]
    query = select(table.c.id).where(table.c.workspace_id == workspace, table.c.deleted.is_(False))
    return sorted(connection.execute(query).scalars())


def having(
    connection: Connection, workspace: str, kind: Kind, field: str, values: Sequence[str]
) -> Iterator[Record]:
    """The records of a kind that have one of these values in a field, deleted ones too."""
    table = records[kind.name]
    for start in range(0, len(values), _CHUNK):
        query = select(table).where(
            table.c.workspace_id == workspace, table.c[field].in_(values[start : start + _CHUNK])
        )
        for row in connection.execute(query).mappings():
            yield rows.record(kind, row)


def load_kind(connection: Connection, workspace: str, kind: Kind) -> dict[Key, Stored]:
    """All records of a small kind, as they are kept."""
    found = _of(records[kind.name]).every.mappings(connection, {"at_workspace": workspace})
    return {
        (kind.name, row["id"]): Stored(rows.load(kind, row), row["scope"], row) for row in found
    }


def count(connection: Connection, workspace: str, scopes: Collection[str]) -> int:
    asked = {"at_workspace": workspace, "scopes": list(scopes)}
    return sum(
        sum(_of(records.get(name, unknown_record)).counted.scalars(connection, asked))
        for name in _within(connection, workspace, scopes)
    )


def walk(
    connection: Connection,
    workspace: str,
    scopes: Collection[str],
    *,
    after: Key | None = None,
    limit: int = 1 << 62,
) -> Iterator[tuple[State, str]]:
    """At most `limit` (state, scope) in these scopes past `after`: by kind, then by id.

    Kinds this version does not know come last, as if they were one kind named by nothing. Ids are
    compared by the database alone, so that any collation will do.
    """
    names = order()
    start = 0
    if after is not None:
        start = names.index(after[0]) if after[0] in names else len(names)
    here = _within(connection, workspace, scopes)
    for name in (name for name in names[start:] if name in here):
        past = after[1] if after is not None and after[0] == name else ""
        for found in _walk_kind(
            connection, workspace, kinds()[name], scopes, past=past, limit=limit
        ):
            limit -= 1
            yield found
        if limit <= 0:
            return
    if UNKNOWN not in here:
        return
    past_unknown = after if after is not None and start == len(names) else ("", "")
    yield from _walk_unknown(connection, workspace, scopes, past=past_unknown, limit=limit)


def walk_all(connection: Connection) -> Iterator[tuple[str, str, State]]:
    """(workspace, scope, state) of every record there is."""
    for name, table in records.items():
        query = select(table).execution_options(yield_per=100)
        for row in connection.execute(query).mappings():
            yield row["workspace_id"], row["scope"], rows.load(kinds()[name], row)
    for packed in connection.execute(select(unknown_record)):
        yield packed.workspace_id, packed.scope, _unpack(packed.state)


def read_again(connection: Connection) -> None:
    """After an upgrade: what was kept as unknown and has become known gets its place.

    Cells get their column, records their table; a record's scope is worked out when it is next
    written to, until then its first author's.
    """
    for name in connection.execute(select(unknown_record.c.kind).distinct()).scalars().all():
        if name in kinds():
            _adopt(connection, kinds()[name])
    for name, table in records.items():
        found = connection.execute(select(table).where(table.c.extra.is_not(None)))
        changed = [
            rows.dump(kinds()[name], rows.load(kinds()[name], row))
            | {"workspace_id": row["workspace_id"], "scope": row["scope"]}
            for row in found.mappings()
        ]
        _write(connection, table, changed, is_new=False)


def _adopt(connection: Connection, kind: Kind) -> None:
    """Records of a kind that has become known move into its table."""
    found = unknown_record.c.kind == kind.name
    for row in connection.execute(select(unknown_record).where(found)).all():
        values = rows.dump(kind, _unpack(row.state))
        place = {"workspace_id": row.workspace_id, "scope": row.scope}
        connection.execute(insert(records[kind.name]).values(values | place))
    connection.execute(delete(unknown_record).where(found))


def _load(connection: Connection, workspace: str, name: str, ids: list[str]) -> dict[Key, Stored]:
    kind = kinds().get(name)
    found: dict[Key, Stored] = {}
    place = {"at_workspace": workspace, "ids": ids}
    if kind is None:
        place["at_kind"] = name
    for row in _of(records.get(name, unknown_record)).load.mappings(connection, place):
        state = rows.load(kind, row) if kind else _unpack(row["state"])
        found[name, row["id"]] = Stored(state, row["scope"], row if kind else {})
    return found


def _beneath(
    connection: Connection, workspace: str, child: Kind, field: str, *, kind: str, ids: list[str]
) -> list[Key]:
    found: list[Key] = []
    for start in range(0, len(ids), _CHUNK):
        asked = {"at_workspace": workspace, "values": ids[start : start + _CHUNK]}
        query = _naming(records[child.name], field)
        if field == "record_id":
            query, asked = _naming_of_kind(records[child.name]), asked | {"at_kind": kind}
        found += [(child.name, row[1]) for row in query.all(connection, asked)]
    return found


def _unknown_row(state: State) -> dict[str, Any]:
    return {"kind": state.kind, "id": state.id, "state": _pack(state)}


def _write(
    connection: Connection, table: Table, batch: list[dict[str, Any]], *, is_new: bool
) -> None:
    if is_new:
        _of(table).insert.run(connection, batch)
        return
    keys = {column.name: f"at_{column.name}" for column in table.primary_key}
    named = [row | {at: row[name] for name, at in keys.items()} for row in batch]
    _of(table).update.run(connection, named)


@cache
def _naming(table: Table, field: str) -> Prepared:
    return Prepared(_that_name(table, field))


@cache
def _naming_of_kind(table: Table) -> Prepared:
    return Prepared(
        _that_name(table, "record_id").where(table.c.record_kind == bindparam("at_kind"))
    )


def _that_name(table: Table, field: str) -> Select[Any]:
    return select(table.c[field], table.c.id).where(
        table.c.workspace_id == bindparam("at_workspace"),
        table.c[field].in_(bindparam("values", expanding=True)),
    )


def _within(connection: Connection, workspace: str, scopes: Collection[str]) -> set[str]:
    """The kinds that have records in these scopes, `UNKNOWN` for those not known here.

    Most kinds have none, and to ask all at once takes as long as to ask for one.
    """
    asked, found = list(scopes), set()
    for start in range(0, len(asked), _SCOPES):
        some = {"at_workspace": workspace, "scopes": asked[start : start + _SCOPES]}
        found |= set(_any_within().scalars(connection, some))
    return found


@cache
def _any_within() -> Prepared:
    def any_in(table: Table) -> Exists:
        return exists().where(
            table.c.workspace_id == bindparam("at_workspace"),
            table.c.scope.in_(bindparam("scopes", expanding=True)),
        )

    every = {**records, UNKNOWN: unknown_record}
    return Prepared(
        union_all(
            *(
                select(literal_column(f"'{name}'")).where(any_in(table))
                for name, table in every.items()
            )
        )
    )


class _Statements(NamedTuple):
    """What is asked of one table of records, built once."""

    load: Prepared
    every: Prepared
    counted: Prepared
    walk: Prepared
    insert: Batch
    update: Batch


@cache
def _of(table: Table) -> _Statements:
    every = select(table).where(table.c.workspace_id == bindparam("at_workspace"))
    load = every.where(table.c.id.in_(bindparam("ids", expanding=True)))
    if table is unknown_record:
        load = load.where(table.c.kind == bindparam("at_kind"))
    within = (
        table.c.workspace_id == bindparam("at_workspace"),
        table.c.scope.in_(bindparam("scopes", expanding=True)),
    )
    this = (column == bindparam(f"at_{column.name}") for column in table.primary_key)
    changed = [column.name for column in table.c if not column.primary_key]
    walk = (
        select(table)
        .where(*within, table.c.id > bindparam("past"))
        .order_by(table.c.id)
        .limit(bindparam("most"))
        .execution_options(yield_per=100)
    )
    change = Batch(update(table).where(*this), changed)
    count = select(func.count()).select_from(table).where(*within)
    return _Statements(
        load=Prepared(load),
        every=Prepared(every),
        counted=Prepared(count),
        walk=Prepared(walk),
        insert=Batch(insert(table)),
        update=change,
    )


def _walk_kind(
    connection: Connection,
    workspace: str,
    kind: Kind,
    scopes: Collection[str],
    *,
    past: str,
    limit: int,
) -> Iterator[tuple[State, str]]:
    asked = {"at_workspace": workspace, "scopes": list(scopes), "past": past, "most": limit}
    query = _of(records[kind.name]).walk
    for row in map(query.named, query.each(connection, asked)):
        yield rows.load(kind, row), row["scope"]


def _walk_unknown(
    connection: Connection, workspace: str, scopes: Collection[str], *, past: Key, limit: int
) -> Iterator[tuple[State, str]]:
    table = unknown_record
    query = (
        select(table.c.state, table.c.scope)
        .where(table.c.workspace_id == workspace, table.c.scope.in_(scopes), _unknown_key > past)
        .order_by(table.c.kind, table.c.id)
        .limit(limit)
    )
    with connection.execute(query) as found:
        for row in found:
            yield _unpack(row.state), row.scope
