"""What the demo's makers share: seeded chance, ids, and days of the company's calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from server.demo.people import TIME_ZONE
from sync_protocol import ids
from sync_protocol.records import Record

if TYPE_CHECKING:
    from random import Random

R = TypeVar("R", bound=Record)
MINUTE = 60_000
_SATURDAY = 5


class Step(NamedTuple):
    """A record as `author` (a user's id) made it at `at_ms`, or edited what was `before`."""

    author: str
    at_ms: int
    record: Record
    before: Record | None = None


class Maker:
    """Seeded chance, and the steps taken so far."""

    def __init__(self, rng: Random, now_ms: int) -> None:
        self.rng = rng
        self.now_ms = now_ms
        self.zone = ZoneInfo(TIME_ZONE)
        self.today = datetime.fromtimestamp(now_ms // 1000, UTC).astimezone(self.zone).date()
        self.steps: list[Step] = []

    def make(self, author: str, at_ms: int, record: R) -> R:
        """Give a record its id, unless it has one, and note the step."""
        if not record.id:
            fresh = ids.new(at_ms, self.rng.randbytes(ids.RANDOM_BYTES))
            record = msgspec.structs.replace(record, id=fresh)
        self.steps.append(Step(author, at_ms, record))
        return record

    def edit(self, author: str, at_ms: int, before: R, **fields: object) -> R:
        after = msgspec.structs.replace(before, **fields)
        self.steps.append(Step(author, at_ms, after, before))
        return after

    def at(self, day: date, hour: int, minute: int = 0) -> int:
        """A wall-clock time of the company as milliseconds."""
        moment = datetime.combine(day, time(hour), self.zone) + timedelta(minutes=minute)
        return int(moment.timestamp()) * 1000

    def day(self, days_ago: float) -> date:
        """The working day that many days before today, or the last one before that."""
        day = self.today - timedelta(days=round(days_ago))
        return day - timedelta(days=max(0, day.weekday() - _SATURDAY + 1))

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def filled(self, text: str) -> str:
        """A note with its numbers."""
        return text.format(
            n=self.rng.randrange(4, 40, 2),
            m=self.rng.randrange(2, 12),
            year=self.today.year + self.rng.randrange(1, 4),
        )
