"""What the store knows of files: which there are, who has had them, which are on their way."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, select, union_all, update

from server.store.prepared import Prepared
from server.store.tables import blob, blob_holder, blob_upload, history, records, unknown_record
from sync_protocol.records import blob_fields, kinds

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import ColumnElement, Connection, Select, Table

    from server.store.blob_storage import Upload
    from server.store.records import Key
    from sync_protocol.records import Kind

_HASHES = re.compile(rb"(?=([0-9a-f]{64}))")
"""At every place, overlapping: what follows a hash in a packed value may look like a digit."""
_AT_ONCE = 20
"""Packed values in memory; each may be as large as a changeset."""


class Kept(NamedTuple):
    """A file that is there whole; `unnamed_ms` is since when no record names it."""

    content: str
    size: int
    unnamed_ms: int | None


class Progress(NamedTuple):
    """An upload under way."""

    content: str
    device: int
    size: int
    received: int
    touched_ms: int


class Naming(NamedTuple):
    """A field of a record, by the record type's name."""

    kind: str
    record_id: str
    field: str

    @property
    def key(self) -> Key:
        return self.kind, self.record_id


_KEPT = (blob.c.hash, blob.c.size, blob.c.unnamed_ms)
_PROGRESS = (
    blob_upload.c.hash,
    blob_upload.c.device_id,
    blob_upload.c.size,
    blob_upload.c.received,
    blob_upload.c.touched_ms,
)


def _this(table: Table) -> tuple[ColumnElement[bool], ...]:
    return table.c.workspace_id == bindparam("at_workspace"), table.c.hash == bindparam("at_hash")


_GET = Prepared(select(*_KEPT).where(*_this(blob)))
_HOLDERS = Prepared(select(blob_holder.c.user_id).where(*_this(blob_holder)))
_UPLOAD = Prepared(
    select(*_PROGRESS).where(*_this(blob_upload), blob_upload.c.device_id == bindparam("at_device"))
)


# --- files ---


def get(connection: Connection, workspace: str, content: str) -> Kept | None:
    found = _GET.first(connection, _at(workspace, content))
    return None if found is None else Kept(*found)


def every(connection: Connection, workspace: str) -> dict[str, Kept]:
    rows = connection.execute(select(*_KEPT).where(blob.c.workspace_id == workspace))
    return {row.hash: Kept(*row) for row in rows}


def keep(connection: Connection, workspace: str, content: str, *, size: int, now_ms: int) -> None:
    """Note that a file is there; it counts as named until it is looked for again."""
    facts = {"size": size, "stored_ms": now_ms, "unnamed_ms": None}
    changed = connection.execute(
        update(blob).where(*_is(blob, workspace, content)).values(facts)
    ).rowcount
    if not changed:
        connection.execute(insert(blob).values(workspace_id=workspace, hash=content, **facts))


def mark(connection: Connection, workspace: str, content: str, unnamed_ms: int | None) -> None:
    connection.execute(
        update(blob).where(*_is(blob, workspace, content)).values(unnamed_ms=unnamed_ms)
    )


def drop(connection: Connection, workspace: str, content: str) -> None:
    for table in (blob, blob_holder):
        connection.execute(delete(table).where(*_is(table, workspace, content)))


# --- who has had them ---


def hold(connection: Connection, workspace: str, content: str, user: str) -> None:
    if user not in holders(connection, workspace, content):
        row = {"workspace_id": workspace, "hash": content, "user_id": user}
        connection.execute(insert(blob_holder).values(row))


def holders(connection: Connection, workspace: str, content: str) -> set[str]:
    return set(_HOLDERS.scalars(connection, _at(workspace, content)))


# --- uploads ---


def upload(connection: Connection, place: Upload) -> Progress | None:
    asked = _at(place.workspace, place.content) | {"at_device": place.device}
    found = _UPLOAD.first(connection, asked)
    return None if found is None else Progress(*found)


def uploads(connection: Connection, workspace: str, device: int | None = None) -> list[Progress]:
    """Uploads under way, of one device or of all; the one that rested longest first."""
    query = select(*_PROGRESS).where(blob_upload.c.workspace_id == workspace)
    if device is not None:
        query = query.where(blob_upload.c.device_id == device)
    return [Progress(*row) for row in connection.execute(query.order_by(blob_upload.c.touched_ms))]


