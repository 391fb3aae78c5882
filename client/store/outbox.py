"""Changesets from the first write to the server's verdict.

A changeset's writes share one stamp, so its changes to one record are kept as one change whose
cells the later write overwrites. It enters the outbox in the transaction that wrote its rows. Once
it was sent its bytes never change: an edit made while it is under way is another changeset.

A changeset waits, then the server has accepted or rejected it. One that makes the server fail is
parked; one that needs a rejected or parked record is held with it; one that was given up is
discarded, and kept for a while (see `problems`).
"""

from __future__ import annotations

from contextlib import closing
from itertools import groupby
from typing import TYPE_CHECKING, cast

import msgspec
from msgspec.msgpack import encode
from sqlalchemy import bindparam, delete, func, insert, or_, select, update

from client.store import held, history, layers, meta, problems, seen, states, tables
from client.store.prepared import Prepared
from sync_protocol import clock, codec
from sync_protocol.changes import MAX_NAME, Change, Changeset, State
from sync_protocol.clock import Stamp
from sync_protocol.merge import apply, blank
from sync_protocol.messages import Applied, Cursor, Rejected, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from client.store.database import Database
    from sync_protocol.changes import RawCells

WAITING, ACCEPTED, REJECTED = "waiting", "accepted", "rejected"
PARKED, HELD, DISCARDED = "parked", "held", "discarded"
KEPT_MS = 30 * 86_400_000
"""Accepted changesets stay this long, so that a restored server can be given back what it lost;
discarded ones, so that a mistake can be made good."""

HISTORY_MS = 180 * 86_400_000
"""A replica's part of the history goes back so far; the server may keep more."""

_Answered = tuple[Changeset, Applied]
_decode = msgspec.msgpack.Decoder(Changeset).decode
_table = tables.changeset
_waits = _table.c.state == WAITING
_this = _table.c.number == bindparam("at_number")
_ADD = Prepared(insert(_table))
_CHANGE = Prepared(update(_table).where(_this))
_WAITING_BODIES = Prepared(
    select(_table.c.body)
    .where(_waits, _table.c.number > bindparam("after"))
    .order_by(_table.c.number)
    .limit(bindparam("most"))
)
_WAITING_COUNT = Prepared(select(func.count()).select_from(_table).where(_waits))
_FIRST_WAITING = Prepared(select(func.min(_table.c.number)).where(_waits))
_MARK_SENT = Prepared(update(_table).where(_this).values(sent=True))
_UNSEND = Prepared(
    update(_table).where(_waits, _table.c.number > bindparam("after")).values(sent=False)
)
_WAITING_BODY = Prepared(select(_table.c.body).where(_this, _waits))
_LATEST_WAITING = Prepared(select(func.max(_table.c.time)).where(_waits))
_UNSENT = Prepared(select(_table.c.number).where(_this, _waits, _table.c.sent.is_(False)))
_LOST = Prepared(
    select(_table.c.body, _table.c.time).where(
        _table.c.state == ACCEPTED, _table.c.number > bindparam("after")
    )
)
_TAKEN_AT = Prepared(
    select(_table.c.body).where(_table.c.state == ACCEPTED, _table.c.time == bindparam("at_time"))
)
_FORGET = Prepared(
    delete(_table).where(
        or_(_table.c.state == ACCEPTED, _table.c.state == DISCARDED),
        _table.c.answered_ms < bindparam("before_ms"),
    )
)
_FORGET_PAST = Prepared(
    delete(tables.history).where(
        tables.history.c.time < bindparam("before"),
        tables.history.c.sequence.is_not(None),
        tables.history.c.time.not_in(select(_table.c.time)),  # dated back, and can still be undone
    )
)


