"""Who may fetch a user's visits as a calendar, and which visits those are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, delete, exists, func, insert, or_, select

from server.store.records import Stored
from server.store.tables import calendar_feed, credential, device, records
from sync_protocol.records import kinds, rows

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

_MOST = 2_000
"""Visits in one calendar, the earliest first; five a day for more than a year."""
_THIS = (
    calendar_feed.c.workspace_id == bindparam("at_workspace"),
    calendar_feed.c.user_id == bindparam("at_user"),
)


class Feed(NamedTuple):
    """One user's feed; `device_id` is the device that asked for it."""

    workspace_id: str
    user_id: str
    secret_hash: bytes
    device_id: int
    created_ms: int


_copy = device.alias("copy")
_COLUMNS = [calendar_feed.c[name] for name in Feed._fields]
_STANDING = (
    select(*_COLUMNS)
    .join(
        credential,
        (credential.c.workspace_id == calendar_feed.c.workspace_id)
        & (credential.c.user_id == calendar_feed.c.user_id),
    )
    .join(
        device,
        (device.c.workspace_id == calendar_feed.c.workspace_id)
        & (device.c.id == calendar_feed.c.device_id),
    )
    .where(
        calendar_feed.c.secret_hash == bindparam("at_hash"),
        credential.c.active.is_(True),
        ~exists().where(
            _copy.c.workspace_id == device.c.workspace_id,
            func.coalesce(_copy.c.copy_of, _copy.c.id)
            == func.coalesce(device.c.copy_of, device.c.id),
            or_(_copy.c.revoked_ms.is_not(None), _copy.c.locked.is_(True), _copy.c.wipe != ""),
        ),
    )
)
"""Which of several copies asked for it nobody knows: all must be there still."""


def get(connection: Connection, workspace: str, user: str) -> Feed | None:
    found = connection.execute(
        select(*_COLUMNS).where(*_THIS), {"at_workspace": workspace, "at_user": user}
    ).one_or_none()
    return None if found is None else Feed(*found)


def by_secret(connection: Connection, secret_hash: bytes) -> Feed | None:
    """The feed of a secret, while its user may sign in, and neither its device nor a copy is lost.

    Lost is what is locked, revoked or to be wiped.

    """
    found = connection.execute(_STANDING, {"at_hash": secret_hash}).one_or_none()
    return None if found is None else Feed(*found)


def put(connection: Connection, feed: Feed) -> None:
    """Store a feed in place of the user's earlier one."""
    remove(connection, feed.workspace_id, feed.user_id)
    connection.execute(insert(calendar_feed).values(**feed._asdict()))


def remove(connection: Connection, workspace: str, user: str) -> None:
    connection.execute(
        delete(calendar_feed).where(*_THIS), {"at_workspace": workspace, "at_user": user}
    )


def visits(
    connection: Connection, feed: Feed, scopes: Collection[str], since_ms: int, until_ms: int
) -> list[Stored]:
    """The user's visits to come between two moments that lie in these scopes."""
    kind, table = kinds()["activity"], records["activity"]
    query = (
        select(table)
        .where(
            table.c.workspace_id == feed.workspace_id,
            table.c.owner_id == feed.user_id,
            table.c.at.between(since_ms, until_ms),
            table.c.kind == "visit",
            table.c.status.in_(("planned", "running")),
            table.c.deleted.is_(False),
            table.c.scope.in_(sorted(scopes)),
        )
        .order_by(table.c.at, table.c.id)
        .limit(_MOST)
    )
    return [
        Stored(rows.load(kind, row), row["scope"], dict(row))
        for row in connection.execute(query).mappings()
    ]
