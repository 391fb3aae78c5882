"""Tasks: when they are due, how they repeat, and what is done with them. No screen.

A repeat is a rule of RFC 5545 counted from the day a task is due; `COUNT` goes down by one with
each that is done. Doing a repeated task makes the next one, with an id derived from the done one
and the day that was due, so two devices that do it offline make the same. It is made as of
when the done one was, so whoever does that late takes back nothing that was done with the next. The
next is never in the past: a weekly task done three weeks late comes up next week, not three times.
Days of a month that some months lack fall on the last day there, where the RFC would skip the
month.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from dateutil.rrule import rrulestr

from client.replica import Range
from client.zones import local, zone
from sync_protocol.records import Task, User, repeated_id

if TYPE_CHECKING:
    from client.replica import Replica
    from client.store.queries import Query

COMPLETE = "Complete task"
NEVER = ""
WEEKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
EVERY_MONTH_HAS = 28
SOME = 100
"""As many of a group as a list shows."""
HORIZON = timedelta(days=366 * 12)
"""A rule that names no day within this time never comes."""
EXAMPLE = "Write a rule like FREQ=WEEKLY;BYDAY=MO,TH or FREQ=MONTHLY;INTERVAL=3."
REMINDERS = ((0, "When due"), (15, "15 min before"), (60, "1 h before"), (1440, "1 day before"))
MORNING = time(9)
"""When a task that is due some time on a day is reminded of, and counted from."""
_INTERVAL = re.compile(r"^(?!.*INTERVAL=)|INTERVAL=[1-9]\d{0,3}(;|$)")
_COUNT = re.compile(r"(?:^|;)COUNT=(\d+)", re.IGNORECASE)


class Groups(NamedTuple):
    """Tasks as a list shows them; the counts tell of more than is shown."""

    overdue: tuple[Task, ...]
    today: tuple[Task, ...]
    coming: tuple[Task, ...]
    someday: tuple[Task, ...]
    done: tuple[Task, ...]
    counts: dict[str, int]


# --- rules ---


def repeats(due: date) -> list[tuple[str, str]]:
    """(rule, words) on offer for a task that is due on a day."""
    return [
        (NEVER, "Once"),
        ("FREQ=DAILY", "Daily"),
        (WEEKDAYS, "On weekdays"),
        (f"FREQ=WEEKLY;BYDAY={DAYS[due.weekday()]}", f"Weekly on {due:%A}"),
        (f"FREQ=MONTHLY{_day_of_month(due.day)}", f"Monthly on the {_ordinal(due.day)}"),
        ("FREQ=YEARLY", f"Yearly on {due.day} {due:%B}"),
    ]


def check_rule(rule: str, due: date) -> str:
    """What is wrong with a rule as typed, in a sentence; empty if it will do."""
    if not rule.strip():
        return ""
    try:
        following = next_due(rule, due)
    except ValueError:
        return f"This is no rule that Fieldbook understands. {EXAMPLE}"
    return "" if following else f"By this rule the task never comes again. {EXAMPLE}"


def next_due(rule: str, due: date, after: date | None = None) -> date | None:
    """The first day by the rule after `due` and after `after`; None if there is none.

    Raises ValueError for what is no rule, or one that comes more often than once a day.
    """
    counted = _COUNT.search(rule)
    if counted and int(counted[1]) <= 1:
        return None
    start = datetime.combine(due, time())
    parsed: Any = rrulestr(_bare(rule), dtstart=start)
    since = max(start, datetime.combine(after or due, time()))
    until = min(filter(None, (parsed._until, since + HORIZON)))  # noqa: SLF001 - it has no reader
    found = parsed.replace(until=until).after(since)
    return found.date() if found else None


def next_rule(rule: str) -> str:
    """The rule of the next task: one fewer to come, if they are counted."""
    return _COUNT.sub(lambda m: m[0].replace(m[1], f"{int(m[1]) - 1}"), rule)


def clock_of(task: Task) -> time:
    """The time of day a task is due; the morning if it is due any time."""
    return time.fromisoformat(task.time) if task.time else MORNING


def due_ms(task: Task, time_zone: str) -> int | None:
    """The moment a task is due, or the end of its day; None without a day."""
    if task.due is None:
        return None
    if task.time:
        return _ms(task.due, time.fromisoformat(task.time), time_zone)
    return _ms(task.due + timedelta(days=1), time(), time_zone)


def remind_ms(task: Task, time_zone: str) -> int | None:
    """When its assignee is to be reminded of an open task; None if not at all."""
    if task.due is None or task.remind_min is None or task.done_at is not None:
        return None
    return _ms(task.due, clock_of(task), time_zone) - task.remind_min * 60_000


def is_overdue(task: Task, now_ms: int, time_zone: str) -> bool:
    at = due_ms(task, time_zone)
    return task.done_at is None and at is not None and at <= now_ms


# --- acts ---


def complete(replica: Replica, task: Task) -> Task | None:
    """A task is done; gives the next one if it repeats."""
    action = replica.new_id()
    following = _make_next(replica, task, action)
    with replica.changeset(COMPLETE, action=action):
        replica.update(task, done_at=replica.now())
        if following is not None and following.deleted:
            following = replica.restore(following)
    return following


def reopen(replica: Replica, task: Task) -> None:
    with replica.changeset("Reopen task"):
        replica.update(task, done_at=None)


def postpone(replica: Replica, task: Task, due: date) -> None:
    with replica.changeset("Postpone task"):
        replica.update(task, due=due)


def upcoming(replica: Replica, task: Task) -> date | None:
    """When a task comes again once it is done now; None if it does not."""
    if not task.repeat or task.due is None:
        return None
    today = local(replica.now(), replica.settings.time_zone).date()
    try:
        return next_due(task.repeat, task.due, today)
    except ValueError:  # written by a script or a newer version
        return None


def _make_next(replica: Replica, task: Task, action: str) -> Task | None:
    """The one that follows, made unless it is there; part of the same act."""
    due = upcoming(replica, task)
    if due is None or task.due is None:
        return None
    following = Task(
        id=repeated_id(task.id, task.due), title=task.title, due=due, time=task.time,
        priority=task.priority, repeat=next_rule(task.repeat), remind_min=task.remind_min,
        about=task.about, custom=task.custom, account_id=task.account_id,
        contact_id=task.contact_id, lead_id=task.lead_id, deal_id=task.deal_id,
        assignee_id=task.assignee_id, owner_id=task.owner_id,
    )  # fmt: skip
    known = replica.get(Task, following.id)
    if known is not None:
        return known
    with replica.changeset(COMPLETE, action=action, as_of=replica.made_ms(task)):
        return replica.create(following)


# --- lists ---


def groups(replica: Replica, assignee_id: str = "") -> Groups:
    """All tasks, or one person's, by when they are due."""
    now, time_zone = replica.now(), replica.settings.time_zone
    today = local(now, time_zone).date()
    open_: dict[str, Any] = {"done_at": None} | (
        {"assignee_id": assignee_id} if assignee_id else {}
    )
    done = replica.query(order_by="-done_at", limit=SOME // 2, **open_ | {"done_at": Range()})
    day, tomorrow = f"{today}", f"{today + timedelta(days=1)}"
    late = replica.query(due=Range(None, day), order_by="due", **open_)
    of_today = replica.find(Task, replica.query(due=day, order_by="time", **open_))
    passed = [task for task in of_today if is_overdue(task, now, time_zone)]
    coming = replica.query(due=Range(tomorrow), order_by="due", **open_)
    someday = replica.query(due=None, **open_)
    before = _some(replica, late)
    return Groups(
        overdue=(*before, *passed),
        today=tuple(task for task in of_today if task not in passed),
        coming=_some(replica, coming),
        someday=_some(replica, someday),
        done=tuple(replica.find(Task, done)),
        counts={
            "overdue": replica.count(Task, late) + len(passed),
            "today": len(of_today) - len(passed),
            "coming": replica.count(Task, coming),
            "someday": replica.count(Task, someday),
            "done": replica.count(Task, done),
        },
    )


def overdue_count(replica: Replica) -> int:
    """How many of this user's tasks are late."""
    return groups(replica, replica.user_id).counts["overdue"]


def assignees(replica: Replica, current: str = "") -> list[User]:
    """Who may be given a task: everyone active, and whoever has it now."""
    users = replica.find(User, order_by="name")
    return [user for user in users if user.active or user.id == current]


def _some(replica: Replica, query: Query) -> tuple[Task, ...]:
    return tuple(replica.find(Task, query)[:SOME])


def _bare(rule: str) -> str:
    """The rule as the library takes it beside a day: one, without its count and time zone."""
    text = rule.strip().upper().removeprefix("RRULE:")
    parts = [part for part in text.split(";") if part and not part.startswith("COUNT=")]
    names = [part.partition("=")[0] for part in parts]
    if "\n" in text or "FREQ" not in names or len(set(names)) != len(names):
        raise ValueError("not one rule")
    freq = dict(part.partition("=")[::2] for part in parts)["FREQ"]
    if freq not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        raise ValueError("more often than once a day")
    if {"BYHOUR", "BYMINUTE", "BYSECOND"} & set(names):
        raise ValueError("a time of day is the task's own")
    if not _INTERVAL.search(text):
        raise ValueError("the library would look for ever for what comes every 0 days")
    return ";".join(re.sub(r"^(UNTIL=\d{8})T\d{6}Z?$", r"\1", part) for part in parts)


def _day_of_month(day: int) -> str:
    if day <= EVERY_MONTH_HAS:
        return ""
    days = ",".join(map(str, range(EVERY_MONTH_HAS, day + 1)))
    return f";BYMONTHDAY={days};BYSETPOS=-1"


def _ordinal(day: int) -> str:
    ending = "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _ms(day: date, at: time, time_zone: str) -> int:
    return round(datetime.combine(day, at, zone(time_zone)).timestamp() * 1000)
