"""Which scopes are here, and letting go of those that are not ours any more.

A scope is found from its roots: the accounts of a lost territory, what a lost user owns, and then
wave by wave what hangs beneath. So the cost grows with what leaves, not with what stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.dialects.sqlite import insert

from client.store import meta, states, tables
from client.store.prepared import Prepared
from client.store.states import Key
from sync_protocol.records import kinds, rows
from sync_protocol.rules.scopes import parent_fields, parents_of, root_of, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

    from client.store.database import Database
    from sync_protocol.records import Kind

_CHUNK = 500
_MARK = Prepared(insert(tables.scope).prefix_with("OR REPLACE"))
_BEGUN = Prepared(select(tables.scope.c.name))
_LOADED = Prepared(select(tables.scope.c.name).where(tables.scope.c.loaded))
TELL_AGAIN = "tell_again"
"""The mark that records have left, and our own changes to them with them: see `incoming`."""

STRANDED = "stranded"
AHEAD = "ahead"
"""The mark that states have come which the log has not completed yet: a record may be here without
the one above it, which was made while the pages were fetched."""


def begun(connection: Connection) -> set[str]:
    """The scopes of which anything may be here."""
    return {name for (name,) in _BEGUN.all(connection)}


def loaded(connection: Connection) -> set[str]:
    """The scopes that are here as a whole."""
    return {name for (name,) in _LOADED.all(connection)}


def mark(connection: Connection, names: Iterable[str], *, loaded: bool) -> None:
    for name in names:
        _MARK.run(connection, {"name": name, "loaded": loaded})


def is_ahead(connection: Connection) -> bool:
    """Whether the log is still to be read over what was loaded."""
    return bool(meta.read(connection, AHEAD, bool))


def begin(database: Database, names: Iterable[str]) -> None:
    """From now on anything of these scopes may be here.

    To be called before anything is sent: what one adds to a scope is here from then on, though the
    scope may be taken away again before its first page was.
    """
    connection = database.connection
    if coming := set(names) - begun(connection):
        with database.transaction(durable=False):
            mark(connection, coming, loaded=False)


def leave(database: Database, kept: frozenset[str]) -> int:
    """Purge every record of the scopes that are not kept; returns how many went."""
    with database.transaction(durable=False) as connection:
        lost = begun(connection) - kept
        connection.execute(delete(tables.scope).where(tables.scope.c.name.in_(lost)))
        if not kept.issuperset(meta.read(connection, "snapshot_scopes", tuple) or ()):
            meta.write(connection, "snapshot_scopes", ())
        gone = _within(connection, lost, kept)
        if gone:
            meta.write(connection, TELL_AGAIN, True)
        for key in gone:
            states.purge(database, *key)
        while is_ahead(connection) and (more := _adrift(connection)):
            gone += more
            for key in more:
                states.purge(database, *key)
    return len(gone)


def unknown_ids(connection: Connection) -> list[str]:
    """The records of a newer version: whose scope they have only the server knows."""
    return list(connection.execute(select(tables.unknown.c.id)).scalars())


def note_stranded(connection: Connection, leaving: Iterable[Key]) -> None:
    """Note what hangs here beneath nothing but these records, which leave, and was not named.

    It may be our own, added after they had left, or they may come again: the rest of the log says.
    """
    found = _stranded(connection, leaving)
    if found:
        noted = meta.read(connection, STRANDED, tuple[Key, ...]) or ()
        meta.write(connection, STRANDED, (*noted, *found))


def take_stranded(connection: Connection) -> Iterator[Key]:
    """What was noted and still hangs beneath nothing when the log is read, one after the other."""
    noted = meta.read(connection, STRANDED, tuple[Key, ...]) or ()
    if noted:
        meta.write(connection, STRANDED, None)
    return (key for key in noted if _is_adrift(connection, key))


def _is_adrift(connection: Connection, key: Key) -> bool:
    state = states.confirmed(connection, *key)
    if state is None:
        return False
    above = parents_of(kinds()[key[0]], rows.dump(kinds()[key[0]], state))
    return bool(above) and not any(states.confirmed(connection, *parent) for parent in above)


def _stranded(connection: Connection, leaving: Iterable[Key]) -> list[Key]:
    gone = dict.fromkeys(leaving)
    given, wave = set(gone), list(gone)
    while wave:
        wave = [
            key
            for key in beneath(connection, wave)
            if key not in gone and _hangs_only_beneath(connection, key, gone)
        ]
        gone |= dict.fromkeys(wave)
    return [key for key in gone if key not in given]


def _hangs_only_beneath(connection: Connection, key: Key, gone: dict[Key, None]) -> bool:
    """As the server has it: a waiting edit moves nothing yet."""
    state = states.confirmed(connection, *key)
    if state is None:
        return False
    kind = kinds()[key[0]]
    above = parents_of(kind, rows.dump(kind, state))
    left = [parent for parent in above if parent not in gone]
    return len(left) < len(above) and not any(states.fields(connection, *key) for key in left)


def _within(connection: Connection, lost: set[str], kept: frozenset[str]) -> list[Key]:
    gone: dict[Key, None] = {}
    wave = [key for scope in lost for key in _roots(connection, scope)]
    while wave:
        leaving = [key for key in wave if key not in gone and _leaves(connection, key, kept)]
        gone |= dict.fromkeys(leaving)
        wave = [key for key in beneath(connection, leaving) if key not in gone]
    return list(gone)


def _adrift(connection: Connection) -> list[Key]:
    """What the server knows of us and hangs beneath nothing that is here; looks at all there is."""
    return [
        (child.name, record_id)
        for child in kinds().values()
        if child.parents and "territory_id" not in child.parents
        for record_id in _beneath_nothing(connection, child)
        if states.confirmed(connection, child.name, record_id) is not None
    ]


def _beneath_nothing(connection: Connection, child: Kind) -> list[str]:
    table = tables.of(child)
    above = (
        exists().where(tables.of(parent).c.id == table.c[field])
        for parent in kinds().values()
        for field in parent_fields(child, parent.name)
    )
    named = or_(*(table.c[field] != "" for field in child.parents))
    return list(connection.execute(select(table.c.id).where(named, ~or_(*above))).scalars())


def _roots(connection: Connection, scope: str) -> list[Key]:
    """Records that name what the scope is of."""
    field, value = root_of(scope)
    return [
        (kind.name, record_id)
        for kind in kinds().values()
        if field in kind.fields and not kind.shared
        for record_id in connection.execute(
            select(tables.of(kind).c.id).where(tables.of(kind).c[field] == value)
        ).scalars()
    ]


def beneath(connection: Connection, keys: list[Key]) -> list[Key]:
    """What names one of these records as a parent."""
    found: list[Key] = []
    for parent in {kind for kind, _ in keys}:
        ids = [record_id for kind, record_id in keys if kind == parent]
        for child in kinds().values():
            for field in parent_fields(child, parent):
                found += [
                    (child.name, record_id) for record_id in _naming(connection, child, field, ids)
                ]
    return found


def _naming(connection: Connection, child: Kind, field: str, ids: list[str]) -> list[str]:
    column = tables.of(child).c[field]
    return [
        record_id
        for start in range(0, len(ids), _CHUNK)
        for record_id in connection.execute(
            select(tables.of(child).c.id).where(column.in_(ids[start : start + _CHUNK]))
        ).scalars()
    ]


def _leaves(connection: Connection, key: Key, kept: frozenset[str]) -> bool:
    found = states.fields(connection, *key)
    return (
        found is not None
        and scope_of(*found, lambda k, i: states.fields(connection, k, i)) not in kept
    )