class Open:
    """A changeset that is being written. Lives within one database transaction."""

    def __init__(
        self,
        database: Database,
        device: int,
        user: str,
        now_ms: int,
        *,
        as_of_ms: int | None = None,
        saw: int | None = None,
    ) -> None:
        connection = database.connection
        self.database = database
        self.user = user
        self.number = (meta.read(connection, "number", int) or 0) + 1
        self.clock = meta.read(connection, "clock", int) or 0
        time = clock.tick(self.clock, now_ms)
        if as_of_ms is not None:
            time = min(time, clock.as_of(as_of_ms, self.number))
        self.stamp = Stamp(time, device)
        self.seen = seen.sequence(connection) if saw is None else seen.since(connection, saw)
        self._in_doubt = seen.in_doubt(connection)
        self.observed = meta.read(connection, "observed", int) or 0
        self.changes: dict[states.Key, Change] = {}
        self._before: dict[states.Key, states.Here | None] = {}

    def add(self, kind: str, record_id: str, cells: RawCells, *, create: bool = False) -> State:
        """Write cells of one record now; gives the state the screen may show."""
        key = (kind, record_id)
        if key not in self._before:
            self._before[key] = states.here(self.database.connection, *key)
            if self._in_doubt is not None and _is_doubted(self.database.connection, *key):
                self.seen = min(self.seen, self._in_doubt)
        earlier = self.changes.get(key)
        if earlier is not None:
            cells, create = earlier.cells | cells, earlier.create
        change = Change(kind, record_id, cells, create)
        self.changes[key] = change
        before = self._before[key]
        merged = apply(before.state if before else blank(*key), change, self.stamp)
        states.write(self.database, merged.state, over=before, written=merged.won)
        return merged.state

    def close(
        self, name: str, action: str, *, undoes: bool, takes_back: str = ""
    ) -> Changeset | None:
        """Put what was written into the outbox; nothing if nothing was.

        `takes_back` is the act that it takes back, `undoes` says that one stands no more. A name
        that is too long is cut: it only says in the history what was done.
        """
        if not self.changes:
            return None
        name = name[:MAX_NAME]
        connection = self.database.connection
        changeset = Changeset(
            device=self.stamp.device,
            number=self.number,
            time=self.stamp.time,
            seen=self.seen,
            changes=tuple(self.changes.values()),
            name=name,
            action=action,
        )
        codec.check_size(changeset)
        row = {
            "number": self.number,
            "state": WAITING,
            "time": self.stamp.time,
            "name": name,
            "action": action,
            "undoes": undoes,
            "takes_back": takes_back,
            "changes": len(changeset.changes),
            "observed": self.observed,
            "body": encode(changeset),
        }
        _ADD.run(connection, row)
        author = history.Author(self.user, self.stamp, self.seen, None, name)
        for key, change in self.changes.items():
            known = self._before[key]
            before = None if known is None else known.state
            layers.begin_waiting(connection, change, self.number, before)
            history.note(connection, change, before, author)
        meta.write(connection, "number", self.number)
        meta.write(connection, "clock", max(self.clock, self.stamp.time))
        return changeset

    def mark(self) -> tuple[dict[states.Key, Change], dict[states.Key, states.Here | None]]:
        """Where a nested part began; `rewind` goes back to it after its savepoint did."""
        return dict(self.changes), dict(self._before)

    def rewind(
        self, mark: tuple[dict[states.Key, Change], dict[states.Key, states.Here | None]]
    ) -> None:
        self.changes, self._before = mark


def _is_doubted(connection: Connection, kind: str, record_id: str) -> bool:
    """Whether what is here of a record may be older than what has been read."""
    return states.is_stale(connection, kind, record_id) or held.has_left(
        connection, kind, record_id
    )


def waiting(connection: Connection) -> list[Changeset]:
    """What the server has not answered yet, oldest first."""
    return [_decode(body) for (body,) in _WAITING_BODIES.run(connection, {"after": 0, "most": -1})]


def next_waiting(connection: Connection, after: int, most: int, most_bytes: int) -> list[Changeset]:
    """What waits under higher numbers than `after`, in order: as much as that, and one at least.

    However much waits, no more of it is read.
    """
    found: list[Changeset] = []
    size = 0
    with closing(_WAITING_BODIES.run(connection, {"after": after, "most": most})) as bodies:
        for (body,) in bodies:
            size += len(body)
            if found and size > most_bytes:
                break
            found.append(_decode(body))
    return found


def waiting_count(connection: Connection) -> int:
    return int(_WAITING_COUNT.scalar(connection))


def first_open(connection: Connection) -> int:
    """The first number whose verdict is not here."""
    first: int | None = _FIRST_WAITING.scalar(connection)
    return first or (meta.read(connection, "number", int) or 0) + 1


