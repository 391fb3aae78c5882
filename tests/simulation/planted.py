"""Bugs planted on purpose: each is one mistake that somebody could make in the engine.

A planted bug is a context in which the mistake is in the code. The simulator is worth its time only
if it finds every one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from client.store import database, held, incoming, layers, meta, outbox
from client.sync import uploads
from server.domain import acceptance, blob_access, entries, reading
from server.domain.access import Access
from server.domain.exchange import Exchange
from server.store.unit import Unit
from sync_protocol import clock, merge
from sync_protocol.blobs import Received
from sync_protocol.changes import Change, RawCells, State
from sync_protocol.clock import Stamp
from sync_protocol.messages import Applied, Cursor, Verdicts
from tests.simulation.headquarters import ServerCrash

Bug = Callable[[], Any]


@contextmanager
def _instead(place: Any, name: str, wrong: Callable[..., Any]) -> Iterator[None]:
    """While the block runs, `place.name` is `wrong`, called with the right one first."""
    right = getattr(place, name)

    def call(*args: Any, **options: Any) -> Any:
        return wrong(right, *args, **options)

    setattr(place, name, call)
    try:
        yield
    finally:
        setattr(place, name, right)


@contextmanager
def answered_records_forget_later_edits() -> Iterator[None]:
    """An edit made while its record was in flight is taken off the screen with the answer."""
    one = _instead(layers, "is_waiting", lambda _right, *_: False)
    with one, _instead(layers, "_waiting_among", lambda _right, *_: set()):
        yield


def acknowledged_before_commit() -> Any:
    """The server answers although its transaction never committed."""

    def push(right: Any, exchange: Exchange, session: Any, request: Any) -> Any:
        try:
            return right(exchange, session, request)
        except ServerCrash:
            sent = request.changesets
            return Verdicts(tuple(Applied(one.number, 1) for one in sent))

    return _instead(Exchange, "push", push)


def gap_is_not_checked() -> Any:
    """A push may begin anywhere."""

    def take(right: Any, *args: Any, **options: Any) -> Any:
        _, unit, session, prepared, _ = args
        device = unit.device(session.device)
        number = prepared.changeset.number
        if device is not None and number > device.number + 1:
            unit.count_on(session.device, number - 1, device.floor)
        return right(*args, **options)

    return _instead(acceptance.Acceptance, "take", take)


def cursor_is_the_head() -> Any:
    """A page says that it reaches to the end of the log, though it does not."""

    def pull(right: Any, connection: Any, head: Any, *rest: Any) -> Any:
        page = right(connection, head, *rest)
        return msgspec.structs.replace(page, cursor=head.head, more=False)

    return _instead(reading, "pull", pull)


@contextmanager
def later_stamp_is_all_that_counts() -> Iterator[None]:
    """Of two writes at the same time the one that came first stays, whichever device wrote it."""

    def wrong(_right: Any, left: State, right: State) -> State:
        base = left.base if left.base.time >= right.base.time else right.base
        cells, stamps = dict(left.cells), dict(left.stamps)
        for cell, value in right.cells.items():
            if cell not in left.cells or right.stamp_of(cell).time > left.stamp_of(cell).time:
                cells[cell], stamps[cell] = value, right.stamp_of(cell)
            else:
                stamps[cell] = left.stamp_of(cell)
        stamps = {cell: stamp for cell, stamp in stamps.items() if stamp != base}
        return State(left.kind, left.id, base, cells, stamps)

    def updated(_right: Any, state: State, cells: RawCells, stamp: Stamp) -> State:
        change = Change(state.kind, state.id, cells)
        return wrong(None, state, merge.as_state(change, stamp))

    with _instead(merge, "merge", wrong), _instead(merge, "_updated", updated):
        yield


def a_leave_is_forgotten() -> Any:
    """Nobody is told of a record that left their scope."""

    def joined(right: Any, *args: Any) -> Any:
        entry = right(*args)
        return entry and msgspec.structs.replace(entry, leave=())

    return _instead(entries, "joined", joined)


def an_enter_is_forgotten() -> Any:
    """Nobody gets a record that came into their scope."""

    def joined(right: Any, *args: Any) -> Any:
        entry = right(*args)
        return entry and msgspec.structs.replace(entry, enter=())

    return _instead(entries, "joined", joined)


def restamp_is_not_adopted() -> Any:
    """The client keeps its own stamp where the server gave another."""

    def settle(right: Any, place: Any, verdicts: Any, *rest: Any, **known: Any) -> Any:
        kept = tuple(
            msgspec.structs.replace(v, time=0) if isinstance(v, Applied) else v for v in verdicts
        )
        return right(place, kept, *rest, **known)

    return _instead(outbox, "settle", settle)


def cursor_moves_before_the_page() -> Any:
    """The cursor and its page are two transactions."""

    def take_page(right: Any, place: Any, page: Any, scopes: Any) -> Any:
        with place.transaction(durable=False) as connection:
            meta.write(connection, "cursor", page.cursor)
        return right(place, page, scopes)

    return _instead(incoming, "take_page", take_page)


def a_changeset_is_many_transactions() -> Any:
    """A page is written change by change, and its cursor at the end."""

    def take_page(right: Any, place: Any, page: Any, scopes: Any) -> Any:
        stays = meta.read(place.connection, "cursor", Cursor)
        for entry in page.entries:
            for change in entry.changes:
                part = msgspec.structs.replace(entry, changes=(change,), enter=(), leave=())
                pages = msgspec.structs.replace(page, entries=(part,), cursor=stays, more=True)
                right(place, pages, scopes)
        return right(place, page, scopes)

    return _instead(incoming, "take_page", take_page)


def rejected_edits_stay_on_the_screen() -> Any:
    """A rejection does not bring the server's truth back."""
    return _instead(layers, "settle_refused", lambda _right, *_: None)


