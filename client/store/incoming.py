"""What comes from the server, into the tables: pages of the log, pages of a snapshot, purges.

A page and the cursor after it are one transaction, so a crash leaves the replica either before or
after the page. Everything is merged into the confirmed layer; waiting edits stay on top. Only a
reload replaces it: what an earlier life of the server had said, a restored one may not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from client.store import history, meta, states, tables
from sync_protocol import clock
from sync_protocol.clock import Stamp
from sync_protocol.merge import apply, blank, merge
from sync_protocol.messages import Cursor
from sync_protocol.records import kinds
from sync_protocol.rules.scopes import scope_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from client.store.database import Database
    from sync_protocol.changes import State
    from sync_protocol.messages import Entry, Page
    from sync_protocol.records import Kind
    from sync_protocol.rules.scopes import Fields


def take_page(database: Database, page: Page) -> None:
    """Apply a page of the log and move the cursor behind it."""
    with database.transaction(durable=False) as connection:
        for entry in page.entries:
            _take_entry(database, entry)
        meta.write(connection, "cursor", page.cursor)


def begin_load(database: Database, scopes: Iterable[str], cut: Cursor) -> None:
    """The first page of a snapshot says where the log is to be read on from."""
    with database.transaction(durable=False) as connection:
        _mark_scopes(connection, scopes, loaded=False)
        if meta.read(connection, "cursor", Cursor) is None:
            meta.write(connection, "cursor", cut)


def take_states(database: Database, page: Sequence[State], after: str | None) -> None:
    """Apply a part of a snapshot page; `after` is the page's token with its last part."""
    with database.transaction(durable=False) as connection:
        fresh, known, stale = _split(database, page)
        states.write_new(database, fresh)
        for state in known:
            _confirm(database, state, states.confirmed(connection, state.kind, state.id))
        for state in stale:
            states.confirm(database, state)
        _mark_fresh(connection, stale)
        if after is not None:
            meta.write(connection, "snapshot_after", after)
        _observe(database, (max(_times(state)) for state in page))


def begin_reload(database: Database) -> None:
    """The cursor is no good: fetch all scopes anew, then forget what was not among them.

    A record that the server has not heard of yet cannot be among them, and is not forgotten.
    """
    with database.transaction(durable=False) as connection:
        connection.execute(delete(tables.meta).where(tables.meta.c.key == "cursor"))
        connection.execute(delete(tables.scope))
        connection.execute(delete(tables.unknown))
        meta.write(connection, "snapshot_after", "")
        beneath = tables.confirmed.c
        for kind in kinds().values():
            table = tables.of(kind)
            ours = select(beneath.id).where(beneath.kind == kind.name, beneath.state.is_(None))
            connection.execute(update(table).where(table.c.id.not_in(ours)).values(stale=True))


def finish_load(database: Database, scopes: Iterable[str]) -> None:
    """These scopes are complete now; what a reload did not bring again is gone from the server."""
    with database.transaction(durable=False) as connection:
        _mark_scopes(connection, scopes, loaded=True)
        meta.write(connection, "snapshot_after", "")
        for kind in kinds().values():
            table = tables.of(kind)
            stale = connection.execute(select(table.c.id).where(table.c.stale)).scalars().all()
            for record_id in stale:
                if states.is_waiting(connection, kind.name, record_id):
                    states.disown(database, kind.name, record_id)
                else:
                    _purge(database, kind.name, record_id)
            connection.execute(update(table).where(table.c.stale).values(stale=False))


def begun_scopes(database: Database) -> set[str]:
    """The scopes of which anything may be here."""
    return set(database.connection.execute(select(tables.scope.c.name)).scalars())


def loaded_scopes(database: Database) -> set[str]:
    found = select(tables.scope.c.name).where(tables.scope.c.loaded)
    return set(database.connection.execute(found).scalars())


def leave_scopes(database: Database, held: frozenset[str]) -> int:
    """Purge every record outside of the scopes still held; returns how many went."""
    with database.transaction(durable=False) as connection:
        connection.execute(delete(tables.scope).where(tables.scope.c.name.not_in(held)))
        if not held.issuperset(meta.read(connection, "snapshot_scopes", tuple) or ()):
            meta.write(connection, "snapshot_scopes", ())
        gone = [
            (kind.name, row["id"])
            for kind in kinds().values()
            for row in connection.execute(select(tables.of(kind))).mappings().all()
            if scope_of(kind, dict(row), lambda k, i: _find(database, k, i)) not in held
        ]
        for key in gone:
            _purge(database, *key)
    return len(gone)


def _take_entry(database: Database, entry: Entry) -> None:
    stamp = Stamp(entry.time, entry.device)
    author = history.Author(entry.user, stamp, entry.seen, entry.sequence, entry.name)
    for kind, record_id in entry.leave:
        _purge(database, kind, record_id)
    for state in entry.enter:
        _confirm(database, state, states.confirmed(database.connection, state.kind, state.id))
    for change in entry.changes:
        connection, key = database.connection, (change.kind, change.id)
        history.note(connection, change, states.read(connection, *key), author)
        base = states.confirmed(connection, *key) or blank(*key)
        states.confirm(database, apply(base, change, stamp).state)
    _observe(database, [entry.time])


def _confirm(database: Database, state: State, before: State | None) -> None:
    states.confirm(database, state if before is None else merge(before, state))


def _purge(database: Database, kind: str, record_id: str) -> None:
    states.remove(database, kind, record_id)
    states.drop_waiting(database, kind, record_id)
    history.forget(database.connection, kind, record_id)


def _mark_scopes(connection: Connection, names: Iterable[str], *, loaded: bool) -> None:
    for name in names:
        statement = insert(tables.scope).prefix_with("OR REPLACE")
        connection.execute(statement.values(name=name, loaded=loaded))


def _mark_fresh(connection: Connection, found: Iterable[State]) -> None:
    for state in found:
        table = tables.of(kinds()[state.kind])
        connection.execute(update(table).where(table.c.id == state.id).values(stale=False))


def _split(
    database: Database, page: Sequence[State]
) -> tuple[list[State], list[State], list[State]]:
    """States of records that are new here, of those that are not, and of those to be replaced."""
    held = {
        (name, record_id): is_stale
        for name in {state.kind for state in page} & kinds().keys()
        for record_id, is_stale in states.existing(
            database.connection, name, [state.id for state in page if state.kind == name]
        ).items()
    }
    fresh: list[State] = []
    known: list[State] = []
    stale: list[State] = []
    for state in page:
        is_stale = held.get((state.kind, state.id))
        is_new = state.kind in kinds() and is_stale is None
        (fresh if is_new else stale if is_stale else known).append(state)
    return fresh, known, stale


def _times(state: State) -> list[int]:
    return [state.base.time, *(stamp.time for stamp in state.stamps.values())]


def _observe(database: Database, times: Iterable[int]) -> None:
    """Whatever is written next comes after what was read."""
    last = meta.read(database.connection, "clock", int) or 0
    latest = max(times, default=0)
    if latest > last:
        meta.write(database.connection, "clock", clock.observe(last, latest))


def _find(database: Database, kind: str, record_id: str) -> tuple[Kind, Fields] | None:
    known = kinds().get(kind)
    if known is None:
        return None
    table = tables.of(known)
    row = (
        database.connection.execute(select(table).where(table.c.id == record_id)).mappings().first()
    )
    return None if row is None else (known, dict(row))
