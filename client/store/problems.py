"""What the server would not take, and what became of it here.

A problem is a changeset that was rejected, or parked because it made the server fail. It is taken
off its records, which show the server's truth again, but keeps every word that was typed, until it
is written again or discarded. Waiting changesets that need a record it would have made are held
with it: alone they could only be rejected, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec.msgpack import encode
from sqlalchemy import bindparam, delete, select, update

from client.store import history, layers, outbox, states, tables
from client.store.prepared import IDS, Prepared
from sync_protocol.changes import Changeset
from sync_protocol.messages import Rejected, Verdict
from sync_protocol.records import kinds, rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from client.store.database import Database

PARK_AFTER = 3
"""How often a changeset may make the server fail before it is parked."""
GONE = "gone"
"""The server's word for a record it does not know."""
_decode = msgspec.msgpack.Decoder(Changeset).decode
_decode_verdict = msgspec.msgpack.Decoder(Verdict).decode
_TITLES = ("name", "title")


class _Open(NamedTuple):
    """A changeset that is not settled."""

    number: int
    state: str
    sent: bool
    body: bytes
    verdict: bytes
    about: str


_table = tables.changeset
_IN_STATES = Prepared(
    select(*(_table.c[name] for name in _Open._fields))
    .where(_table.c.state.in_(IDS))
    .order_by(_table.c.number)
)
_THIS = _table.c.number == bindparam("at_number")
_CHANGE = Prepared(update(_table).where(_THIS))
_TAKES_BACK = Prepared(select(_table.c.takes_back).where(_THIS))
_LET_STAND = Prepared(update(_table).where(bindparam("at_act") == tables.ACT).values(undone=False))


class Problem(msgspec.Struct, frozen=True):
    """A changeset the server would not take, why, what it was about, and what is held with it."""

    changeset: Changeset
    rejection: Rejected
    about: str = ""
    held: tuple[Changeset, ...] = ()

    @property
    def parked(self) -> bool:
        """Whether the server failed on it, rather than refuse it."""
        return self.rejection.code == outbox.PARKED


class Discarded(msgspec.Struct, frozen=True):
    """A changeset that was given up, and when (milliseconds since 1970 UTC)."""

    changeset: Changeset
    about: str
    at: int


def listed(connection: Connection) -> list[Problem]:
    """What needs a person, oldest first."""
    return [
        Problem(
            _decode(row.body), _rejection(row.verdict), row.about, _held(connection, row.number)
        )
        for row in _open(connection, outbox.REJECTED, outbox.PARKED)
    ]


def discarded(connection: Connection) -> list[Discarded]:
    """What was given up lately, the latest first."""
    table = tables.changeset
    found = connection.execute(
        select(table)
        .where(table.c.state == outbox.DISCARDED)
        .order_by(table.c.answered_ms.desc(), table.c.number.desc())
    )
    return [Discarded(_decode(row.body), row.about, row.answered_ms or 0) for row in found]


def note_failure(database: Database, number: int) -> bool:
    """Count that a changeset made the server fail; whether it is to be parked."""
    with database.transaction(durable=False) as connection:
        table = tables.changeset
        where = table.c.number == number
        connection.execute(update(table).where(where).values(failures=table.c.failures + 1))
        failures = connection.execute(select(table.c.failures).where(where)).scalar_one()
    return int(failures) >= PARK_AFTER


def park(database: Database, changeset: Changeset, message: str, now_ms: int) -> None:
    """Its number was withdrawn; its content stays here."""
    with database.transaction():
        why = Rejected(changeset.number, outbox.PARKED, message)
        values = {"state": outbox.PARKED, "verdict": encode(why), "answered_ms": now_ms}
        take_off(database, changeset, values)
        hold_what_needs_them(database)