def verdicts_are_not_remembered() -> Any:
    """The same changeset delivered again is taken again."""

    def take(right: Any, *args: Any, **options: Any) -> Any:
        itself, unit, session, prepared, now_ms = args
        device = unit.device(session.device)
        if device is not None and prepared.changeset.number <= device.number:
            prepared = _renumbered(prepared, device.number + 1)
        return right(itself, unit, session, prepared, now_ms, **options)

    return _instead(acceptance.Acceptance, "take", take)


def _renumbered(prepared: Any, number: int) -> Any:
    return prepared._replace(changeset=msgspec.structs.replace(prepared.changeset, number=number))


def clock_follows_the_wall() -> Any:
    """A device's clock goes back when its wall clock does."""
    return _instead(clock, "tick", lambda _right, _last, now_ms: clock.at(now_ms))


def new_scopes_move_the_cursor() -> Any:
    """Loading one scope jumps over what the log still has to say of the others."""

    def begin_load(right: Any, place: Any, cut: Cursor) -> Any:
        right(place, cut)
        with place.transaction(durable=False) as connection:
            meta.write(connection, "cursor", cut)

    return _instead(incoming, "begin_load", begin_load)


def snapshots_show_everything() -> Any:
    """A snapshot gives whatever scope is asked for."""

    def snapshot(right: Any, connection: Any, head: Any, request: Any, theirs: Any) -> Any:
        every = theirs | {"territory:" + key[1] for key in _territories(connection, head)}
        asked = msgspec.structs.replace(request, scopes=tuple(every))
        return right(connection, head, asked, frozenset(every))

    return _instead(reading, "snapshot", snapshot)


def _territories(connection: Any, head: Any) -> list[tuple[str, str]]:
    found = reading.records.walk(connection, head.workspace_id, ["workspace"])
    return [(state.kind, state.id) for state, _ in found if state.kind == "territory"]


