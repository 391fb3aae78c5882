"""Which scopes are here, which records are in them, and letting go of those that are not ours.

In which scope a record is only the server knows: what is here may be older than a move. So it is
told with every record, and kept beside its row as a small number (`tables.scope`). A record that
has left is only marked, for it may come back before the log ends; once everything has been read,
what is in no scope of ours goes, all at once.
"""

from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from client.store import layers, meta, named, seen, states, tables
from client.store.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from client.store.database import Database
    from client.store.states import Key

_table = tables.scope
_this = _table.c.name == bindparam("at_name")
_PLACE = Prepared(select(_table.c.place).where(_this))
_NEW = Prepared(insert(_table))
_MARK = Prepared(update(_table).where(_this))
_BEGUN = Prepared(select(_table.c.name).where(_table.c.begun))
_LOADED = Prepared(select(_table.c.name).where(_table.c.loaded))
_LEFT = "left"
"""The mark that some record is marked as having left."""


def begun(connection: Connection) -> set[str]:
    """The scopes of which anything may be here."""
    return {name for (name,) in _BEGUN.all(connection)}


def loaded(connection: Connection) -> set[str]:
    """The scopes that are here as a whole."""
    return {name for (name,) in _LOADED.all(connection)}


def place(connection: Connection, name: str) -> int:
    """The number that stands for a scope; given when it is first asked for."""
    known: int | None = _PLACE.scalar(connection, {"at_name": name})
    if known is None:
        known = _NEW.run(connection, {"name": name}).lastrowid
    return known or 0


def told(places: Sequence[int], within: Sequence[int]) -> Iterator[int]:
    """The scopes' numbers of one record after the other, and for ever untold after the last.

    `within` says which of `places` each is in.
    """
    known = range(len(places))
    found = (places[which] if which in known else states.UNTOLD for which in within)
    return chain(found, repeat(states.UNTOLD))


def mark(connection: Connection, names: Iterable[str], *, loaded: bool) -> None:
    for name in names:
        place(connection, name)
        _MARK.run(connection, {"at_name": name, "begun": True, "loaded": loaded})


def begin(connection: Connection, names: Iterable[str]) -> None:
    """From now on anything of these scopes may be here.

    Done before anything is sent: what one adds to a scope is here from then on, though the scope
    may be taken away again before its first page was.
    """
    mark(connection, set(names) - begun(connection), loaded=False)


def forget(connection: Connection) -> None:
    """No scope is here: all are to be loaded."""
    connection.execute(update(_table).values(begun=False, loaded=False))


def leave(database: Database, keys: Iterable[Key]) -> None:
    """Mark these records as having left: if they do not come back, they go with `let_go`."""
    _begin_leaving(database.connection)
    for key in keys:
        states.put(database.connection, *key, states.LEFT)


def _begin_leaving(connection: Connection) -> None:
    """Some record is marked as having left, and no newer than what has been read by now."""
    seen.begin_doubt(connection)
    meta.write(connection, _LEFT, True)


def has_left(connection: Connection, kind: str, record_id: str) -> bool:
    """Whether a record is still here that is marked as having left; mostly none is."""
    marked = bool(meta.read(connection, _LEFT, bool))
    return marked and states.scope_of(connection, kind, record_id) == states.LEFT


def is_to_let_go(connection: Connection, kept: frozenset[str]) -> bool:
    return bool(meta.read(connection, _LEFT, bool)) or not begun(connection) <= kept


def lose(database: Database, kept: frozenset[str]) -> None:
    """All that is in other scopes has left.

    To be called before the log is read without them: a scope that is given back later, though the
    log has not ended, is to be loaded anew, for what happened there meanwhile was not told.
    """
    connection = database.connection
    if begun(connection) <= kept:
        return
    with database.transaction(durable=False):
        _begin_leaving(connection)
        for name in begun(connection) - kept:
            states.put_all(connection, place(connection, name), states.LEFT)
            _MARK.run(connection, {"at_name": name, "begun": False, "loaded": False})
        if not kept.issuperset(meta.read(connection, "snapshot_scopes", tuple) or ()):
            meta.write(connection, "snapshot_scopes", ())


def let_go(database: Database) -> int:
    """Purge all that has left; returns how many went. The log must have been read to its end."""
    connection = database.connection
    if not meta.read(connection, _LEFT, bool):
        return 0
    with database.transaction(durable=False):
        gone = states.within(connection, states.LEFT)
        drop(database, gone)
        meta.write(connection, _LEFT, None)
    return len(gone)


def drop(database: Database, keys: Collection[Key], *, removed: bool = False) -> None:
    """The server does not hold these records for us: what waits on them is still to be judged.

    Unless they were `removed` for good, the files they name are still brought.
    """
    with database.transaction(durable=False) as connection:
        named.note_gone(connection, keys, removed=removed)
        for key in keys:
            if layers.is_waiting(connection, *key):
                layers.disown(database, *key)
            else:
                layers.purge(database, *key)
