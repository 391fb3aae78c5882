"""The one row per workspace that every accepted changeset passes through."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import NoResultFound

from server.store.prepared import Prepared
from server.store.tables import workspace
from sync_protocol.messages import Cursor

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Workspace(NamedTuple):
    workspace_id: str
    name: str
    epoch: str
    sequence: int
    clock: int
    check_value: int
    people: int
    oldest: int = 0
    begun: int = 0

    @property
    def head(self) -> Cursor:
        return Cursor(self.epoch, self.sequence, self.check_value)


_COLUMNS = [workspace.c[name] for name in Workspace._fields]
_HERE = workspace.c.workspace_id == bindparam("at_workspace")
_THIS = select(*_COLUMNS).where(_HERE)
_GET = Prepared(_THIS)
_LOCK = Prepared(_THIS.with_for_update())
_CHANGE = update(workspace).where(_HERE)


def create(connection: Connection, row: Workspace, created_ms: int) -> None:
    connection.execute(insert(workspace).values(**row._asdict(), created_ms=created_ms))


def find(connection: Connection, workspace_id: str) -> Workspace | None:
    found = _GET.first(connection, {"at_workspace": workspace_id})
    return None if found is None else Workspace(*found)


def get(connection: Connection, workspace_id: str) -> Workspace:
    return _one(_GET, connection, workspace_id)


def lock(connection: Connection, workspace_id: str) -> Workspace:
    """The row, held until the transaction ends: sequence order is commit order."""
    return _one(_LOCK, connection, workspace_id)


def advance(connection: Connection, row: Workspace) -> None:
    values = {
        "at_workspace": row.workspace_id,
        "sequence": row.sequence,
        "clock": row.clock,
        "check_value": row.check_value,
        "people": row.people,
    }
    connection.execute(_CHANGE, values)


def listed(connection: Connection) -> list[Workspace]:
    rows = connection.execute(select(*_COLUMNS).order_by(workspace.c.created_ms))
    return [Workspace(*row) for row in rows]


def open_epoch(connection: Connection, workspace_id: str, epoch: str) -> None:
    begins = _CHANGE.values(epoch=epoch, begun=workspace.c.sequence)
    connection.execute(begins, {"at_workspace": workspace_id})


def _one(query: Prepared, connection: Connection, workspace_id: str) -> Workspace:
    found = query.first(connection, {"at_workspace": workspace_id})
    if found is None:
        raise NoResultFound(f"There is no workspace {workspace_id}.")
    return Workspace(*found)