def rights_are_cached_for_ever() -> Any:
    """Who sees what is read once per process."""

    def people(right: Any, self: Access, place: Any) -> Any:
        known = self._people.get(place.head.workspace_id)
        return known[1] if known else right(self, place)

    return _instead(Access, "people", people)


def losing_values_are_dropped() -> Any:
    """What loses is not written to the history."""
    return _instead(Unit, "remember", lambda _right, *_: None)


def local_writes_do_not_wait_for_the_disk() -> Any:
    """Saved is said before the disk has it."""

    def transaction(right: Any, self: Any, *, durable: bool = True) -> Any:
        return right(self, durable=False)

    return _instead(database.Database, "transaction", transaction)


def the_outbox_is_another_transaction() -> Any:
    """The row is written first, and what is to be sent a moment later."""

    def add(right: Any, self: Any, *args: Any, **options: Any) -> Any:
        state = right(self, *args, **options)
        self.database.connection.exec_driver_sql("COMMIT")
        self.database.connection.exec_driver_sql("BEGIN IMMEDIATE")
        return state

    return _instead(outbox.Open, "add", add)


def any_edit_revives() -> Any:
    """An edit of something deleted brings it back."""

    def apply(right: Any, state: State, change: Change, stamp: Stamp) -> Any:
        merged = right(state, change, stamp)
        if "deleted" in change.cells or "deleted" not in merged.state.cells:
            return merged
        cells = {cell: value for cell, value in merged.state.cells.items() if cell != "deleted"}
        stamps = {cell: known for cell, known in merged.state.stamps.items() if cell != "deleted"}
        shown = msgspec.structs.replace(merged.state, cells=cells, stamps=stamps)
        return merged._replace(state=shown)

    return _instead(merge, "apply", apply)


def lost_scopes_are_kept() -> Any:
    """What is in a scope that was taken away stays."""
    return _instead(held, "lose", lambda _right, *_: None)


def what_has_left_goes_at_once() -> Any:
    """A record is purged where the log says that it left, though it may come back in the next."""

    def leave(_right: Any, place: Any, keys: Any) -> Any:
        held.drop(place, keys)

    return _instead(held, "leave", leave)


def scopes_of_what_was_sent_are_not_told() -> Any:
    """A device does not learn in which scope the server has what it has just made."""

    return _instead(outbox, "_places", lambda _right, *_: {})


def files_are_shown_to_everybody() -> Any:
    """A record gives out its file also to those who may not see the record."""
    return _instead(blob_access, "may_read", lambda _right, *_: True)


def a_file_counts_as_sent_when_it_is_begun() -> Any:
    """A device takes the first chunk's answer for the whole file's."""

    async def send(right: Any, *args: Any) -> Any:
        await right(*args)
        return Received(done=True)

    return _instead(uploads.Uploads, "_send_chunk", send)


def a_value_is_kept_by_its_own_age() -> Any:
    """What was written long ago is let go of though it gives way only now."""
    return _instead(Unit, "displace", lambda _right, *_: None)


PLANTED: tuple[Bug, ...] = (
    answered_records_forget_later_edits,
    acknowledged_before_commit,
    gap_is_not_checked,
    cursor_is_the_head,
    later_stamp_is_all_that_counts,
    a_leave_is_forgotten,
    an_enter_is_forgotten,
    restamp_is_not_adopted,
    cursor_moves_before_the_page,
    a_changeset_is_many_transactions,
    rejected_edits_stay_on_the_screen,
    verdicts_are_not_remembered,
    clock_follows_the_wall,
    new_scopes_move_the_cursor,
    snapshots_show_everything,
    rights_are_cached_for_ever,
    losing_values_are_dropped,
    local_writes_do_not_wait_for_the_disk,
    the_outbox_is_another_transaction,
    any_edit_revives,
    lost_scopes_are_kept,
    what_has_left_goes_at_once,
    scopes_of_what_was_sent_are_not_told,
    files_are_shown_to_everybody,
    a_file_counts_as_sent_when_it_is_begun,
    a_value_is_kept_by_its_own_age,
)
