"""The company's devices: what administrators see of them, and what they can tell them to do.

A locked device is signed out and cannot sign in until it is unlocked; it keeps everything. A device
to be wiped is revoked: it may still hand in what waits there (`rescue`), and say farewell.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from server.domain.access import Moment
from server.store import devices, workspaces
from sync_protocol.errors import DeviceRevoked, Forbidden, Gap, NotFound, SignInRequired
from sync_protocol.rules.permissions import may_administer
from sync_protocol.session import DeviceInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from server.domain.access import Access, Session
    from server.store.devices import Device
    from server.store.store import Store
    from server.store.workspaces import Workspace
    from sync_protocol.session import DeviceAction

RESCUE = "rescue"
REVOKED = "An administrator has ended this device's access."


class Fleet:
    def __init__(self, store: Store, access: Access, now_ms: Callable[[], int]) -> None:
        self._store = store
        self._access = access
        self._now_ms = now_ms

    def listed(self, session: Session) -> list[DeviceInfo]:
        """Every device of the workspace, the one last seen first."""
        with self._store.read() as connection:
            self._check_administrator(connection, session)
            head = workspaces.get(connection, session.workspace)
            return [
                DeviceInfo(
                    device=row.id,
                    user=row.user_id,
                    name=row.name,
                    app=row.app,
                    created_ms=row.created_ms,
                    seen_ms=row.seen_ms,
                    lag=max(0, head.sequence - row.cursor),
                    locked=row.locked,
                    signed_in=row.token_hash is not None and row.revoked_ms is None,
                    wipe=row.wipe,
                    wiped_ms=row.wiped_ms,
                    diverged_ms=row.diverged_ms,
                )
                for row in devices.listed(connection, session.workspace)
            ]

    def command(self, session: Session, device_id: int, action: DeviceAction) -> None:
        """Raises `NotFound`, or `Forbidden` for one's own device.

        Under the workspace's row: who signs in at the same moment must not undo it.
        """
        with self._store.write() as connection:
            workspaces.lock(connection, session.workspace)
            self._check_administrator(connection, session)
            device = devices.get(connection, session.workspace, device_id)
            if device is None or not device_id:
                raise NotFound("There is no such device.")
            if device_id == session.device and action != "resync":
                raise Forbidden("This is the device you are using.")
            values: dict[str, object] = {}
            if action == "lock":
                values = {"locked": True, "token_hash": None}
            elif action == "unlock":
                values = {"locked": False}
            elif action == "resync":
                values = {"resync": device.resync + 1}
            else:
                wipe = RESCUE if action == RESCUE else "now"
                values = {"wipe": wipe, "revoked_ms": self._now_ms(), "wiped_ms": None}
            devices.change(connection, session.workspace, device_id, **values)

    def _check_administrator(self, connection: Connection, session: Session) -> None:
        head = workspaces.get(connection, session.workspace)
        if not may_administer(self._access.actor(Moment(connection, head), session)):
            raise Forbidden("Only an administrator may do that.")


def check(device: Device | None, *, rescuing: bool = False) -> None:
    """Raise `DeviceRevoked` unless the device may go on, or may still hand in what waits."""
    if device is None or device.revoked_ms is None:
        return
    if not (rescuing and device.wipe == RESCUE):
        raise DeviceRevoked(REVOKED, wipe=device.wipe)


def check_epoch(device: Device, head: Workspace, epoch: str) -> None:
    """Raise `Gap` if the server was restored since it welcomed the device; empty: it has not."""
    if epoch not in ("", head.epoch):
        raise Gap("The server was restored meanwhile.", device.number + 1)


@contextmanager
def nothing_to_wait_for(device: Device | None) -> Iterator[None]:
    """From a user who is switched off nothing is taken: a device to be wiped is to go at once."""
    try:
        yield
    except SignInRequired:
        if device is not None and device.wipe:
            raise DeviceRevoked(REVOKED, wipe="now") from None
        raise


def wiped(connection: Connection, session: Session, now_ms: int) -> None:
    """A device to be wiped has said that it is; its session ends."""
    device = devices.get(connection, session.workspace, session.device)
    if device is not None and device.wipe:
        devices.change(
            connection, session.workspace, session.device, wiped_ms=now_ms, token_hash=None
        )
