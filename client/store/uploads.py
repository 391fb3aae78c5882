"""The queue of files on their way to the server.

A file waits from the write that names it until the server has it whole. Whether it is still wanted
is not remembered but looked up: it is as long as a record of this device's writing needs it (see
`named`). So a rejected, a deleted or a removed record, or one beneath a deleted one, cancels its
upload, and undoing or restoring it brings the upload back; only after `KEPT_MS` without a record is
the file forgotten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, exists, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from client.store import blobs, named, outbox, tables
from client.store.prepared import Prepared
from sync_protocol.records import blob_fields, kinds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from client.store.database import Database
    from sync_protocol.changes import Change

KEPT_MS = 30 * 86_400_000
"""How long a file stays here that no record needs any more, so that an undo finds it."""
CHANGED = "upload"
"""What `Database.on_change` calls a change of the queue."""
_blob, _keeping = tables.blob, tables.blob_keeping
_UNSETTLED = Prepared(
    select(_keeping).where(or_(_keeping.c.waiting_ms.is_not(None), _keeping.c.safe.is_(False)))
)
_WAITING = Prepared(
    select(_keeping)
    .where(_keeping.c.waiting_ms.is_not(None), _keeping.c.cancelled_ms.is_(None))
    .order_by(_keeping.c.waiting_ms, _keeping.c.hash)
)
_CANCELLED = Prepared(
    select(_keeping.c.hash).where(
        _keeping.c.cancelled_ms.is_not(None), _keeping.c.sent.is_not(None)
    )
)
_UNNOTED = Prepared(
    select(_blob.c.hash, func.length(_blob.c.data)).where(
        ~exists().where(_keeping.c.hash == _blob.c.hash)
    )
)
_SET = Prepared(update(_keeping).where(_keeping.c.hash == bindparam("at_hash")))
Row = dict[str, Any]


class Upload(msgspec.Struct, frozen=True):
    """A file that waits: bytes `sent` of `size`, since when, and what the server said against it.

    `name` is the attachment's, or that of the record whose picture it is.
    """

    content: str
    name: str
    size: int
    sent: int
    since_ms: int
    trouble: str = ""


def want(connection: Connection, change: Change, now_ms: int) -> None:
    """Queue the files that a change of this device names, of those that are here."""
    kind = kinds().get(change.kind)
    for field in blob_fields(kind) if kind else ():
        if field not in change.cells:
            continue
        content = msgspec.msgpack.decode(change.cells[field])
        waits = update(_keeping).where(_keeping.c.hash == content)
        since = func.coalesce(_keeping.c.waiting_ms, now_ms)
        values = {"waiting_ms": since, "cancelled_ms": None, "used_ms": now_ms}
        if connection.execute(waits.values(values)).rowcount:
            named.note(connection, content, change.kind, change.id)


def refresh(database: Database, now_ms: int) -> None:
    """Look up what is still wanted; forget what has not been for long."""
    with database.transaction(durable=False) as connection:
        _adopt(connection, now_ms)
        for row in list(_UNSETTLED.mappings(connection)):
            _judge(database, row, now_ms)


def ask_again(connection: Connection, now_ms: int) -> None:
    """A restored server may lack files it had: ask it about those that are still here."""
    written = _keeping.c.hash.in_(select(tables.blob_naming.c.hash))
    lost = update(_keeping).where(written, _keeping.c.waiting_ms.is_(None))
    connection.execute(lost.values(waiting_ms=now_ms))


def waiting(connection: Connection) -> list[Upload]:
    """What is to be sent, the oldest first."""
    return [
        Upload(
            content=row["hash"],
            name=named.name_of(connection, row["hash"]),
            size=row["size"],
            sent=row["sent"] or 0,
            since_ms=row["waiting_ms"],
            trouble=row["trouble"],
        )
        for row in _WAITING.mappings(connection)
    ]


def cancelled(connection: Connection) -> list[str]:
    """Uploads that were begun and are not wanted any more: the server is to forget them."""
    return [content for (content,) in _CANCELLED.all(connection)]


def note_sent(database: Database, content: str, sent: int | None) -> None:
    """How much the server has; None where it has forgotten the upload."""
    _set(database, content, sent=sent, trouble="")


def note_trouble(database: Database, content: str, trouble: str) -> None:
    _set(database, content, trouble=trouble)


def confirm(database: Database, content: str) -> None:
    """The server has the file: from now on it is only kept while there is room."""
    with database.transaction(durable=False) as connection:
        settled = {"waiting_ms": None, "cancelled_ms": None, "sent": None, "trouble": ""}
        _set(database, content, safe=True, **settled)
        blobs.make_room(connection)


# --- what is wanted ---


def _judge(database: Database, row: Row, now_ms: int) -> None:
    connection, content = database.connection, row["hash"]
    if row["waiting_ms"] is None:
        unwanted_since = row["used_ms"]
    elif named.is_needed(connection, content):
        if row["cancelled_ms"] is not None:
            _set(database, content, cancelled_ms=None)
        return
    elif row["cancelled_ms"] is None:
        _set(database, content, cancelled_ms=now_ms)
        return
    else:
        unwanted_since = row["cancelled_ms"]
    if now_ms - unwanted_since >= KEPT_MS and not _is_in_outbox(connection, content):
        blobs.forget(connection, content)
        database.touch(CHANGED, content)


def _is_in_outbox(connection: Connection, content: str) -> bool:
    """Whether a changeset that is not accepted names a file."""
    table = tables.changeset
    names_it = func.instr(table.c.body, content.encode()) > 0
    found = select(table.c.number).where(table.c.state != outbox.ACCEPTED, names_it).limit(1)
    return connection.execute(found).first() is not None


# --- what nobody has noted ---


def _adopt(connection: Connection, now_ms: int) -> None:
    """Files of an older version, or of a damaged replica: whoever names them is looked up."""
    found = _UNNOTED.all(connection)
    for content, size in found:
        kept = {"hash": content, "size": size, "used_ms": now_ms, "safe": False}
        connection.execute(insert(_keeping).values(kept))
    for kind, record_id, content in _naming_records(connection, [row[0] for row in found]):
        named.note(connection, content, kind, record_id)
        waits = update(_keeping).where(_keeping.c.hash == content)
        connection.execute(waits.values(waiting_ms=now_ms))


def _naming_records(connection: Connection, contents: list[str]) -> Iterable[tuple[str, str, str]]:
    for kind in kinds().values() if contents else ():
        table = tables.of(kind)
        for field in blob_fields(kind):
            query = select(table.c.id, table.c[field]).where(table.c[field].in_(contents))
            for row in connection.execute(query).all():
                yield kind.name, row[0], row[1]


# --- inside ---


def _set(database: Database, content: str, **values: Any) -> None:
    with database.transaction(durable=False) as connection:
        _SET.run(connection, {"at_hash": content, **values})
        database.touch(CHANGED, content)
