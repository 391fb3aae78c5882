"""What was written to a record, and who overwrote whom: read on demand, never synced.

Whoever may see a record may see its past; an id out of scope is answered like an unknown one.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from msgspec import Raw

from server.domain.access import carried_over
from server.domain.reading import PAGE_BYTES
from server.store import devices, log, records
from sync_protocol.clock import Stamp
from sync_protocol.errors import NotFound
from sync_protocol.messages import (
    MAX_CONFLICTS,
    MAX_WRITES,
    Conflict,
    ConflictPage,
    Write,
    Writes,
)
from sync_protocol.rules.permissions import may_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

    from server.store.log import CellAt
    from server.store.records import Key, Stored
    from server.store.workspaces import Workspace
    from sync_protocol.messages import Conflicts, HistoryOf
    from sync_protocol.rules.permissions import Actor

_SCANNED = 1_000
"""Lost values looked at for one page: most of them may be out of the reader's scopes."""
_LARGEST = 8 << 20
"""Bytes of values in one answer that cannot end before."""
_TITLES = ("name", "title")


def history(connection: Connection, head: Workspace, request: HistoryOf, actor: Actor) -> Writes:
    """Every write that is kept, and what the create wrote that nobody has overwritten."""
    key = (request.kind, request.id)
    stored = _visible(connection, head.workspace_id, [key], actor).get(key)
    if stored is None:
        raise NotFound("This record is no longer there, or no longer yours to see.")
    rows, more = _some(log.history_of(connection, head.workspace_id, key, MAX_WRITES + 1))
    base = stored.state.base
    users = devices.users(connection, head.workspace_id, [base.device])
    author = users.get(base.device, "")
    created = [Write("", Raw(b"\xc0"), *base, author)]
    created += [
        Write(cell, value, *base, author)
        for cell, value in sorted(stored.state.cells.items())
        if stored.state.stamp_of(cell) == base
    ]
    writes = [_write(row) for row in rows]
    return Writes((*writes, *(created if not more else [])), more)


def conflicts(
    connection: Connection, head: Workspace, request: Conflicts, actor: Actor
) -> ConflictPage:
    """Lost values in the actor's scopes, with what stands in their place; whole sequences."""
    before = request.before or head.sequence + 1
    limit = max(1, min(request.limit, MAX_CONFLICTS))
    rows, more = _whole(log.lost_before(connection, head.workspace_id, before))
    keys = {(row.kind, row.record_id) for row in rows}
    seen = _visible(connection, head.workspace_id, keys, actor)
    authors = _authors(connection, head.workspace_id, rows, seen)
    found: list[Conflict] = []
    for sequence, group in groupby(rows, key=_sequence_of):
        if len(found) >= limit:
            return ConflictPage(tuple(found), before)
        found += list(_conflicts(group, seen, authors))
        before = sequence
    return ConflictPage(tuple(found), before if more else 0)


def _some(rows: Iterable[Any]) -> tuple[list[Any], bool]:
    """As many rows as one answer may hold, and whether there are more."""
    found: list[Any] = []
    size = 0
    for row in rows:
        if len(found) == MAX_WRITES or size > PAGE_BYTES:
            return found, True
        found.append(row)
        size += len(row.value or b"")
    return found, False


def _whole(rows: Iterable[Any]) -> tuple[list[Any], bool]:
    """Rows of whole sequences for one answer, and whether there are more."""
    found: list[Any] = []
    size = 0
    for _sequence, group in groupby(rows, key=_sequence_of):
        before = len(found)
        for row in group:
            size += len(row.value or b"")
            if size > (PAGE_BYTES if before else _LARGEST):
                return found[:before] or found, True
            found.append(row)
        if len(found) >= _SCANNED:
            return found, True
    return found, False


def _sequence_of(row: Any) -> int:
    return int(row.sequence)


def _conflicts(
    rows: Iterable[Any], seen: dict[Key, Stored], authors: dict[CellAt, str]
) -> Iterator[Conflict]:
    for row in rows:
        stored = seen.get((row.kind, row.record_id))
        if stored is not None:
            won = _standing(stored, row, authors)
            yield Conflict(row.kind, row.record_id, _title(stored), _write(row), won)


def _standing(stored: Stored, row: Any, authors: dict[CellAt, str]) -> Write | None:
    """What the cell holds now; None if nobody ever wrote it again."""
    stamp = stored.state.stamp_of(row.cell)
    if stamp == Stamp(row.time, row.device_id):
        return None
    value = stored.state.cells.get(row.cell, Raw(b"\xc0"))
    at = log.cell_at(row.kind, row.record_id, row.cell, stamp)
    return Write(row.cell, value, *stamp, authors.get(at, ""))


def _authors(
    connection: Connection, workspace: str, rows: Iterable[Any], seen: dict[Key, Stored]
) -> dict[CellAt, str]:
    """Who wrote what stands in the cells of these rows."""
    standing: dict[CellAt, bool] = {}
    for row in rows:
        if (stored := seen.get((row.kind, row.record_id))) is not None:
            stamp = stored.state.stamp_of(row.cell)
            at = log.cell_at(row.kind, row.record_id, row.cell, stamp)
            standing[at] = carried_over(stored.state, row.cell)
    users = devices.users(connection, workspace, {at.device_id for at in standing})
    carried = [at for at, is_carried in standing.items() if is_carried]
    written = log.accepted_at(connection, workspace, carried)
    found = {at: users.get(at.device_id, "") for at in standing}
    return found | {at: written[at][1] if at in written else "" for at in carried}


def _visible(
    connection: Connection, workspace: str, keys: Iterable[Key], actor: Actor
) -> dict[Key, Stored]:
    found = records.load(connection, workspace, keys)
    return {key: stored for key, stored in found.items() if may_read(actor, stored.scope)}


def _write(row: Any) -> Write:
    return Write(
        cell=row.cell,
        value=Raw(row.value or b"\xc0"),
        time=row.time,
        device=row.device_id,
        user=row.user_id,
        sequence=row.sequence,
        lost=row.lost,
        name=row.name,
    )


def _title(stored: Stored) -> str:
    fields = stored.fields
    return next((str(fields[name])[:200] for name in _TITLES if fields.get(name)), "")
