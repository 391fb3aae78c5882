"""What comes from the server, into the tables: pages of the log, pages of a snapshot, purges.

A page and the cursor after it are one transaction, so a crash leaves the replica either before or
after the page. Everything is merged into the confirmed layer; waiting edits stay on top. What has
left is let go when the log has been read to its end, and so is what a copy of everything did not
bring: until then it may come back.

Such a copy, the first load or a reload, is complete when the log has been read from its first page
on. Until then what is stale, of an earlier life of the server or doubted, is not merged with but
replaced: a restored server may not know what the former one had said.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from client.store import held, history, layers, meta, outbox, seen, states, tables
from client.store.states import Placed
from sync_protocol import clock
from sync_protocol.changes import DELETED, NIL
from sync_protocol.clock import Stamp
from sync_protocol.merge import apply, blank, merge
from sync_protocol.messages import Cursor
from sync_protocol.records import kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from client.store.database import Database
    from client.store.states import Key
    from sync_protocol.changes import Change, State
    from sync_protocol.messages import Entry, Page


TRUE = b"\xc3"
COPYING = "copying"
"""The mark that a copy of everything is not complete yet."""


def take_page(database: Database, page: Page, scopes: tuple[str, ...]) -> int:
    """Apply a page of the log and move the cursor behind it; returns how many records went.

    `scopes` are those it was asked for.
    """
    with database.transaction(durable=False) as connection:
        places = [held.place(connection, scope) for scope in scopes]
        for entry in page.entries:
            _take_entry(database, entry, held.told(places, entry.within))
        _observe(database, (entry.time for entry in page.entries))
        meta.write(connection, "cursor", page.cursor)
        if page.more:
            return 0
        if is_copying(connection):
            _finish_copy(database)
        seen.end_doubt(connection)
        return held.let_go(database)


def is_copying(connection: Connection) -> bool:
    """Whether a copy of everything is not complete yet: its log is read with our own changes.

    Else they are left out, since they are here.
    """
    return bool(meta.read(connection, COPYING, bool))


def is_whole(connection: Connection) -> bool:
    """Whether everything is here: no load is incomplete, of a scope or a copy of everything."""
    loaded = held.loaded(connection)
    return bool(loaded) and loaded == held.begun(connection) and not is_copying(connection)


def begin_load(database: Database, cut: Cursor) -> None:
    """The first page of a snapshot says where the log is to be read on from."""
    with database.transaction(durable=False) as connection:
        if meta.read(connection, "cursor", Cursor) is None:
            meta.write(connection, "cursor", cut)
            meta.write(connection, COPYING, True)


def take_states(database: Database, page: Sequence[Placed], after: str | None) -> None:
    """Apply a part of a snapshot page; `after` is the page's token with its last part."""
    with database.transaction(durable=False) as connection:
        fresh, known, stale = _split(database, page)
        states.write_new(database, fresh)
        for placed in known:
            _confirm(database, placed)
        for placed in stale:
            _replace(database, placed)
        if after is not None:
            meta.write(connection, "snapshot_after", after)
        _observe(database, (max(_times(placed.state)) for placed in page))


def begin_reload(database: Database) -> None:
    """The cursor is no good: fetch all scopes anew, then forget what was not among them.

    A record that the server has not heard of yet cannot be among them, and is not forgotten.
    """
    with database.transaction(durable=False) as connection:
        seen.begin_doubt(connection)
        meta.write(connection, "cursor", None)
        held.forget(connection)
        for row in connection.execute(select(tables.unknown.c.kind, tables.unknown.c.id)).all():
            layers.purge(database, row.kind, row.id)
        meta.write(connection, "snapshot_after", "")
        states.doubt_all(connection)


def stale_count(connection: Connection) -> int:
    """How many records a copy of everything has not brought so far."""
    return states.count_stale(connection) if is_copying(connection) else 0


def finish_load(database: Database, scopes: Iterable[str]) -> None:
    """These scopes are here as a whole, once the log has been read over them."""
    with database.transaction(durable=False) as connection:
        held.mark(connection, scopes, loaded=True)
        meta.write(connection, "snapshot_after", "")


