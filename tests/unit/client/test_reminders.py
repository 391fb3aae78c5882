"""Reminders, on a clock that the test moves: each is told once, also after a restart."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from client import reminders, tasks
from client.replica import Replica
from sync_protocol.records import SETTINGS_ID, Settings, Task

if TYPE_CHECKING:
    from pathlib import Path

    from client.reminders import Reminder
    from tests.unit.client.conftest import Clock

DAY = date(2026, 3, 2)
HOUR_MS = 3_600_000


def at(hour: int, day: date = DAY) -> int:
    return round(datetime(day.year, day.month, day.day, hour, tzinfo=UTC).timestamp() * 1000)


def a_task(replica: Replica, clock: Clock, **fields: object) -> Task:
    clock.now_ms = at(6)
    replica.create(Settings(id=SETTINGS_ID, name="Alpenquell", time_zone="UTC"))
    return replica.create(
        Task(title="Send prices", due=DAY, time="10:00", remind_min=60, **fields)  # type: ignore[arg-type]
    )


class Told:
    """Hears of reminders."""

    def __init__(self) -> None:
        self.titles: list[str] = []

    async def __call__(self, reminder: Reminder) -> None:
        self.titles.append(reminder.title)


def step(replica: Replica, told: Told) -> float:
    return asyncio.run(reminders.Alarm(replica, told).step())


def test_a_reminder_is_told_when_its_time_comes_and_once(replica: Replica, clock: Clock) -> None:
    a_task(replica, clock)
    told = Told()
    clock.now_ms = at(9) - 30_000
    assert step(replica, told) == 30.0
    assert told.titles == []
    clock.now_ms = at(9)
    assert step(replica, told) == reminders.LONGEST_S
    step(replica, told)
    assert told.titles == ["Send prices"]


def test_after_a_restart_what_was_told_is_not_told_again(tmp_path: Path, clock: Clock) -> None:
    async def life() -> list[str]:
        told = Told()
        for _start in range(2):
            async with await Replica.open(str(tmp_path / "r.db"), now=clock) as replica:
                if not replica.count(Task):
                    a_task(replica, clock)
                clock.now_ms = at(9)
                await reminders.Alarm(replica, told).step()
        return told.titles

    assert asyncio.run(life()) == ["Send prices"]


def test_what_came_while_the_app_was_closed_is_told_late_but_not_a_week_late(
    replica: Replica, clock: Clock
) -> None:
    a_task(replica, clock)
    clock.now_ms = at(9) + 3 * HOUR_MS
    told = Told()
    step(replica, told)
    assert told.titles == ["Send prices"]
    replica.create(Task(title="Old", due=DAY - timedelta(days=30), remind_min=0))
    step(replica, told)
    assert told.titles == ["Send prices"]


def test_a_task_that_was_moved_is_told_of_again(replica: Replica, clock: Clock) -> None:
    task = a_task(replica, clock)
    told = Told()
    clock.now_ms = at(9)
    step(replica, told)
    tasks.postpone(replica, task, DAY + timedelta(days=1))
    step(replica, told)
    assert len(told.titles) == 1
    clock.now_ms = at(9, DAY + timedelta(days=1))
    step(replica, told)
    assert len(told.titles) == 2


def test_what_is_done_or_somebody_elses_is_not_told(replica: Replica, clock: Clock) -> None:
    task = a_task(replica, clock)
    tasks.complete(replica, task)
    replica.create(Task(title="Theirs", due=DAY, remind_min=0, assignee_id="somebody"))
    clock.now_ms = at(12)
    told = Told()
    step(replica, told)
    assert told.titles == []


def test_the_alarm_looks_again_when_a_task_changes(replica: Replica, clock: Clock) -> None:
    async def life() -> list[str]:
        told = Told()
        clock.now_ms = at(9)
        alarm = asyncio.create_task(reminders.Alarm(replica, told).run())
        await asyncio.sleep(0)
        a_task(replica, clock)
        clock.now_ms = at(9)
        while not told.titles:
            replica.update(replica.find(Task)[0], about=f"{replica.chance()}")
            await asyncio.sleep(0)
        alarm.cancel()
        with suppress(asyncio.CancelledError):
            await alarm
        return told.titles

    assert asyncio.run(life()) == ["Send prices"]
