"""The log of accepted changesets, cut by scope, and the history of cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, cast, exists, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from server.store.batches import Batch
from server.store.prepared import Prepared
from server.store.tables import history, log
from sync_protocol.messages import Entry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sqlalchemy import Connection, Row, Select

    from sync_protocol.clock import Stamp

CREATED = ""
"""The cell under which history has a create itself, where it has one."""
_CHUNK = 500
_ROWS = 50
_pack = msgspec.msgpack.encode


class CellAt(NamedTuple):
    """One value that a cell has had."""

    kind: str
    record_id: str
    cell: str
    time: int
    device_id: int


_KEY = [history.c[name] for name in CellAt._fields]
_AMONG = (
    history.c.workspace_id == bindparam("at_workspace"),
    history.c.kind.in_(bindparam("kinds", expanding=True)),
    history.c.record_id.in_(bindparam("records", expanding=True)),
    tuple_(*_KEY).in_(bindparam("keys", expanding=True)),
)
"""Some values; the records are named once more for PostgreSQL, which sees no key in a list."""
_ACCEPTED = (
    select(*_KEY, history.c.sequence, history.c.user_id).where(*_AMONG).order_by(history.c.sequence)
)
_CREATES = Prepared(
    select(*_KEY, history.c.sequence, history.c.user_id)
    .where(
        history.c.workspace_id == bindparam("at_workspace"),
        history.c.kind.in_(bindparam("kinds", expanding=True)),
        history.c.record_id.in_(bindparam("records", expanding=True)),
        history.c.cell == CREATED,
    )
    .order_by(history.c.sequence)
)
"""Asked of nearly every record that is written to, and of few of them there is anything."""
_ROW = [column.name for column in history.c]
_THIS = [column == bindparam(column.name) for column in (history.c.workspace_id, *_KEY)]
_ADD = Batch(
    insert(history).from_select(
        _ROW,
        select(*(cast(bindparam(column.name), column.type) for column in history.c)).where(
            ~exists().where(*_THIS)
        ),
    ),
    (),
)
_DISPLACE = Batch(update(history).where(*_THIS), ["displaced"])
_LOSE = update(history).where(*_AMONG).values(lost=True)
_APPEND = Batch(insert(log))
_READ = Prepared(
    select(log.c.sequence, log.c.scope, log.c.body)
    .where(
        log.c.workspace_id == bindparam("at_workspace"),
        log.c.sequence > bindparam("after"),
        log.c.scope.in_(bindparam("scopes", expanding=True)),
    )
    .order_by(log.c.sequence)
    .execution_options(yield_per=20)
)
_REMEMBER = Batch(
    {
        "sqlite": sqlite.insert(history).on_conflict_do_nothing(),
        "postgresql": postgresql.insert(history).on_conflict_do_nothing(),
    }
)


def append(connection: Connection, workspace: str, changesets: Iterable[dict[str, Entry]]) -> None:
    """Write changesets, each as its parts by scope."""
    batch = [
        {
            "workspace_id": workspace,
            "sequence": entry.sequence,
            "scope": scope,
            "body": _pack(entry),
        }
        for parts in changesets
        for scope, entry in parts.items()
    ]
    _APPEND.run(connection, batch)


def read(
    connection: Connection, workspace: str, after: int, scopes: Collection[str]
) -> Iterator[tuple[Any, ...]]:
    """(sequence, scope, packed part) in the order of acceptance."""
    asked = {"at_workspace": workspace, "after": after, "scopes": list(scopes)}
    yield from _READ.each(connection, asked)


def remember(connection: Connection, workspace: str, values: Iterable[dict[str, Any]]) -> None:
    """Add rows to history; what it holds already stays as it is."""
    batch = [value | {"workspace_id": workspace} for value in values]
    _REMEMBER.run(connection, batch)


def displace(connection: Connection, workspace: str, values: Iterable[dict[str, Any]]) -> None:
    """Note at which sequence values gave way; what history does not hold is added."""
    batch = [value | {"workspace_id": workspace} for value in values]
    _ADD.run(connection, batch)
    _DISPLACE.run(connection, batch)


def accepted_at(
    connection: Connection, workspace: str, keys: Collection[CellAt]
) -> dict[CellAt, tuple[int, str]]:
    """(sequence, user) of values that history holds."""
    found: dict[CellAt, tuple[int, str]] = {}
    for some in _chunks([key for key in keys if key.cell != CREATED]):
        rows = connection.execute(_ACCEPTED, _named(workspace, some))
        found |= {CellAt(*row[:-2]): (row.sequence, row.user_id) for row in rows}
    for some in _chunks([key for key in keys if key.cell == CREATED]):
        for *key, sequence, user in _CREATES.all(connection, _named(workspace, some)):
            found[CellAt(*key)] = sequence, user
    return found


def history_of(
    connection: Connection, workspace: str, key: tuple[str, str], limit: int | None = None
) -> Iterator[Row[Any]]:
    """What history holds of a record, the newest first, while it is read."""
    return _each(
        connection,
        select(history)
        .where(
            history.c.workspace_id == workspace,
            history.c.kind == key[0],
            history.c.record_id == key[1],
        )
        .order_by(history.c.time.desc(), history.c.device_id.desc(), history.c.cell)
        .limit(limit),
    )


def lost_before(connection: Connection, workspace: str, before: int) -> Iterator[Row[Any]]:
    """Lost values accepted before a sequence, the newest first, while they are read."""
    return _each(
        connection,
        select(history)
        .where(
            history.c.workspace_id == workspace,
            history.c.lost,
            history.c.sequence > 0,
            history.c.sequence < before,
        )
        .order_by(history.c.sequence.desc(), history.c.kind, history.c.record_id, history.c.cell),
    )


def _each(connection: Connection, query: Select[Any]) -> Iterator[Row[Any]]:
    """Rows that may be large each, so that never many are in memory."""
    with connection.execute(query, execution_options={"yield_per": _ROWS}) as result:
        yield from result


def values(
    connection: Connection, workspace: str, key: tuple[str, str], cell: str
) -> list[tuple[int, bytes]]:
    """(device, packed value) of all that history holds of one cell, the newest first."""
    rows = connection.execute(
        select(history.c.device_id, history.c.value)
        .where(
            history.c.workspace_id == workspace,
            history.c.kind == key[0],
            history.c.record_id == key[1],
            history.c.cell == cell,
        )
        .order_by(history.c.time.desc(), history.c.device_id.desc())
    )
    return [(device, bytes(value)) for device, value in rows]


def mark_lost(connection: Connection, workspace: str, keys: Collection[CellAt]) -> None:
    for some in _chunks(keys):
        connection.execute(_LOSE, _named(workspace, some))


def cell_at(kind: str, record_id: str, cell: str, stamp: Stamp) -> CellAt:
    return CellAt(kind, record_id, cell, stamp.time, stamp.device)


def _chunks(keys: Collection[CellAt]) -> Iterator[list[CellAt]]:
    """As many at a time as a statement can name, neighbours together.

    PostgreSQL takes 65,535 parameters.
    """
    listed = sorted(keys)
    for start in range(0, len(listed), _CHUNK):
        yield listed[start : start + _CHUNK]


def _named(workspace: str, keys: Collection[CellAt]) -> dict[str, Any]:
    """Values for `_AMONG`."""
    return {
        "at_workspace": workspace,
        "kinds": list({key.kind for key in keys}),
        "records": list({key.record_id for key in keys}),
        "keys": list(keys),
    }