def take_off(database: Database, changeset: Changeset, values: dict[str, Any]) -> None:
    """Its records show the server's truth again, and so do their past and the list of acts.

    `values` say what becomes of the changeset.
    """
    connection = database.connection
    titles = (_title(connection, c.kind, c.id) for c in changeset.changes)
    about = next(filter(None, titles), "")
    layers.settle_refused(database, changeset)
    history.drop(connection, changeset.stamp)
    act = _TAKES_BACK.scalar(connection, {"at_number": changeset.number})
    if act:
        _LET_STAND.run(connection, {"at_act": act})
    _CHANGE.run(connection, values | {"at_number": changeset.number, "about": about})


def hold_what_needs_them(database: Database) -> None:
    """Hold with a problem what was refused, or waits unsent, for want of a record it would make."""
    connection = database.connection
    for problem in _open(connection, outbox.REJECTED, outbox.PARKED):
        made = _made(_decode(problem.body))
        if made:
            _hold(database, problem.number, made)


def _hold(database: Database, problem: int, made: set[bytes]) -> None:
    connection, table = database.connection, tables.changeset
    for row in _open(connection, outbox.WAITING, outbox.REJECTED):
        changeset = _decode(row.body)
        may = not row.sent if row.state == outbox.WAITING else _rejection(row.verdict).code == GONE
        if row.number <= problem or not may or not _needs(changeset, made):
            continue
        made |= _made(changeset)
        values = {"state": outbox.HELD, "needs": problem}
        if row.state == outbox.WAITING:
            take_off(database, changeset, values)
        else:
            connection.execute(update(table).where(table.c.number == row.number).values(values))


def _open(connection: Connection, *found: str) -> list[_Open]:
    return [_Open(*row) for row in _IN_STATES.among(connection, found)]


def _made(changeset: Changeset) -> set[bytes]:
    """The packed ids of the records a changeset creates."""
    return {encode(change.id) for change in changeset.changes if change.create}


def discard(database: Database, number: int, now_ms: int) -> None:
    """Give a problem up, with what is held by it; it can be had back for a while."""
    with database.transaction() as connection:
        table = tables.changeset
        mine = (table.c.number == number) | (table.c.needs == number)
        open_ = table.c.state.in_((outbox.REJECTED, outbox.PARKED, outbox.HELD))
        connection.execute(
            update(table)
            .where(mine & open_)
            .values(state=outbox.DISCARDED, needs=None, answered_ms=now_ms)
        )


def forget(database: Database, problem: Problem) -> None:
    """It was written again, as something else, with all that was held by it."""
    _forget(database, problem.changeset, *problem.held)


def keep_copy(database: Database, problem: Problem, now_ms: int) -> None:
    """Not all of it was written again: what it was can be had back for a while."""
    with database.transaction():
        _forget(database, *problem.held)
        discard(database, problem.changeset.number, now_ms)


def _forget(database: Database, *changesets: Changeset) -> None:
    numbers = [changeset.number for changeset in changesets]
    with database.transaction() as connection:
        table = tables.changeset
        connection.execute(delete(table).where(table.c.number.in_(numbers)))


def _held(connection: Connection, number: int) -> tuple[Changeset, ...]:
    table = tables.changeset
    found = connection.execute(
        select(table.c.body)
        .where(table.c.state == outbox.HELD, table.c.needs == number)
        .order_by(table.c.number)
    )
    return tuple(map(_decode, found.scalars()))


def _needs(changeset: Changeset, made: set[bytes]) -> bool:
    """Whether it touches one of these records, or names one in a cell. Ids are packed."""
    return any(
        encode(change.id) in made or any(bytes(value) in made for value in change.cells.values())
        for change in changeset.changes
    )


def _title(connection: Connection, kind: str, record_id: str) -> str:
    known, state = kinds().get(kind), states.read(connection, kind, record_id)
    if known is None or state is None:
        return ""
    record = rows.record(known, rows.dump(known, state))
    return next((str(getattr(record, name)) for name in _TITLES if getattr(record, name, "")), "")


def _rejection(verdict: bytes) -> Rejected:
    decoded = _decode_verdict(verdict)
    assert isinstance(decoded, Rejected)  # noqa: S101 - only rejections are asked for
    return decoded
