"""The replica's schema, step by step.

Bookkeeping tables change by the numbered functions below, `PRAGMA user_version` counting them.
Record tables follow their declarations by themselves: when those differ from what the file was
last opened with, missing tables and columns are added and what a newer version had written (kept
as unknown cells and unknown records) is read again. So a new field costs the client no migration.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import BLOB, bindparam, delete, exists, func, insert, inspect, select, update
from sqlalchemy.schema import CreateColumn

from client.store import digests, meta, recount, sorting, tables
from sync_protocol import merge
from sync_protocol.changes import State
from sync_protocol.records import kinds, rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Table

    from sync_protocol.records import Kind


class SchemaTooNew(Exception):
    """A newer Fieldbook wrote this replica; this one must not touch it."""


def migrate(connection: Connection) -> None:
    """Bring the file to this version; raises `SchemaTooNew` for one from the future."""
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if version > len(_STEPS):
        raise SchemaTooNew(f"This replica is of schema {version}; the app knows {len(_STEPS)}.")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        for step in _STEPS[version:]:
            step(connection)
        connection.exec_driver_sql(f"PRAGMA user_version = {len(_STEPS)}")
        _follow_declarations(connection)
        if version < _COUNTED:
            meta.write(connection, "digest", sum(digests.by_scope(connection).values()))
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")


def _first(connection: Connection) -> None:
    tables.metadata.create_all(connection)


def _second(connection: Connection) -> None:
    """What the outbox has to know to repair clocks, to park, and to hold what needs a problem."""
    _add_columns(connection, tables.changeset)


def _blob_uploads(connection: Connection) -> None:
    for table in (tables.blob_keeping, tables.blob_naming):
        table.create(connection, checkfirst=True)


def _told_scopes(connection: Connection) -> None:
    """Where the server has a record is kept beside it; all scopes are loaded again to be told."""
    tables.scope.drop(connection, checkfirst=True)
    tables.scope.create(connection)
    _add_columns(connection, tables.unknown)
    present = set(inspect(connection).get_table_names())
    for kind in kinds().values():
        if kind.name in present:
            _add_columns(connection, tables.of(kind), rows.defaults(kind))
            index = next(i for i in tables.of(kind).indexes if i.name == f"{kind.name}_scope")
            index.create(connection, checkfirst=True)
    meta.write(connection, "snapshot_after", "")
    meta.write(connection, "snapshot_scopes", ())


def _drafts(connection: Connection) -> None:
    tables.draft.create(connection, checkfirst=True)


def _likenesses(connection: Connection) -> None:
    """Keys by which duplicates are found; all that may have some is indexed again to get them."""
    for table in (tables.likeness_key, tables.to_compare, tables.twins):
        table.create(connection, checkfirst=True)
    present = set(inspect(connection).get_table_names())
    for name in {"account", "contact", "lead"} & present:
        connection.execute(update(tables.of(kinds()[name])).values(indexed=False))


def _acts(connection: Connection) -> None:
    """What was done on this device can be listed, and taken back one by one."""
    _add_columns(connection, tables.changeset)


def _quicker(connection: Connection) -> None:
    """What large lists and long histories are found by."""
    present = set(inspect(connection).get_table_names())
    for kind in kinds().values():
        if kind.name in present:
            _add_indexes(connection, tables.of(kind))
    for name in tables.LATEST:
        connection.exec_driver_sql(f"DROP INDEX IF EXISTS activity_{name}")


def _derived_labels(connection: Connection) -> None:
    for table in (tables.derived_label, tables.to_derive, tables.deriving):
        table.create(connection, checkfirst=True)


def _sorted_names(connection: Connection) -> None:
    """Names are kept as lists are sorted by them; two kinds of index hold more than they did."""
    present = set(inspect(connection).get_table_names())
    for kind in kinds().values():
        if kind.name in present:
            _add_columns(connection, tables.of(kind), rows.defaults(kind))
            _sort_again(connection, kind)
            for name in ("deleted", *(f"{name}_latest" for name in tables.LATEST)):
                connection.exec_driver_sql(f"DROP INDEX IF EXISTS {kind.name}_{name}")
            _add_indexes(connection, tables.of(kind))


def _sorted_in_order(connection: Connection) -> None:
    """Names and ids come first in the index that lists are read from: nothing is left to sort."""
    present = set(inspect(connection).get_table_names())
    for kind in kinds().values():
        if kind.name in present and tables.is_sorted(kind):
            connection.exec_driver_sql(f"DROP INDEX IF EXISTS {kind.name}_{tables.SORTED}")
            _add_indexes(connection, tables.of(kind))


def _files_of_what_left(connection: Connection) -> None:
    """That a record has left and needs its file was known by the changeset that the server took."""
    _add_columns(connection, tables.blob_naming)
    naming, sent = tables.blob_naming, tables.changeset
    names_it = func.instr(sent.c.body, naming.c.hash.cast(BLOB)) > 0
    taken = exists().where(sent.c.state == "accepted", names_it)
    connection.execute(update(naming).where(taken).values(left=True))


_STEPS = (
    _first,
    _second,
    _blob_uploads,
    _told_scopes,
    _drafts,
    _likenesses,
    _acts,
    _quicker,
    _derived_labels,
    _sorted_names,
    _sorted_in_order,
    _files_of_what_left,
)
_COUNTED = 2
"""The version from which on the digest is kept."""


def _follow_declarations(connection: Connection) -> None:
    fingerprint = _fingerprint()
    if meta.read(connection, "declarations", bytes) == fingerprint:
        return
    present = set(inspect(connection).get_table_names())
    tables.records.create_all(connection)
    for kind in kinds().values():
        if kind.name in present:
            _add_columns(connection, tables.of(kind), rows.defaults(kind))
            _add_indexes(connection, tables.of(kind))
            _read_again(connection, kind)
        _adopt_unknown(connection, kind)
    for kind in tables.searchable():
        connection.exec_driver_sql(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {tables.search_name(kind)} USING fts5("
            "text, tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3')"
        )
    meta.write(connection, recount.SWEEP, None)
    meta.write(connection, "declarations", fingerprint)


def _fingerprint() -> bytes:
    shape = [
        (kind.name, kind.search, [(f.name, f.storage) for f in kind.fields.values()])
        for kind in kinds().values()
    ]
    return blake2b(msgspec.msgpack.encode(shape), digest_size=16).digest()


def _add_columns(
    connection: Connection, table: Table, values: Mapping[str, Any] | None = None
) -> None:
    """Add the columns a table lacks, filled with `values` where they have no default."""
    present = {column["name"] for column in inspect(connection).get_columns(table.name)}
    for column in table.columns:
        if column.name not in present:
            ddl = CreateColumn(column).compile(dialect=connection.dialect)
            connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ADD COLUMN {ddl}')
            if values is not None and column.name in values:
                connection.execute(update(table).values({column.name: values.get(column.name)}))


def _add_indexes(connection: Connection, table: Table) -> None:
    """Add the indexes that a table lacks, of the columns it has."""
    present = {column["name"] for column in inspect(connection).get_columns(table.name)}
    for index in table.indexes:
        if present.issuperset(column.name for column in index.columns):
            index.create(connection, checkfirst=True)


def _sort_again(connection: Connection, kind: Kind) -> None:
    if not tables.is_sorted(kind):
        return
    table = tables.of(kind)
    named = connection.execute(select(table.c.row, table.c[tables.SORTED_BY])).all()
    values = [{"at_row": row, "by": sorting.sortable(name)} for row, name in named]
    if values:
        here = table.c.row == bindparam("at_row")
        connection.execute(
            update(table).where(here).values({tables.SORTED: bindparam("by")}), values
        )


def _read_again(connection: Connection, kind: Kind) -> None:
    """Move cells that have become known from `extra` into their columns; index all anew."""
    table = tables.of(kind)
    for row in connection.execute(select(table).where(table.c.extra.is_not(None))).mappings():
        values = rows.dump(kind, rows.load(kind, row))
        connection.execute(update(table).where(table.c.row == row["row"]).values(values))
    connection.execute(update(table).values(indexed=False))
    _sort_again(connection, kind)


def _adopt_unknown(connection: Connection, kind: Kind) -> None:
    """Records of a type that has become known move into its table.

    What is there already was left by a version that had known it, before an older one came.
    """
    found = tables.unknown.c.kind == kind.name
    for row in connection.execute(select(tables.unknown).where(found)):
        state = msgspec.msgpack.decode(row.state, type=State)
        state = merge.merge(merge.blank(kind.name, state.id), state)
        values = rows.dump(kind, state) | {"scope": row.scope}
        table = tables.of(kind)
        again = update(table).where(table.c.id == state.id)
        if not connection.execute(again.values(values | {"indexed": False})).rowcount:
            connection.execute(insert(table).values(values))
    connection.execute(delete(tables.unknown).where(found))
    _sort_again(connection, kind)
