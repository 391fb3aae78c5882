"""The one row per workspace that every accepted changeset passes through."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import insert, select, update

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

    @property
    def head(self) -> Cursor:
        return Cursor(self.epoch, self.sequence, self.check_value)


_COLUMNS = [workspace.c[name] for name in Workspace._fields]


def create(connection: Connection, row: Workspace, created_ms: int) -> None:
    connection.execute(insert(workspace).values(**row._asdict(), created_ms=created_ms))


def get(connection: Connection, workspace_id: str) -> Workspace:
    found = connection.execute(
        select(*_COLUMNS).where(workspace.c.workspace_id == workspace_id)
    ).one()
    return Workspace(*found)


def lock(connection: Connection, workspace_id: str) -> Workspace:
    """The row, held until the transaction ends: sequence order is commit order."""
    found = connection.execute(
        select(*_COLUMNS).where(workspace.c.workspace_id == workspace_id).with_for_update()
    ).one()
    return Workspace(*found)


def advance(connection: Connection, row: Workspace) -> None:
    connection.execute(
        update(workspace)
        .where(workspace.c.workspace_id == row.workspace_id)
        .values(
            sequence=row.sequence,
            clock=row.clock,
            check_value=row.check_value,
            people=row.people,
        )
    )


def listed(connection: Connection) -> list[Workspace]:
    rows = connection.execute(select(*_COLUMNS).order_by(workspace.c.created_ms))
    return [Workspace(*row) for row in rows]


def open_epoch(connection: Connection, workspace_id: str, epoch: str) -> None:
    connection.execute(
        update(workspace).where(workspace.c.workspace_id == workspace_id).values(epoch=epoch)
    )
