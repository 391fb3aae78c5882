"""Tasks: their rules of repeating, what doing one makes, and the groups of a list."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client import tasks
from sync_protocol.records import SETTINGS_ID, Settings, Task, User, repeated_id

if TYPE_CHECKING:
    from client.replica import Replica
    from tests.unit.client.conftest import Clock

MONDAY = date(2026, 3, 2)
DAYS = st.dates(date(2020, 1, 1), date(2080, 12, 31))


def at(day: date, hour: int = 12) -> int:
    return round(datetime(day.year, day.month, day.day, hour, tzinfo=UTC).timestamp() * 1000)


@given(DAYS, DAYS)
def test_every_repeat_on_offer_has_a_next_day_ahead_of_both(due: date, today: date) -> None:
    for rule, _words in tasks.repeats(due)[1:]:
        assert tasks.check_rule(rule, due) == ""
        following = tasks.next_due(rule, due, today)
        assert following is not None
        assert following > max(due, today)


@given(DAYS)
def test_monthly_never_skips_a_month(due: date) -> None:
    rule = tasks.repeats(due)[4][0]
    following = tasks.next_due(rule, due)
    assert following is not None
    assert (following.year * 12 + following.month) - (due.year * 12 + due.month) == 1


@given(st.text(max_size=40))
def test_whatever_is_typed_is_checked_and_never_breaks(text: str) -> None:
    assert isinstance(tasks.check_rule(text, MONDAY), str)


@pytest.mark.parametrize(
    "rule",
    ["every day", "FREQ=HOURLY", "FREQ=DAILY;BYHOUR=9", "FREQ=WEEKLY;BYDAY=XX", "INTERVAL=2",
     "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=00"],
)  # fmt: skip
def test_what_is_no_rule_is_refused_with_an_example(rule: str) -> None:
    assert tasks.EXAMPLE in tasks.check_rule(rule, MONDAY)


@pytest.mark.parametrize("rule", ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;COUNT=1"])
def test_a_rule_that_never_comes_is_said_to_be_so(rule: str) -> None:
    assert "never comes again" in tasks.check_rule(rule, MONDAY)


def test_a_rule_ends_where_it_says() -> None:
    assert tasks.next_due("FREQ=DAILY;UNTIL=20260303T235959Z", MONDAY) == date(2026, 3, 3)
    assert tasks.next_due("FREQ=DAILY;UNTIL=20260303", date(2026, 3, 3)) is None
    assert tasks.next_rule("FREQ=DAILY;COUNT=3") == "FREQ=DAILY;COUNT=2"
    assert tasks.next_due("FREQ=DAILY;COUNT=2", MONDAY) == date(2026, 3, 3)


def test_doing_a_repeated_task_makes_the_next_and_undo_takes_both_back(
    replica: Replica, clock: Clock
) -> None:
    clock.now_ms = at(MONDAY)
    task = replica.create(Task(title="Order report", due=MONDAY, repeat="FREQ=WEEKLY;BYDAY=MO"))
    following = tasks.complete(replica, task)
    assert following is not None
    assert following.id == repeated_id(task.id, MONDAY)
    assert (following.due, following.title) == (MONDAY + timedelta(days=7), "Order report")
    replica.undo()
    assert [found.id for found in replica.find(Task, done_at=None)] == [task.id]
    tasks.complete(replica, task)
    (again,) = replica.find(Task, done_at=None)
    assert again.id == following.id


def test_a_task_done_weeks_late_comes_up_once(replica: Replica, clock: Clock) -> None:
    clock.now_ms = at(MONDAY + timedelta(days=23))
    task = replica.create(Task(title="Order report", due=MONDAY, repeat="FREQ=WEEKLY;BYDAY=MO"))
    following = tasks.complete(replica, task)
    assert following is not None
    assert following.due == MONDAY + timedelta(days=28)


def test_a_task_whose_rule_cannot_be_read_is_simply_done(replica: Replica) -> None:
    task = replica.create(Task(title="Odd", due=MONDAY, repeat="whenever"))
    assert tasks.complete(replica, task) is None
    assert replica.count(Task, done_at=None) == 0


def test_tasks_are_grouped_by_when_they_are_due(replica: Replica, clock: Clock) -> None:
    clock.now_ms = at(MONDAY)
    replica.create(Settings(id=SETTINGS_ID, name="Alpenquell", time_zone="UTC"))
    made = {
        "late": Task(title="late", due=MONDAY - timedelta(days=1)),
        "passed": Task(title="passed", due=MONDAY, time="11:59"),
        "evening": Task(title="evening", due=MONDAY, time="18:00"),
        "all day": Task(title="all day", due=MONDAY),
        "coming": Task(title="coming", due=MONDAY + timedelta(days=1)),
        "someday": Task(title="someday"),
        "done": Task(title="done", due=MONDAY, done_at=1),
    }
    for task in made.values():
        replica.create(task)
    found = tasks.groups(replica)
    names = [[task.title for task in group] for group in found[:5]]
    assert names == [
        ["late", "passed"], ["evening", "all day"], ["coming"], ["someday"], ["done"],
    ]  # fmt: skip
    assert found.counts == {"overdue": 2, "today": 2, "coming": 1, "someday": 1, "done": 1}


def test_a_reminder_is_counted_from_the_time_or_from_the_morning() -> None:
    timed = Task(title="x", due=MONDAY, time="15:00", remind_min=60)
    whole = Task(title="x", due=MONDAY, remind_min=0)
    assert tasks.remind_ms(timed, "UTC") == at(MONDAY, 14)
    assert tasks.remind_ms(whole, "UTC") == at(MONDAY, 9)
    assert tasks.remind_ms(Task(title="x", due=MONDAY), "UTC") is None


def test_those_who_left_are_not_offered_but_kept_where_they_are(replica: Replica) -> None:
    here = replica.create(User(name="Ann"))
    left = replica.create(User(name="Bob", active=False))
    assert [user.id for user in tasks.assignees(replica)] == [here.id]
    assert [user.id for user in tasks.assignees(replica, left.id)] == [here.id, left.id]
