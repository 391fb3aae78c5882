"""Time zones by name, on devices that may not know them all."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@cache
def zone(name: str) -> tzinfo:
    """The IANA zone, or UTC where the device does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def local(at_ms: int, time_zone: str) -> datetime:
    """A moment as clocks there show it."""
    return datetime.fromtimestamp(at_ms / 1000, zone(time_zone))