def begin(connection: Connection, place: Upload, *, size: int, now_ms: int) -> None:
    connection.execute(
        insert(blob_upload).values(
            workspace_id=place.workspace,
            device_id=place.device,
            hash=place.content,
            size=size,
            received=0,
            touched_ms=now_ms,
        )
    )


def advance(connection: Connection, place: Upload, *, start: int, end: int, now_ms: int) -> bool:
    """Move an upload from `start` to `end`; False if it is somewhere else."""
    statement = update(blob_upload).where(*_of(place), blob_upload.c.received == start)
    return bool(connection.execute(statement.values(received=end, touched_ms=now_ms)).rowcount)


def end(connection: Connection, place: Upload) -> None:
    connection.execute(delete(blob_upload).where(*_of(place)))


# --- who names them ---


def namings(
    connection: Connection, workspace: str, content: str, scopes: Iterable[str], limit: int
) -> list[Naming]:
    """Records of these scopes that name a file, at most `limit` of each record type."""
    asked = _at(workspace, content) | {"scopes": list(scopes), "most": limit}
    return [
        Naming(kind.name, record_id, field)
        for kind, field in _fields()
        for record_id in _named_within(kind, field).scalars(connection, asked)
    ]


def is_named(connection: Connection, workspace: str, content: str) -> bool:
    """Whether any record names a file, deleted or not."""
    asked = _at(workspace, content)
    return any(
        _any_named(kind, field).first(connection, asked) is not None for kind, field in _fields()
    )


def former_writers(
    connection: Connection, workspace: str, naming: Naming, packed: bytes
) -> set[str]:
    """Who has written this value into this cell before, as far back as history goes."""
    query = select(history.c.user_id).where(
        history.c.workspace_id == workspace,
        history.c.kind == naming.kind,
        history.c.record_id == naming.record_id,
        history.c.cell == naming.field,
        history.c.value == packed,
    )
    return set(connection.execute(query).scalars())


def named(connection: Connection, workspace: str, contents: Collection[str]) -> set[str]:
    """Those files that a record names or named within history; deleted records count, too.

    Of what a newer version wrote, whatever looks like a hash counts as one.
    """
    found: set[str] = set()
    for kind, field in _fields():
        table = records[kind.name]
        query = select(table.c[field]).distinct().where(table.c.workspace_id == workspace)
        found.update(connection.execute(query).scalars())
    known = {content.encode() for content in set(contents) - found}
    for packed in connection.execute(_packed(workspace)).yield_per(_AT_ONCE).scalars():
        hashes = (match[1] for match in _HASHES.finditer(packed))
        found.update(content.decode() for content in hashes if content in known)
    return found.intersection(contents)


@cache
def _named_within(kind: Kind, field: str) -> Prepared:
    here = records[kind.name].c.scope.in_(bindparam("scopes", expanding=True))
    return Prepared(_naming(kind, field).where(here).limit(bindparam("most")))


@cache
def _any_named(kind: Kind, field: str) -> Prepared:
    return Prepared(_naming(kind, field).limit(1))


def _naming(kind: Kind, field: str) -> Select[Any]:
    table = records[kind.name]
    return select(table.c.id).where(
        table.c.workspace_id == bindparam("at_workspace"), table.c[field] == bindparam("at_hash")
    )


def _packed(workspace: str) -> Any:
    """Values that may hold a hash without being a column that names a file."""
    fields = [field for _kind, field in _fields()]
    past = select(history.c.value).where(
        history.c.workspace_id == workspace, history.c.cell.in_(fields)
    )
    unknown = select(unknown_record.c.state).where(unknown_record.c.workspace_id == workspace)
    extras = [
        select(table.c.extra).where(table.c.workspace_id == workspace, table.c.extra.is_not(None))
        for table in records.values()
    ]
    return union_all(past, unknown, *extras)


def _fields() -> list[tuple[Kind, str]]:
    return [(kind, field) for kind in kinds().values() for field in blob_fields(kind)]


def _at(workspace: str, content: str) -> dict[str, Any]:
    return {"at_workspace": workspace, "at_hash": content}


def _is(table: Table, workspace: str, content: str) -> tuple[ColumnElement[bool], ...]:
    return table.c.workspace_id == workspace, table.c.hash == content


def _of(place: Upload) -> tuple[ColumnElement[bool], ...]:
    return *_is(
        blob_upload, place.workspace, place.content
    ), blob_upload.c.device_id == place.device
