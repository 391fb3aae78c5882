"""What is looked at in every message, and on every device: no rule may ever be seen broken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import select

from server.store.records import walk
from server.store.tables import history as _history_table
from sync_protocol import messages as m
from sync_protocol.changes import Changeset, State
from sync_protocol.records import Kind, kinds, rows
from tests.simulation.model import NEVER, Key, Known, Ledger, Violation
from tests.simulation.outlived import kept_past

if TYPE_CHECKING:
    import sqlite3

    from tests.simulation.company import Site

_changeset = msgspec.msgpack.Decoder(Changeset).decode
_written = _history_table.c
_WRITTEN = (_written.kind, _written.record_id, _written.cell, _written.time, _written.device_id)
_state = msgspec.msgpack.Decoder(State).decode


# --- messages ---


def answer(ledger: Ledger, user: str, said: Any) -> None:
    """Nothing may be told to `user` that the ledger does not let them see now."""
    held = ledger.held(user)
    if isinstance(said, m.Welcome):
        if not getattr(said, "same", False) and set(said.scopes) != held:
            raise Violation("permissions", f"welcome names {said.scopes}, held are {sorted(held)}")
        if said.diverged:
            raise Violation("nobody diverges", f"a replica is not what it should be at {said.head}")
    elif isinstance(said, m.States):
        for state in said.states:
            _visible(ledger, held, (state.kind, state.id), None)
    elif isinstance(said, m.Page):
        for entry in said.entries:
            _entry(ledger, held, entry)


def verdict(ledger: Ledger, user: str, said: m.Verdict) -> None:
    """A new verdict tells only of records that its author could see by then."""
    for lost in said.superseded if isinstance(said, m.Applied) else ():
        # later changesets of the same push may have taken it away, and what the server did then
        _visible(ledger, ledger.held(user), (lost.kind, lost.id), said.sequence)


def _entry(ledger: Ledger, held: frozenset[str], entry: m.Entry) -> None:
    """A part of the log is seen by whoever holds the scope its records were in by then."""
    for change in entry.changes:
        _visible(ledger, held, (change.kind, change.id), entry.sequence)
    for state in entry.enter:
        _visible(ledger, held, (state.kind, state.id), entry.sequence)
    for key in entry.leave:
        _visible(ledger, held, key, entry.sequence - 1)


def _visible(ledger: Ledger, held: frozenset[str], key: Key, at: int | None) -> None:
    if key not in ledger.scopes:
        raise Violation("no invented records", f"{key} was never accepted")
    scope = ledger.scope(key, at)
    if scope not in held:
        raise Violation("permissions", f"{key} of {scope} was told to someone who holds {held}")


# --- one device ---


def states(disk: sqlite3.Connection, *, confirmed: bool) -> dict[Key, State]:
    """The rows of a replica, read past its own code; or what the server has confirmed of them."""
    found: dict[Key, State] = {}
    for kind in kinds().values():
        cursor = disk.execute(f'SELECT * FROM "{kind.name}"')
        names = [column[0] for column in cursor.description]
        for values in cursor:
            row = dict(zip(names, values, strict=True))
            row |= {name: bool(row[name]) for name in _booleans(kind) if row[name] is not None}
            state = rows.load(kind, row)
            found[kind.name, state.id] = state
    for kind_name, record_id, packed in disk.execute("SELECT kind, id, state FROM unknown"):
        found[kind_name, record_id] = _state(packed)
    return _beneath(disk, found) if confirmed else found


@cache
def _booleans(kind: Kind) -> list[str]:
    """The fields that SQLite itself keeps as numbers."""
    return [field.name for field in kind.fields.values() if field.storage == "boolean"]


def _beneath(disk: sqlite3.Connection, found: dict[Key, State]) -> dict[Key, State]:
    for kind, record_id, packed in disk.execute("SELECT kind, id, state FROM confirmed"):
        if packed is None:
            found.pop((kind, record_id), None)
        else:
            found[kind, record_id] = _state(packed)
    return found


def layers(disk: sqlite3.Connection, shown: dict[Key, State]) -> None:
    """A row is what is confirmed of it, joined with the changes that wait."""
    waiting = [
        _changeset(body)
        for (body,) in disk.execute(
            "SELECT body FROM changeset WHERE state = 'waiting' ORDER BY number"
        )
    ]
    if not waiting:
        return
    known = {key: _known(state) for key, state in _beneath(disk, dict(shown)).items()}
    touched = set()
    for changeset in waiting:
        for change in changeset.changes:
            key = change.kind, change.id
            touched.add(key)
            known.setdefault(key, Known()).write(change, tuple(changeset.stamp))
    for key in touched:
        if key in shown and not same(shown[key], known[key]):
            told = sorted(_differences(shown[key], known[key]))
            raise Violation("two layers", f"{key} does not show what waits: {told}")


def leaving(disk: sqlite3.Connection, held: frozenset[str]) -> list[Key]:
    """What has left, or is in a scope that was taken away: it goes when the log has been read."""
    stays = [place for place, name in disk.execute("SELECT place, name FROM scope") if name in held]
    going = f"scope NOT IN ({', '.join(map(str, [0, *stays]))})"
    return [
        (kind, record_id)
        for kind in kinds()
        for (record_id,) in disk.execute(f'SELECT id FROM "{kind}" WHERE {going}')
    ]


def loaded(disk: sqlite3.Connection) -> frozenset[str]:
    """The scopes that are here as a whole; what is given back after it was taken comes anew."""
    return frozenset(name for (name,) in disk.execute("SELECT name FROM scope WHERE loaded"))


def left(ledger: Ledger, held: frozenset[str], shown: dict[Key, State], sequence: int) -> list[Key]:
    """What was in no scope of theirs at the place in the log that was read.

    It is back by now, or is edited here: the verdict of that edit says where it is, ahead of the
    log. Until the log says so, too, it stays as it was.
    """
    scopes = ((key, ledger.scope(key, sequence)) for key in shown if key in ledger.scopes)
    return [key for key, scope in scopes if scope and scope not in held]


def whole(
    ledger: Ledger, held: frozenset[str], shown: dict[Key, State], own: Iterable[Changeset]
) -> None:
    """Of a changeset either all cells are here or none, unless a later write stands there.

    A record that has left, while an edit waits on it, is not here: of it only that edit is shown
    until the server has judged it. What is still to leave is not among `shown`. Several changesets
    of the server's own may have one stamp: it dates late edits of merged records as their authors.
    """
    mine = {tuple(changeset.stamp): changeset.changes for changeset in own}
    for state in shown.values():
        for stamp in {tuple(state.base), *map(tuple, state.stamps.values())}:
            for taken in ledger.by_stamp.get(stamp, ()):
                if not _stands(taken.changes, state, stamp):
                    continue
                _together(ledger, held, shown, (state.kind, state.id), taken.changes)
                _whole(shown, stamp, taken.changes)
            if stamp in mine:
                _whole(shown, stamp, mine[stamp])


def _stands(changes: Any, state: State, stamp: tuple[int, int]) -> bool:
    """Whether anything of a changeset stands in a record."""
    ours = [change for change in changes if (change.kind, change.id) == (state.kind, state.id)]
    return any(
        (change.create and tuple(state.base) == stamp)
        or any(
            tuple(state.stamp_of(cell)) == stamp and state.cells.get(cell) == value
            for cell, value in change.cells.items()
        )
        for change in ours
    )


def _together(
    ledger: Ledger, held: frozenset[str], shown: dict[Key, State], key: Key, changes: Any
) -> None:
    """Of two records that have been in one scope of theirs for ever, not only one is here.

    Out of a scope that was taken away one may go before another, whose place is not told yet.
    """
    scope = ledger.only_scope(key)
    for change in changes if scope in held and tuple(shown[key].base) != NEVER else ():
        other = change.kind, change.id
        if other not in shown and ledger.only_scope(other) == scope:
            raise Violation("whole changesets", f"{other} is missing, beside {key}")


def _whole(shown: dict[Key, State], stamp: tuple[int, int], changes: Any) -> None:
    for change in changes:
        state = shown.get((change.kind, change.id))
        if state is None or tuple(state.base) == NEVER:
            continue
        for cell in change.cells:
            if tuple(state.stamp_of(cell)) < stamp:
                raise Violation("whole changesets", f"{change.kind} {change.id}.{cell} is missing")


def equal(ledger: Ledger, held: frozenset[str], found: dict[Key, State], where: str) -> None:
    """Exactly the records of these scopes, each cell with the last value written."""
    wanted = set(ledger.within(held))
    for key in sorted(found.keys() - wanted):
        raise Violation("only what is theirs", f"{where} still holds {key}")
    for key in sorted(wanted - found.keys()):
        raise Violation("nothing missing", f"{where} lacks {key}")
    for key in sorted(wanted):
        if not same(found[key], ledger.records[key]):
            told = sorted(_differences(found[key], ledger.records[key]))
            raise Violation("last writer wins", f"{where} has another {key}: {told}")


def same(state: State, known: Known) -> bool:
    return next(_differences(state, known), None) is None


def _differences(state: State, known: Known) -> Iterator[str]:
    if tuple(state.base) != known.base:
        yield f"base {state.base}, not {known.base}"
    kind = kinds().get(state.kind)
    for cell in state.cells.keys() | known.cells.keys():
        stamp, value = known.entry(cell)
        shown = bytes(state.cells.get(cell, b""))
        if tuple(state.stamp_of(cell)) == stamp and shown == value:
            continue
        field = kind.field_of(cell) if kind else None
        blank = b"\xc0" if field is None or field.entry else field.default_cell or b"\xa0"
        if stamp != known.base or {shown or blank, value or blank} != {blank}:
            yield f"{cell} {state.stamp_of(cell)} {shown!r}, not {stamp} {value!r}"


def _known(state: State) -> Known:
    cells = {
        cell: (tuple(state.stamp_of(cell)), bytes(value)) for cell, value in state.cells.items()
    }
    return Known(tuple(state.base), cells)


# --- the server ---


def history(ledger: Ledger, site: Site) -> None:
    """Each value can be read again, half a year from when it gave way; it stands until then."""
    with site.store.read() as connection:
        written = connection.execute(select(*_WRITTEN)).all()
    kept = {tuple(row) for row in written}
    for place in kept_past(ledger):
        if place not in kept:
            kind, record_id, cell, *_stamp = place
            raise Violation("history keeps all", f"{kind} {record_id}.{cell}")


__all__ = ["Key", "State", "walk"]
