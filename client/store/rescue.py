"""A damaged replica file: set aside under a name with the time, never deleted, and made anew.

The new file gets what can be read of the old one: who and where the device is, every changeset,
the history, and the records themselves, so that work goes on without a network. Its cursor is of no
life of the server, so the next round fetches everything again, and what the server has takes the
place of what was saved. The new file is complete before it takes the old one's name.

A device may only go on under its id if it is certain which numbers and stamps it has used. Where
that cannot be read the new file gets a new device id, its changesets new numbers, and the person
signs in again; to the server it is another device then.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec.msgpack import decode, encode
from sqlalchemy import Boolean, insert, update

from client.store import disk, layers, meta, recount, salvage, states, tables
from client.store.database import Database
from sync_protocol.changes import Changeset, State
from sync_protocol.messages import Cursor
from sync_protocol.records import kinds, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import Table

    from client.runtime.protocol import Runtime
    from client.store.salvage import Row
    from sync_protocol.records import Kind

log = logging.getLogger(__name__)

T = TypeVar("T")
IDENTITY = ("device", "number", "clock")
OF_THE_FILE = ("declarations", "digest", recount.SWEEP, disk.DAMAGED)
AS_THEY_ARE = (
    tables.history,
    tables.blob,
    tables.blob_keeping,
    tables.blob_naming,
    tables.scope,
    tables.draft,
)
WAITING, ACCEPTED = "waiting", "accepted"
DAMAGED = (
    "The data on this device was damaged. What could be read is here; the rest is fetched anew."
)


async def rescue(
    runtime: Runtime, path: str, now: Callable[[], int], random: Callable[[int], bytes]
) -> str:
    """Make the damaged file at `path` anew and set it aside; says what became of it."""
    at = dt.datetime.fromtimestamp(now() / 1_000, tz=dt.UTC)
    new = runtime.beside(path, "new")
    await runtime.wipe(new)
    await runtime.prepare(new)
    database = Database(runtime, new)
    try:
        rescued = Rescue(database, _read(path), int.from_bytes(random(4), "big") or 1)
        rescued.fill()
    finally:
        database.close()
    aside = runtime.beside(path, f"damaged-{at:%Y%m%d-%H%M%S}")
    await runtime.move(path, aside)
    await runtime.move(new, path)
    if not rescued.is_same_device:
        runtime.write_secret(path, None)
    await runtime.prepare(path)
    log.warning("the replica was damaged and is made anew; the old file is %s", aside)
    return rescued.told


async def finish(runtime: Runtime, path: str) -> None:
    """Give the prepared name `path` to a new file that a killed rescue left without it."""
    if _is_there(path):
        return
    new = runtime.beside(path, "new")
    await runtime.prepare(new)
    if not _is_there(new):
        await runtime.wipe(new)
        return
    runtime.release(path)
    await runtime.move(new, path)
    await runtime.prepare(path)


def _is_there(path: str) -> bool:
    with suppress(OSError):
        return os.stat(path).st_size > 0  # noqa: PTH116 - as cheap as it gets
    return False


def _read(path: str) -> dict[str, salvage.Table]:
    """The tables of the file; one whose first page is broken is given another."""
    for broken in (None, "header", "page"):
        if broken:
            salvage.mend_first_page(path, only_header=broken == "header")
        with suppress(sqlite3.DatabaseError), salvage.opened(path) as connection:
            names = [*tables.metadata.tables, *tables.records.tables]
            return {name: salvage.read(connection, name) for name in names}
    return {}


class Rescue:
    """Fills an empty replica with what was read of a damaged one, in one transaction."""

    def __init__(self, database: Database, found: dict[str, salvage.Table], device: int) -> None:
        self._database = database
        self._found = found
        self._meta = {row["key"]: row["value"] for row in self._rows("meta")}
        self._changesets = dict(self._readable_changesets())
        self._confirmed = dict(self._readable_confirmed())
        self.is_same_device = self._is_certain()
        self._names = self._new_numbers()
        self._device = self._known("device", int) if self.is_same_device else device
        self._waiting = self._numbers_waiting()
        self.missing = not self._is_whole("changeset") or len(self._changesets) < len(
            self._rows("changeset")
        )

    def fill(self) -> None:
        with self._database.transaction():
            self._fill_meta()
            for table in AS_THEY_ARE:
                self._copy(table, self._rows(table.name))
            self._fill_records()
            self._fill_changesets()

    @property
    def told(self) -> str:
        """What became of the file, in words for the person."""
        count = len(self._waiting)
        edits = (
            "1 unsent change was saved." if count == 1 else f"{count} unsent changes were saved."
        )
        lost = " Some that were not sent may be missing." if self.missing else ""
        sign_in = "" if self.is_same_device else " Please sign in again."
        return f"{DAMAGED} {edits}{lost}{sign_in}"

    # --- who this is ---

    def _is_certain(self) -> bool:
        known = [self._known(key, int) for key in IDENTITY]
        number = self._known("number", int) or 0
        return None not in known and number >= max(self._changesets, default=0)

    def _fill_meta(self) -> None:
        connection = self._database.connection
        for key, value in self._meta.items():
            if key not in OF_THE_FILE and _is_message(value):
                meta.write(connection, key, msgspec.Raw(value))
        meta.write(connection, "device", self._device)
        seen = self._known("cursor", Cursor) or Cursor()
        meta.write(connection, "cursor", Cursor(sequence=seen.sequence))
        if not self.is_same_device:
            meta.write(connection, "session", None)
            meta.write(connection, "user", self._known("user", str) or self._user_of_history())
            meta.write(connection, "number", len(self._names))
            meta.write(connection, "clock", max(self._times(), default=0))

    def _user_of_history(self) -> str:
        """Who wrote on this device, where the file does not say whose it is."""
        ours = {(changeset.time, changeset.device) for changeset in self._changesets.values()}
        wrote = (r["user"] for r in self._rows("history") if (r["time"], r["device"]) in ours)
        return next(wrote, "")

    def _times(self) -> Iterator[int]:
        yield self._known("clock", int) or 0
        yield from (changeset.time for changeset in self._changesets.values())
        yield from (row["time"] for row in self._rows("history"))
        for kind in kinds():
            yield from (row["base_time"] for row in self._rows(kind))

    # --- records ---

    def _fill_records(self) -> None:
        for kind in kinds().values():
            found = (self._confirmed_or_merged(kind, row) for row in self._rows(kind.name))
            by_id = {state.id: state for state in found if state is not None}
            placed = (states.Placed(state, states.UNTOLD) for state in by_id.values())
            states.write_new(self._database, placed)

    def _confirmed_or_merged(self, kind: Kind, row: Row) -> State | None:
        """What is confirmed of a record; what waits comes on top of it again afterwards."""
        key = (kind.name, row["id"])
        if key in self._confirmed:
            return self._confirmed[key]
        with suppress(Exception):  # whatever a broken row holds, it is fetched anew
            state = rows.load(kind, rows.defaults(kind) | _typed(tables.of(kind), row))
            rows.dump(kind, state)
            return state
        return None

    def _readable_confirmed(self) -> Iterator[tuple[states.Key, State | None]]:
        for row in self._rows("confirmed"):
            packed = row["state"]
            with suppress(msgspec.MsgspecError):
                state = None if packed is None else decode(packed, type=State)
                yield (row["kind"], row["id"]), state

    # --- changesets ---

    def _readable_changesets(self) -> Iterator[tuple[int, Changeset]]:
        for row in self._rows("changeset"):
            with suppress(msgspec.MsgspecError):
                changeset = decode(row["body"], type=Changeset)
                if changeset.number == row["number"]:
                    yield changeset.number, changeset

    def _numbers_waiting(self) -> list[int]:
        """Whose changes lie on top of what is confirmed."""
        if self._is_whole("pending"):
            numbers = {row["number"] for row in self._rows("pending")}
        else:
            numbers = {r["number"] for r in self._rows("changeset") if r["state"] == WAITING}
        return sorted(numbers & self._names.keys())

    def _new_numbers(self) -> dict[int, int]:
        """The numbers under which changesets go on.

        What was accepted stays that of the device it was, which is another one: as ours it would
        be sent again, and judged by what has become of its records since.
        """
        if self.is_same_device:
            return {number: number for number in self._changesets}
        kept = (
            row["number"]
            for row in self._rows("changeset")
            if row["number"] in self._changesets and row["state"] != ACCEPTED
        )
        return {number: place for place, number in enumerate(sorted(set(kept)), 1)}

    def _fill_changesets(self) -> None:
        for row in self._rows("changeset"):
            if row["number"] in self._names:
                changeset = self._changesets[row["number"]]
                self._copy(tables.changeset, [self._as_ours(row, changeset)])
        for number in self._waiting:
            self._wait(self._changesets[number], self._names[number])

    def _as_ours(self, row: Row, changeset: Changeset) -> Row:
        """What a changeset's row is here: its number, and those that it names itself."""
        if self.is_same_device:
            return row
        number = self._names[changeset.number]
        table = tables.history
        stamped = (table.c.time == changeset.time, table.c.device == changeset.device)
        renamed = update(table).where(*stamped).values(device=self._device)
        self._database.connection.execute(renamed)
        body = msgspec.structs.replace(changeset, device=self._device, number=number)
        act = row.get("takes_back") or ""
        return row | {
            "number": number,
            "body": encode(body),
            "sent": False,
            "needs": self._names.get(row.get("needs") or 0),
            "takes_back": str(self._names.get(int(act), "")) if act.isdigit() else act,
        }

    def _wait(self, changeset: Changeset, number: int) -> None:
        connection = self._database.connection
        for change in changeset.changes:
            key = (change.kind, change.id)
            before = states.read(connection, *key) if key not in self._confirmed else None
            layers.begin_waiting(connection, change, number, self._confirmed.get(key, before))
            layers.show(self._database, *key)

    # --- what was read ---

    def _rows(self, table: str) -> list[Row]:
        return self._found[table].rows if table in self._found else []

    def _is_whole(self, table: str) -> bool:
        return table in self._found and self._found[table].whole

    def _known(self, key: str, type_: type[T]) -> T | None:
        with suppress(msgspec.MsgspecError, KeyError, TypeError):
            return decode(self._meta[key], type=type_)
        return None

    def _copy(self, table: Table, found: Iterable[Row]) -> None:
        """Rows as they are, in the columns that both files have."""
        statement = insert(table).prefix_with("OR IGNORE")
        for row in found:
            self._database.connection.execute(statement, _typed(table, row))


def _typed(table: Table, row: Row) -> Row:
    """A row as SQLAlchemy would have read it, without what this version does not know."""
    return {
        column.name: bool(row[column.name])
        if isinstance(column.type, Boolean) and row[column.name] is not None
        else row[column.name]
        for column in table.columns
        if column.name in row
    }


def _is_message(value: Any) -> bool:
    try:
        decode(value)
    except (msgspec.MsgspecError, TypeError):
        return False
    return True
