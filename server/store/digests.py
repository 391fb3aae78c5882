"""The digest of each scope, kept beside the records and moved with every change to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from server.store import records
from server.store.prepared import Prepared
from server.store.tables import scope_digest
from sync_protocol import digest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any

    from sqlalchemy import Connection


def _adding(dialect: Any) -> Any:
    statement = dialect.insert(scope_digest)
    total = (scope_digest.c.total + statement.excluded.total) % digest.MODULUS
    return statement.on_conflict_do_update(
        index_elements=["workspace_id", "scope"], set_={"total": total}
    )


_ADD = {"sqlite": _adding(sqlite), "postgresql": _adding(postgresql)}
_THESE = (
    scope_digest.c.workspace_id == bindparam("at_workspace"),
    scope_digest.c.scope.in_(bindparam("scopes", expanding=True)),
)
_TOTALS = Prepared(select(scope_digest.c.total).where(*_THESE))
_BY_SCOPE = Prepared(select(scope_digest.c.scope, scope_digest.c.total).where(*_THESE))


def add(connection: Connection, workspace: str, deltas: Mapping[str, int]) -> None:
    """Add to the sums of these scopes, modulo `digest.MODULUS`."""
    batch = [
        {"workspace_id": workspace, "scope": scope, "total": delta % digest.MODULUS}
        for scope, delta in deltas.items()
        if delta % digest.MODULUS
    ]
    if batch:
        connection.execute(_ADD[connection.dialect.name], batch)


def read(connection: Connection, workspace: str, scopes: Collection[str]) -> int:
    """The sum over these scopes."""
    found = _TOTALS.scalars(connection, {"at_workspace": workspace, "scopes": list(scopes)})
    return int(sum(found)) % digest.MODULUS


def kept(connection: Connection, workspace: str, scopes: Collection[str]) -> dict[str, int]:
    """The sum of each of these scopes that has one."""
    asked = {"at_workspace": workspace, "scopes": list(scopes)}
    return dict(_BY_SCOPE.all(connection, asked))


def put(connection: Connection, workspace: str, totals: Mapping[str, int]) -> None:
    """Keep these sums in the place of what is kept."""
    here = scope_digest.c.workspace_id == workspace
    connection.execute(delete(scope_digest).where(here, scope_digest.c.scope.in_(totals)))
    add(connection, workspace, totals)


def rebuild(connection: Connection) -> None:
    """Work out every sum again from the rows: after an upgrade, which may know more of them."""
    connection.execute(delete(scope_digest))
    sums: dict[tuple[str, str], int] = {}
    for workspace, scope, state in records.walk_all(connection):
        key = (workspace, scope)
        sums[key] = (sums.get(key, 0) + digest.record(state)) % digest.MODULUS
    if sums:
        connection.execute(
            insert(scope_digest),
            [{"workspace_id": w, "scope": s, "total": total} for (w, s), total in sums.items()],
        )
