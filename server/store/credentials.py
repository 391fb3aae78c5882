"""How users sign in: e-mail and password hash. Never synced."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, insert, select, update

from server.store.tables import credential, device

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Credential(NamedTuple):
    workspace_id: str
    user_id: str
    email: str
    password_hash: str
    active: bool


_COLUMNS = [credential.c[name] for name in Credential._fields]


def by_email(connection: Connection, email: str) -> Credential | None:
    found = connection.execute(select(*_COLUMNS).where(credential.c.email == email)).one_or_none()
    return None if found is None else Credential(*found)


def of_user(connection: Connection, workspace: str, user: str) -> Credential | None:
    found = connection.execute(
        select(*_COLUMNS).where(
            credential.c.workspace_id == workspace, credential.c.user_id == user
        )
    ).one_or_none()
    return None if found is None else Credential(*found)


def listed(connection: Connection, workspace: str) -> list[Credential]:
    rows = connection.execute(
        select(*_COLUMNS).where(credential.c.workspace_id == workspace).order_by(credential.c.email)
    )
    return [Credential(*row) for row in rows]


def put(connection: Connection, row: Credential, now_ms: int) -> None:
    """Store a credential in place of the user's earlier one."""
    connection.execute(
        delete(credential).where(
            credential.c.workspace_id == row.workspace_id, credential.c.user_id == row.user_id
        )
    )
    connection.execute(insert(credential).values(**row._asdict(), changed_ms=now_ms))


def end_sessions(connection: Connection, workspace: str, user: str, keep: int = 0) -> None:
    """Forget the tokens of a user's devices, but the one to keep; they must sign in again."""
    connection.execute(
        update(device)
        .where(device.c.workspace_id == workspace, device.c.user_id == user)
        .where(device.c.id != keep)
        .values(token_hash=None)
    )
