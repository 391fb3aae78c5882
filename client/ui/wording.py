"""Times and amounts in words, in the workspace's time zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from client.zones import local, zone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from client.replica import Status

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
MINUTE_MS = 60_000
NEAR = {0: "Today", -1: "Yesterday", 1: "Tomorrow"}


def day_bounds(now_ms: int, time_zone: str) -> tuple[int, int]:
    """The first millisecond of today and of tomorrow."""
    start = local(now_ms, time_zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return _ms(start), _ms(start + timedelta(days=1))


def today(now_ms: int, time_zone: str) -> date:
    return local(now_ms, time_zone).date()


def moment(when: date, hour: int, minute: int, time_zone: str) -> int:
    """The millisecond of a wall-clock time in a zone."""
    return _ms(datetime(when.year, when.month, when.day, hour, minute, tzinfo=zone(time_zone)))


def clock(at_ms: int, time_zone: str) -> str:
    return f"{local(at_ms, time_zone):%H:%M}"


def day(at_ms: int, now_ms: int, time_zone: str) -> str:
    """Today, Yesterday, Tomorrow, or the date."""
    return day_name(local(at_ms, time_zone).date(), local(now_ms, time_zone).date())


def day_name(when: date, today: date) -> str:
    away = (when - today).days
    if away in NEAR:
        return NEAR[away]
    text = f"{when:%a} {when.day} {when:%b}"
    return text if when.year == today.year else f"{text} {when.year}"


def midway(name: str) -> str:
    """A day's name as it stands within a sentence."""
    return name.lower() if name in NEAR.values() else name


def ago(at_ms: int, now_ms: int) -> str:
    """How long since, in one word or two."""
    minutes = max(0, now_ms - at_ms) // MINUTE_MS
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 60 * 24:
        return f"{minutes // 60} h ago"
    return plural(minutes // (60 * 24), "day") + " ago"


def span(length_ms: int) -> str:
    """A length of time in the largest unit that fits it: 3 minutes, 2 hours, 5 days."""
    minutes = round(length_ms / MINUTE_MS)
    if minutes < 120:
        return plural(minutes, "minute")
    hours = round(length_ms / HOUR_MS)
    return plural(hours, "hour") if hours < 48 else plural(round(length_ms / DAY_MS), "day")


def lacking(status: Status) -> str:
    """What to say of a device that is still loading; empty for one where everything is.

    One that was up to date before goes on showing what it had until the load is complete.
    """
    if status.loaded:
        return ""
    return f"not everything is {'here' if status.synced_ms is None else 'up to date'} yet"


def plural(count: int, word: str, words: str = "") -> str:
    return f"{count:,} {word if count == 1 else words or word + 's'}"


def listed(parts: Iterable[str]) -> str:
    """The parts that say something, with commas."""
    return ", ".join(filter(None, parts))


def joined(parts: Iterable[str]) -> str:
    """The parts as one tells them: Phone, Title and About."""
    *first, last = list(parts) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def short(name: str, letters: int = 24) -> str:
    """A name that fits on a button."""
    return name if len(name) <= letters else name[: letters - 1].rstrip() + "\u2026"


def initials(name: str) -> str:
    words = [word for word in name.split() if word[:1].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
