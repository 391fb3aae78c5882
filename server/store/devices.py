"""Devices, and the changesets that were taken from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, func, insert, select, update

from server.store.batches import Batch
from server.store.prepared import Prepared
from server.store.tables import changeset, credential, device

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection, Row


class Device(NamedTuple):
    workspace_id: str
    id: int
    user_id: str
    number: int
    floor: int
    seen_ms: int
    revoked_ms: int | None
    locked: bool = False
    wipe: str = ""
    resync: int = 0
    cursor: int = 0
    copy_of: int | None = None

    @property
    def first_id(self) -> int:
        """The id that this device, or the one it is a copy of, had first."""
        return self.id if self.copy_of is None else self.copy_of


class Taken(NamedTuple):
    body_hash: bytes
    verdict: bytes


_COLUMNS = [device.c[name] for name in Device._fields]
_THIS = (device.c.workspace_id == bindparam("at_workspace"), device.c.id == bindparam("at_device"))
_GET = Prepared(select(*_COLUMNS).where(*_THIS))
_CHANGE = update(device).where(*_THIS)
_COUNT_ON = update(device).where(*_THIS).values(number=bindparam("to"), floor=bindparam("least"))
_USERS = Prepared(
    select(device.c.id, device.c.user_id).where(
        device.c.workspace_id == bindparam("at_workspace"),
        device.c.id.in_(bindparam("ids", expanding=True)),
    )
)
_BY_TOKEN = Prepared(
    select(*_COLUMNS, credential.c.active)
    .join(
        credential,
        (credential.c.workspace_id == device.c.workspace_id)
        & (credential.c.user_id == device.c.user_id),
    )
    .where(device.c.token_hash == bindparam("at_hash"))
)
_TAKE = Batch(insert(changeset))
_TAKEN = Prepared(
    select(changeset.c.body_hash, changeset.c.verdict).where(
        changeset.c.workspace_id == bindparam("at_workspace"),
        changeset.c.device_id == bindparam("at_device"),
        changeset.c.number == bindparam("at_number"),
    )
)
_CHECK_VALUE = Prepared(
    select(changeset.c.check_value).where(
        changeset.c.workspace_id == bindparam("at_workspace"),
        changeset.c.sequence == bindparam("at_sequence"),
    )
)


def get(connection: Connection, workspace_id: str, device_id: int) -> Device | None:
    found = _GET.first(connection, _this(workspace_id, device_id))
    return None if found is None else Device(*found)


def by_token(connection: Connection, token_hash: bytes) -> tuple[Device, bool] | None:
    """The device a token belongs to, and whether its user may sign in."""
    found = _BY_TOKEN.first(connection, {"at_hash": token_hash})
    return None if found is None else (Device(*found[:-1]), bool(found[-1]))


def create(connection: Connection, row: Device, **facts: Any) -> None:
    values = {"name": "", "app": "", "created_ms": row.seen_ms} | row._asdict() | facts
    connection.execute(insert(device).values(**values))


def change(connection: Connection, workspace_id: str, device_id: int, **values: Any) -> None:
    connection.execute(_CHANGE, _this(workspace_id, device_id) | values)


def count_on(connection: Connection, row: Device) -> None:
    """Keep the last number taken of a device, and the last stamp time given out to it."""
    values = _this(row.workspace_id, row.id) | {"to": row.number, "least": row.floor}
    connection.execute(_COUNT_ON, values)


def revoke(
    connection: Connection, workspace_id: str, user_id: str, now_ms: int, keep: int = 0
) -> None:
    """Revoke every device of a user, but the one to keep."""
    connection.execute(
        update(device)
        .where(device.c.workspace_id == workspace_id, device.c.user_id == user_id)
        .where(device.c.id != keep, device.c.revoked_ms.is_(None))
        .values(revoked_ms=now_ms)
    )


def count(connection: Connection, workspace_id: str, user_id: str) -> int:
    """How many devices a user has."""
    return connection.execute(
        select(func.count()).where(
            device.c.workspace_id == workspace_id, device.c.user_id == user_id
        )
    ).scalar_one()


def names(connection: Connection, workspace_id: str, device_id: int) -> tuple[str, str]:
    """What a device calls itself, and the app it runs."""
    found = connection.execute(
        select(device.c.name, device.c.app).where(
            device.c.workspace_id == workspace_id, device.c.id == device_id
        )
    ).one()
    return found.name, found.app


def listed(connection: Connection, workspace_id: str) -> list[Row[Any]]:
    """Every device of people, the one last seen first."""
    return list(
        connection.execute(
            select(device)
            .where(device.c.workspace_id == workspace_id, device.c.id != 0)
            .order_by(device.c.seen_ms.desc(), device.c.id)
        )
    )


def users(connection: Connection, workspace_id: str, ids: Iterable[int]) -> dict[int, str]:
    """Whose the devices are."""
    asked = {"at_workspace": workspace_id, "ids": list(set(ids))}
    return dict(_USERS.all(connection, asked))


def taken(connection: Connection, workspace_id: str, device_id: int, number: int) -> Taken | None:
    """What became of a number; None if that is past the horizon."""
    place = _this(workspace_id, device_id) | {"at_number": number}
    row = _TAKEN.first(connection, place)
    return None if row is None else Taken(*row)


def take(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Keep what became of these numbers."""
    _TAKE.run(connection, rows)


def check_value(connection: Connection, workspace_id: str, sequence: int) -> int | None:
    """The check value of the changeset accepted at `sequence`."""
    place = {"at_workspace": workspace_id, "at_sequence": sequence}
    found = _CHECK_VALUE.first(connection, place)
    return None if found is None else int(found[0])


def _this(workspace_id: str, device_id: int) -> dict[str, Any]:
    return {"at_workspace": workspace_id, "at_device": device_id}