def _finish_copy(database: Database) -> None:
    """What the copy did not bring is not at the server."""
    connection = database.connection
    stale = states.all_stale(connection)
    held.drop(database, stale)
    states.end_doubt(connection, {kind for kind, _id in stale})
    meta.write(connection, COPYING, None)


def replace_states(database: Database, page: Sequence[Placed]) -> int:
    """A repair: these states take the place of what was confirmed; returns how many differed."""
    with database.transaction(durable=False):
        return sum(_replace(database, placed) for placed in page)


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


def _take_entry(database: Database, entry: Entry, told: Iterator[int]) -> None:
    """`told` are the scopes of what was changed and then of what entered."""
    stamp = Stamp(entry.time, entry.device)
    author = history.Author(entry.user, stamp, entry.seen, entry.sequence, entry.name)
    if entry.removed:
        _end_life(database, entry.leave, entry.sequence)
    elif entry.leave:
        held.leave(database, entry.leave)
    for change in entry.changes:
        _take_change(database, change, author, next(told))
    for state in entry.enter:
        _take_entering(database, Placed(state, next(told)), entry.sequence)


def _take_change(database: Database, change: Change, author: history.Author, scope: int) -> None:
    connection, key = database.connection, (change.kind, change.id)
    if change.create and held.has_left(connection, *key):
        _end_life(database, [key], author.sequence or 0)
    before = layers.of(connection, *key)
    history.note(connection, change, before.shown and before.shown.state, author)
    anew = _was_stale(connection, *key)
    merged = apply((None if anew else before.confirmed) or blank(*key), change, author.stamp)
    won = None if anew else merged.won
    layers.confirm(database, Placed(merged.state, scope), before, won)


def _take_entering(database: Database, placed: Placed, sequence: int) -> None:
    """What was here of a record that had left may be of an earlier life of it."""
    connection, key = database.connection, (placed.state.kind, placed.state.id)
    if not held.has_left(connection, *key):
        _confirm(database, placed)
        return
    _replace(database, placed)
    for change, author in outbox.taken_after(connection, [key], sequence):
        _take_change(database, change, author, states.UNTOLD)


def _end_life(database: Database, keys: Sequence[Key], sequence: int) -> None:
    """These records are no more, up to here: a copy of a device may make one of them anew.

    What the server took of ours after that is left out of the log, so it stays.
    """
    since = outbox.taken_after(database.connection, keys, sequence)
    held.drop(database, keys, removed=True)
    for change, author in since:
        _take_change(database, change, author, states.UNTOLD)


def _confirm(database: Database, placed: Placed) -> None:
    (state, scope), connection = placed, database.connection
    before = layers.of(connection, state.kind, state.id)
    known = None if _was_stale(connection, state.kind, state.id) else before.confirmed
    merged = state if known is None else merge(known, state)
    layers.confirm(database, Placed(merged, scope), before)


def _was_stale(connection: Connection, kind: str, record_id: str) -> bool:
    """Whether what is here of a record is to be replaced; from now on it is not stale."""
    if not (is_copying(connection) and states.is_stale(connection, kind, record_id)):
        return False
    states.refresh(connection, kind, record_id)
    return True


def _replace(database: Database, placed: Placed) -> bool:
    connection, state = database.connection, placed.state
    before = layers.of(connection, state.kind, state.id)
    states.refresh(connection, state.kind, state.id)
    layers.confirm(database, placed, before)
    return before.confirmed != state


def _split(
    database: Database, page: Sequence[Placed]
) -> tuple[list[Placed], list[Placed], list[Placed]]:
    """States of records that are new here, of those that are not, and of those to be replaced."""
    ids: dict[str, list[str]] = defaultdict(list)
    for state, _scope in page:
        ids[state.kind].append(state.id)
    here = {
        (name, record_id): is_stale
        for name in ids.keys() & kinds().keys()
        for record_id, is_stale in states.existing(database.connection, name, ids[name]).items()
    }
    fresh: list[Placed] = []
    known: list[Placed] = []
    stale: list[Placed] = []
    for placed in page:
        is_stale = here.get((placed.state.kind, placed.state.id))
        is_new = placed.state.kind in kinds() and is_stale is None
        (fresh if is_new else stale if is_stale else known).append(placed)
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