def mark_sent(database: Database, batch: list[Changeset]) -> None:
    """On the disk before they are on the line: from now on their bytes are fixed."""
    connection = database.connection
    unsent = [sent.number for sent in batch if has_unsent(connection, sent.number)]
    if unsent:
        with database.transaction():
            _MARK_SENT.run_many(connection, [{"at_number": number} for number in unsent])


def has_unsent(connection: Connection, number: int) -> bool:
    """Whether changeset `number` waits here and was never sent."""
    return _UNSENT.first(connection, {"at_number": number}) is not None


def settle(
    database: Database, verdicts: tuple[Verdict, ...], now_ms: int, *, known: int = 0
) -> None:
    """Take the server's answers, in one transaction; an answer that came before is passed over.

    `known` is the last of our numbers that the server had when it was met.
    """
    with database.transaction(durable=False) as connection:
        sent = _waiting_among(connection, [verdict.number for verdict in verdicts])
        for verdict in verdicts:  # out of each other's way: one's new stamp may be another's old
            if verdict.number in sent and isinstance(verdict, Applied) and verdict.time:
                history.rename(connection, sent[verdict.number].stamp, _aside(sent[verdict.number]))
        for as_sent, some in groupby(verdicts, is_as_sent):
            answers = [
                (sent[verdict.number], verdict) for verdict in some if verdict.number in sent
            ]
            if as_sent:
                _settle_as_sent(database, cast("list[_Answered]", answers), now_ms, known)
                continue
            for changeset, verdict in answers:
                _settle_one(database, changeset, verdict, now_ms, known)
        if any(isinstance(verdict, Rejected) for verdict in verdicts):
            problems.hold_what_needs_them(database)
        _lower_clock(connection, [v.time for v in verdicts if isinstance(v, Applied) and v.time])


def take_back(database: Database, device: int, number: int, *, restored: bool = False) -> None:
    """The server knows this device's numbers only up to `number`: send the rest again.

    If it was `restored`, ask anew for what became of the others, too: something that was under way
    for long may have reached it since, and been answered otherwise, to nobody. What it has not is
    as good as never sent: it takes nothing that was sent to its earlier life.
    """
    connection = database.connection
    if restored:
        _UNSEND.run(connection, {"after": number})
    for body, time in _LOST.all(connection, {"after": 0 if restored else number}):
        changeset = _decode(body)
        history.rename(connection, Stamp(time, changeset.device), Stamp(changeset.time, device))
        changeset = msgspec.structs.replace(changeset, device=device)
        sent = changeset.number <= number
        again = {"state": WAITING, "verdict": None, "sent": sent, "body": encode(changeset)}
        _set(connection, changeset.number, again | {"time": changeset.time})
        for change in changeset.changes:
            before = states.read(connection, change.kind, change.id)
            layers.begin_waiting(connection, change, changeset.number, before)
            layers.show(database, change.kind, change.id)


def taken_after(
    connection: Connection, keys: Iterable[states.Key], sequence: int
) -> list[tuple[Change, history.Author]]:
    """This device's changes of these records that the server took after `sequence`, in order."""
    found = []
    for key in keys:
        for author in history.authors_after(connection, *key, sequence):
            for (body,) in _TAKEN_AT.all(connection, {"at_time": author.stamp.time}):
                sent = _decode(body)
                known = msgspec.structs.replace(author, seen=sent.seen)
                found += [(each, known) for each in sent.changes if (each.kind, each.id) == key]
    return sorted(found, key=lambda each: each[1].stamp)


def forget_old(connection: Connection, now_ms: int) -> None:
    _FORGET.run(connection, {"before_ms": now_ms - KEPT_MS})
    _FORGET_PAST.run(connection, {"before": clock.at(now_ms - HISTORY_MS)})


def _waiting_among(connection: Connection, numbers: list[int]) -> dict[int, Changeset]:
    found = ((n, _WAITING_BODY.scalar(connection, {"at_number": n})) for n in numbers)
    return {number: _decode(body) for number, body in found if body is not None}


