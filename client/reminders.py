"""Reminders of tasks: what is due next, told once, also with no network and after a restart.

Everything is worked out from this device's replica and its clock. Which moments were told of is
kept on the device alone, so each device of a person tells once; a task whose time was moved is told
of again. A reminder whose time passed while the app was closed is told when it starts, unless that
is longer ago than `LATE_MS`: a week-old reminder is noise, and the task is in the list of overdue
ones anyway.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from client import tasks
from client.replica import Range
from sync_protocol.records import Settings, Task

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from client.replica import Replica
    from client.store.database import Changed

LATE_MS = 7 * 86_400_000
LONGEST_S = 60.0
"""How long to wait at the most: a device that slept may have missed its alarm."""
_TOLD = "reminders told"


class Reminder(NamedTuple):
    """That a task is to be told of at a moment."""

    task_id: str
    at_ms: int
    title: str
    when: str


def upcoming(replica: Replica) -> list[Reminder]:
    """This user's reminders not told yet, the earliest first."""
    told, time_zone = _told(replica), replica.settings.time_zone
    found = replica.find(Task, assignee_id=replica.user_id, done_at=None, remind_min=Range())
    wanted = [
        Reminder(task.id, at, task.title, f"{task.due} {task.time}".strip())
        for task in found
        if (at := tasks.remind_ms(task, time_zone)) is not None and told.get(task.id) != at
    ]
    return sorted(wanted, key=lambda reminder: reminder.at_ms)


def due(replica: Replica) -> list[Reminder]:
    """The reminders whose time has come; from now on they count as told."""
    now = replica.now()
    come = [reminder for reminder in upcoming(replica) if reminder.at_ms <= now]
    if come:
        told = _told(replica) | {reminder.task_id: reminder.at_ms for reminder in come}
        kept = {i: at for i, at in told.items() if at > now - 2 * LATE_MS or _is_open(replica, i)}
        replica.prefer(_TOLD, msgspec.json.encode(kept).decode())
    return [reminder for reminder in come if reminder.at_ms > now - LATE_MS]


class Alarm:
    """Tells of reminders while the app runs: sleeps until the next, or until tasks change."""

    def __init__(self, replica: Replica, tell: Callable[[Reminder], Awaitable[None]]) -> None:
        self._replica = replica
        self._tell = tell
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """For as long as the app runs; cancel it to stop."""
        stop = self._replica.on_change(self._hear)
        try:
            while True:
                self._changed.clear()
                seconds = await self.step()
                with suppress(TimeoutError):  # wait_for of Python 3.11 may swallow a cancellation
                    async with asyncio.timeout(seconds):
                        await self._changed.wait()
        finally:
            stop()

    async def step(self) -> float:
        """Tell of what is due; gives the seconds until it is time to look again."""
        for reminder in due(self._replica):
            await self._tell(reminder)
        coming = upcoming(self._replica)
        if not coming:
            return LONGEST_S
        ahead = (coming[0].at_ms - self._replica.now()) / 1000
        return min(max(ahead, 0.0), LONGEST_S)

    def _hear(self, changed: Changed) -> None:
        if {Task.__name__.lower(), Settings.__name__.lower()} & changed.keys():
            self._changed.set()


def _told(replica: Replica) -> dict[str, int]:
    kept = replica.preference(_TOLD)
    return msgspec.json.decode(kept, type=dict[str, int]) if kept else {}


def _is_open(replica: Replica, task_id: str) -> bool:
    task = replica.get(Task, task_id)
    return task is not None and task.done_at is None and not task.deleted
