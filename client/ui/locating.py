"""Where this device is: one fix, asked for after a tap, given up after some seconds. No polling.

Flet's geolocator answers on every platform, in the browser by its own Geolocation. Nothing ever
waits for it: what was done is saved before it is asked, and the fix follows when it comes.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from typing import TYPE_CHECKING

from flet_geolocator import (
    Geolocator,
    GeolocatorPermissionStatus,
    GeolocatorPosition,
    GeolocatorPositionAccuracy,
    GeolocatorWebConfiguration,
)

from client import presence
from client.presence import Fix
from sync_protocol.records.parts import Position

if TYPE_CHECKING:
    from client.ui.context import App

log = logging.getLogger(__name__)
FIX_WITHIN_S = 8.0
ANSWERED_WITHIN_S = 60.0
"""A person who is asked for leave for the first time needs a moment to read."""
_ALLOWED = (
    GeolocatorPermissionStatus.WHILE_IN_USE,
    GeolocatorPermissionStatus.ALWAYS,
    GeolocatorPermissionStatus.UNABLE_TO_DETERMINE,
)


def note(app: App, visit_id: str) -> None:
    """Ask for a fix and write what it says beside a visit, whenever it comes."""

    async def later() -> None:
        fix = await take(app)
        presence.note(app.replica, visit_id, fix)

    app.page.run_task(later)


async def take(app: App) -> Fix:
    """Where the device is now; or why that is not known. Never raises."""
    if not presence.is_on(app.replica):
        return Fix(None, "switched_off")
    geolocator: Geolocator = app.keep("geolocator", Geolocator)
    try:
        if not await _allowed(geolocator):
            return Fix(None, "denied")
        async with asyncio.timeout(FIX_WITHIN_S):
            found = await geolocator.get_current_position(
                GeolocatorWebConfiguration(accuracy=GeolocatorPositionAccuracy.BEST)
            )
    except Exception as error:  # noqa: BLE001 - a device has many ways of not knowing where it is
        log.info("no position: %s", error)
        return Fix(None, "no_fix")
    return _fix(found)


async def _allowed(geolocator: Geolocator) -> bool:
    async with asyncio.timeout(ANSWERED_WITHIN_S):
        if await geolocator.get_permission_status() in _ALLOWED:
            return True
        return await geolocator.request_permission() in _ALLOWED


def _fix(found: GeolocatorPosition) -> Fix:
    if found.mocked:
        return Fix(None, "mocked")
    if found.latitude is None or found.longitude is None:
        return Fix(None, "no_fix")
    at = found.timestamp
    return Fix(
        Position(
            lat=float(found.latitude),
            lon=float(found.longitude),
            accuracy_m=float(found.accuracy) if found.accuracy else None,
            fixed_at=round(at.timestamp() * 1000) if isinstance(at, datetime) else None,
        )
    )
