"""Letting go of what is older than the horizon: log, verdicts, history, tombstones."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, func, or_, select, update

from server.store.log import CREATED
from server.store.prepared import Prepared
from server.store.tables import changeset, history, log, records, workspace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sqlalchemy import Connection, Table

    from server.store.records import Key

_CHUNK = 500


def reached(connection: Connection, workspace_id: str, before_ms: int, now_ms: int) -> int:
    """The last sequence before a moment and all that was accepted since; 0 if there is none.

    A clock that was wrong for a while moves nothing: what it dated back is as young as what came
    before it, and what it dated ahead says nothing.
    """
    ours, received = changeset.c.workspace_id == workspace_id, changeset.c.received_ms
    first_young = connection.execute(
        select(func.min(changeset.c.sequence)).where(ours, received.between(before_ms, now_ms))
    ).scalar_one()
    old = [received < before_ms]
    if first_young is not None:
        old.append(changeset.c.sequence < first_young)
    found = connection.execute(select(func.max(changeset.c.sequence)).where(ours, *old))
    return int(found.scalar_one() or 0)


def forget(connection: Connection, workspace_id: str, oldest: int, server: int) -> None:
    """Forget the log up to `oldest`, the verdicts that go with it, and the history of values.

    A value that gave way is kept from then on; what stands is in its record, and by whom its device
    says. Of what the device `server` wrote for somebody nothing else does: that is kept while it
    stands, and when a record was made a second time as long as there is one. The changeset at
    `oldest` stays: its check value proves the cursors of those who stand there. Rejections stay,
    too: a device must never take one for an acceptance.
    """
    ours = changeset.c.workspace_id == workspace_id
    connection.execute(
        delete(log).where(log.c.workspace_id == workspace_id, log.c.sequence <= oldest)
    )
    connection.execute(delete(changeset).where(ours, changeset.c.sequence < oldest))
    past = history.c
    by_server, made = past.device_id == server, past.cell == CREATED
    said_here = or_(by_server & (past.user_id != "") & ~made, made & ~by_server)
    stands = (past.displaced == 0) & (past.sequence <= oldest) & ~said_here
    connection.execute(
        delete(history).where(
            past.workspace_id == workspace_id, or_(past.displaced.between(1, oldest), stands)
        )
    )
    connection.execute(
        update(workspace).where(workspace.c.workspace_id == workspace_id).values(oldest=oldest)
    )


def deleted(connection: Connection, workspace_id: str) -> Iterator[list[Key]]:
    """Keys of deleted records, some at a time."""
    for name, table in records.items():
        ids = _deleted(table).scalars(connection, {"at_workspace": workspace_id})
        for start in range(0, len(ids), _CHUNK):
            yield [(name, record_id) for record_id in ids[start : start + _CHUNK]]


@cache
def _deleted(table: Table) -> Prepared:
    return Prepared(
        select(table.c.id).where(
            table.c.workspace_id == bindparam("at_workspace"), table.c.deleted.is_(True)
        )
    )


def written_since(
    connection: Connection, workspace_id: str, keys: Iterable[Key], sequence: int
) -> set[Key]:
    """Those of which history tells something that was accepted after a sequence."""
    found: set[Key] = set()
    for kind, ids in _by_kind(keys):
        rows = connection.execute(
            select(history.c.record_id)
            .distinct()
            .where(
                history.c.workspace_id == workspace_id,
                history.c.kind == kind,
                history.c.record_id.in_(ids),
                history.c.sequence > sequence,
            )
        )
        found.update((kind, record_id) for record_id in rows.scalars())
    return found


def purge(connection: Connection, workspace_id: str, keys: Iterable[Key]) -> None:
    """Remove records for good, with their history."""
    for kind, ids in _by_kind(keys):
        _purge(connection, workspace_id, kind, ids)


def _by_kind(keys: Iterable[Key]) -> Iterator[tuple[str, list[str]]]:
    """The ids of each kind, some at a time."""
    by_kind: dict[str, list[str]] = {}
    for kind, record_id in keys:
        by_kind.setdefault(kind, []).append(record_id)
    for kind, ids in by_kind.items():
        for start in range(0, len(ids), _CHUNK):
            yield kind, ids[start : start + _CHUNK]


def _purge(connection: Connection, workspace_id: str, kind: str, ids: Collection[str]) -> None:
    table = records[kind]
    connection.execute(
        delete(table).where(table.c.workspace_id == workspace_id, table.c.id.in_(ids))
    )
    connection.execute(
        delete(history).where(
            history.c.workspace_id == workspace_id,
            history.c.kind == kind,
            history.c.record_id.in_(ids),
        )
    )
