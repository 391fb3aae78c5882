"""What comes from the server, into the tables: pages of the log, pages of a snapshot, purges.

A page and the cursor after it are one transaction, so a crash leaves the replica either before or
after the page. Everything is merged into the confirmed layer; waiting edits stay on top. Only a
reload or a repair replaces it: what an earlier life of the server had said, a restored one may not
know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from client.store import held, history, meta, states, tables
from sync_protocol import clock
from sync_protocol.changes import DELETED, NIL
from sync_protocol.clock import Stamp
from sync_protocol.merge import apply, blank, merge
from sync_protocol.messages import Cursor
from sync_protocol.records import kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from client.store.database import Database
    from client.store.states import Key
    from sync_protocol.changes import State
    from sync_protocol.messages import Entry, Page


TRUE = b"\xc3"


def take_page(database: Database, page: Page) -> None:
    """Apply a page of the log and move the cursor behind it."""
    with database.transaction(durable=False) as connection:
        for entry in page.entries:
            _take_entry(database, entry)
        _observe(database, (entry.time for entry in page.entries))
        meta.write(connection, "cursor", page.cursor)
        if not page.more:
            meta.write(connection, held.TELL_AGAIN, None)
            meta.write(connection, held.AHEAD, None)
            drop(database, held.take_stranded(connection))


def must_tell_again(connection: Connection) -> bool:
    """Whether the log is to be read with our own changes, up to its end.

    Usually it leaves them out, since they are here. But where a record has left or entered, our
    later changes to it went with it.
    """
    return bool(meta.read(connection, held.TELL_AGAIN, bool))


def tell_again(database: Database) -> None:
    """Records leave or enter: read our own changes from here on, too."""
    with database.transaction(durable=False) as connection:
        meta.write(connection, held.TELL_AGAIN, True)


def begin_load(database: Database, cut: Cursor) -> None:
    """The first page of a snapshot says where the log is to be read on from."""
    with database.transaction(durable=False) as connection:
        meta.write(connection, held.AHEAD, True)
        if meta.read(connection, "cursor", Cursor) is None:
            meta.write(connection, "cursor", cut)


def take_states(database: Database, page: Sequence[State], after: str | None) -> None:
    """Apply a part of a snapshot page; `after` is the page's token with its last part."""
    with database.transaction(durable=False) as connection:
        fresh, known, stale = _split(database, page)
        states.write_new(database, fresh)
        for state in known:
            _confirm(database, state)
        for state in stale:
            _replace(database, state)
        _mark_fresh(connection, stale)
        if after is not None:
            meta.write(connection, "snapshot_after", after)
        _observe(database, (max(_times(state)) for state in page))


def begin_reload(database: Database) -> None:
    """The cursor is no good: fetch all scopes anew, then forget what was not among them.

    A record that the server has not heard of yet cannot be among them, and is not forgotten. What
    it takes from us while the reload goes on may have missed its page (see `states.settle`): the
    log brings it again.
    """
    with database.transaction(durable=False) as connection:
        meta.write(connection, states.RELOADING, True)
        meta.write(connection, held.TELL_AGAIN, True)
        meta.write(connection, "cursor", None)
        connection.execute(delete(tables.scope))
        for row in connection.execute(select(tables.unknown.c.kind, tables.unknown.c.id)).all():
            states.purge(database, row.kind, row.id)
        meta.write(connection, "snapshot_after", "")
        beneath = tables.confirmed.c
        for kind in kinds().values():
            table = tables.of(kind)
            ours = select(beneath.id).where(beneath.kind == kind.name, beneath.state.is_(None))
            connection.execute(update(table).where(table.c.id.not_in(ours)).values(stale=True))


def stale_count(connection: Connection) -> int:
    """How many records a reload has not brought again so far."""
    if not _is_reloading(connection):
        return 0
    return sum(
        int(connection.execute(select(func.count()).where(tables.of(kind).c.stale)).scalar_one())
        for kind in kinds().values()
    )


def finish_load(database: Database, scopes: Iterable[str]) -> None:
    """These scopes are complete now; what a reload did not bring again is gone from the server."""
    with database.transaction(durable=False) as connection:
        held.mark(connection, scopes, loaded=True)
        meta.write(connection, "snapshot_after", "")
        if _is_reloading(connection):
            _finish_reload(database)


def _is_reloading(connection: Connection) -> bool:
    return bool(meta.read(connection, states.RELOADING, bool))


def _finish_reload(database: Database) -> None:
    connection = database.connection
    for kind in kinds().values():
        table = tables.of(kind)
        stale = connection.execute(select(table.c.id).where(table.c.stale)).scalars().all()
        drop(database, [(kind.name, record_id) for record_id in stale])
        connection.execute(update(table).where(table.c.stale).values(stale=False))
    meta.write(connection, states.RELOADING, None)


def replace_states(database: Database, page: Sequence[State]) -> int:
    """A repair: these states take the place of what was confirmed; returns how many differed."""
    with database.transaction(durable=False):
        return sum(_replace(database, state) for state in page)


def deletions(database: Database, page: Page) -> int:
    """How many records that live here a page would delete."""
    connection = database.connection
    return sum(
        bytes(change.cells.get(DELETED, NIL)) == TRUE
        and (here := states.read(connection, change.kind, change.id)) is not None
        and bytes(here.cells.get(DELETED, NIL)) != TRUE
        for entry in page.entries
        for change in entry.changes
    )


def drop(database: Database, keys: Iterable[Key]) -> None:
    """The server does not hold these records for us: what waits on them is still to be judged."""
    with database.transaction(durable=False) as connection:
        for key in keys:
            if states.is_waiting(connection, *key):
                states.disown(database, *key)
            else:
                states.purge(database, *key)


def _take_entry(database: Database, entry: Entry) -> None:
    stamp = Stamp(entry.time, entry.device)
    author = history.Author(entry.user, stamp, entry.seen, entry.sequence, entry.name)
    if entry.leave:  # it may come again in this page, and be edited meanwhile: that stays
        held.note_stranded(database.connection, entry.leave)
        drop(database, entry.leave)
    for state in entry.enter:
        _confirm(database, state)
    for change in entry.changes:
        connection, key = database.connection, (change.kind, change.id)
        before = states.layers(connection, *key)
        history.note(connection, change, before.shown, author)
        after = apply(before.confirmed or blank(*key), change, stamp).state
        states.confirm(database, after, before)


def _confirm(database: Database, state: State) -> None:
    before = states.layers(database.connection, state.kind, state.id)
    known = before.confirmed
    states.confirm(database, state if known is None else merge(known, state), before)


def _replace(database: Database, state: State) -> bool:
    before = states.layers(database.connection, state.kind, state.id)
    states.confirm(database, state, before)
    return before.confirmed != state


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
    latest = max(times, default=0)
    for key in ("clock", "observed"):
        last = meta.read(database.connection, key, int) or 0
        if latest > last:
            meta.write(database.connection, key, clock.observe(last, latest))