def _settle_one(
    database: Database, sent: Changeset, verdict: Verdict, now_ms: int, known: int
) -> None:
    connection = database.connection
    values = {"verdict": encode(verdict), "answered_ms": now_ms}
    if isinstance(verdict, Rejected):
        problems.take_off(database, sent, values | {"state": REJECTED})
        return
    stamp = Stamp(verdict.time, sent.device)
    (taken,) = _taken(connection, [(sent, verdict)], known)
    layers.settle_restamped(database, taken, stamp)
    history.accept(connection, _aside(sent), stamp, verdict.sequence)
    _mark_lost(connection, stamp, verdict)
    _set(connection, sent.number, values | {"state": ACCEPTED, "time": stamp.time})


def _settle_as_sent(database: Database, answered: list[_Answered], now_ms: int, known: int) -> None:
    """Nearly all there is to settle: changesets that the server took with the stamps they had."""
    connection = database.connection
    layers.settle_as_sent(database, _taken(connection, answered, known))
    history.accept_as_sent(connection, [(sent.stamp, told.sequence) for sent, told in answered])
    for sent, told in answered:
        _mark_lost(connection, sent.stamp, told)
    accepted = {"answered_ms": now_ms, "state": ACCEPTED}
    _CHANGE.run_many(
        connection,
        [accepted | {"at_number": sent.number, "verdict": encode(told)} for sent, told in answered],
    )


def is_as_sent(verdict: Verdict) -> bool:
    """Whether a changeset was taken as it was, with the stamp it had."""
    return isinstance(verdict, Applied) and not verdict.time


def _mark_lost(connection: Connection, stamp: Stamp, verdict: Applied) -> None:
    user = meta.read(connection, "user", str) if verdict.superseded else None
    for loser in verdict.superseded:
        if loser.user != user:
            history.mark_lost(connection, loser.kind, loser.id, loser.cell, stamp)


def _taken(connection: Connection, answered: Sequence[_Answered], known: int) -> list[layers.Taken]:
    """What the server took, and where its records are; nowhere if it does not know any more.

    Before the first page of a copy of everything, what was accepted may be gone again by the time
    of that page, without a trace in the log after it. And what lies behind the cursor was told with
    all that became of it: an answer the server had given before does not say where it is now.
    """
    if meta.read(connection, "cursor", Cursor) is None:
        for sent, _told in answered:
            for change in sent.changes:
                states.doubt(connection, change.kind, change.id)
    passed = _passed(connection)
    past = {
        told.number for _sent, told in answered if told.number <= known and told.sequence <= passed
    }
    places = _places(connection, [told for _sent, told in answered if told.number not in past])
    return [
        layers.Taken(sent, places.get(sent.number, []), past=sent.number in past)
        for sent, _told in answered
    ]


def see_no_further(connection: Connection, begun: int) -> None:
    """What waits unsent was written by an earlier epoch: of this one it has seen the beginning."""
    for changeset in waiting(connection):
        if changeset.seen > begun and has_unsent(connection, changeset.number):
            body = encode(msgspec.structs.replace(changeset, seen=begun))
            _set(connection, changeset.number, {"body": body})


def _passed(connection: Connection) -> int:
    """Up to where this device has read the log of the server as it is now."""
    cursor = meta.read(connection, "cursor", Cursor) or Cursor()
    return cursor.sequence if cursor.epoch == meta.read(connection, "epoch", str) else 0


def _places(connection: Connection, told: Sequence[Applied]) -> dict[int, list[int]]:
    """The numbers of the scopes that answers name, by the answers' numbers."""
    scopes = dict.fromkeys(scope for verdict in told for scope in verdict.scopes)
    held.begin(connection, scopes)
    places = {scope: held.place(connection, scope) for scope in scopes}
    return {verdict.number: [places[scope] for scope in verdict.scopes] for verdict in told}


def _aside(changeset: Changeset) -> Stamp:
    """A stamp that no changeset ever has, to be noted under for a moment."""
    return Stamp(-changeset.number, changeset.device)


def _lower_clock(connection: Connection, restamped: list[int]) -> None:
    """After a restamp go on from the highest stamp left: our clock had been ahead.

    The server's own stamps are above all that it knew, so above all that we have read, too.
    """
    if restamped:
        left = _LATEST_WAITING.scalar(connection) or 0
        meta.write(connection, "clock", max(left, *restamped))


def _set(connection: Connection, number: int, values: Mapping[str, object]) -> None:
    _CHANGE.run(connection, {"at_number": number, **values})
