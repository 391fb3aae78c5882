"""Rounds: visit plans whose visits are made by themselves, some weeks ahead, under derived ids.

Two devices of one person make the same visits, however long both were away: what is made is dated
when its day first came near, so whatever somebody did with it since stands. When a plan is
changed, its visits that are still ahead follow: those no longer wanted go, new ones come, and one
that its rep has moved stays where they put it. A visit that a device made from the old plan while
it was away stays, too.

A plan without weekdays is a template: it is put on a day by hand, for as many people as drive that
day. Their visits carry the person in their ids; those of a round do not, as it has one driver and
hands its visits on with the wheel.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from client import crew, planner
from client.errors import Invalid
from sync_protocol import ids
from sync_protocol.records import Account, Activity, VisitPlan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from client.replica import Replica

AHEAD_DAYS = 28
WEEK = 7
MOST_WEEKS = 52
MAKE = "Plan round"


class Typed(NamedTuple):
    """A plan as it stands in its form."""

    name: str
    stops: tuple[str, ...]
    weekdays: tuple[int, ...] = ()
    every_weeks: str = "1"
    starts: date | None = None
    assignee_id: str = ""
    purpose_id: str = ""


def every(replica: Replica) -> list[VisitPlan]:
    return replica.find(VisitPlan, order_by="name")


def days(plan: VisitPlan, first: date, last: date) -> list[date]:
    """The days of a round between two, both included."""
    from dateutil.rrule import MO, WEEKLY, rrule  # noqa: PLC0415 - only rounds need it here

    begins = plan.starts
    if plan.archived or plan.deleted or begins is None or not plan.weekdays:
        return []
    monday = begins - timedelta(begins.weekday())
    rule = rrule(
        WEEKLY,
        interval=plan.every_weeks,
        byweekday=plan.weekdays,
        wkst=MO,
        dtstart=_midnight(monday),
    )
    until = last if plan.ends is None else min(last, plan.ends)
    found = rule.between(_midnight(max(first, begins)), _midnight(until), inc=True)
    return [moment.date() for moment in found]


def visit_id(plan_id: str, day: date, account_id: str) -> str:
    """The one visit of a round with an account on a day, the same on every device."""
    return ids.derived("round", plan_id, day.isoformat(), account_id)


def template_visit_id(plan_id: str, day: date, whose: str, account_id: str) -> str:
    """The one visit of a template with an account on a day of one person's."""
    return ids.derived("template", plan_id, day.isoformat(), whose, account_id)


# --- acts ---


def make(replica: Replica) -> int:
    """Make the visits of this user's rounds that are missing; how many there were."""
    made, action = 0, replica.new_id()
    for plan in replica.find(VisitPlan, assignee_id=replica.user_id, archived=False):
        for day, wanted in _wanted(replica, plan):
            missing = [x for x in wanted if replica.get(Activity, x.id) is None]
            if missing:
                with replica.changeset(MAKE, action=action, as_of=_came_near(replica, day)):
                    for visit in missing:
                        replica.create(visit)
                made += len(missing)
    return made


def save(replica: Replica, known: VisitPlan | None, typed: Typed) -> VisitPlan:
    """Add a plan or change one, and its visits ahead with it. Raises `Invalid`."""
    fields = _checked(replica, typed)
    action = replica.new_id()
    with replica.changeset(f"{'Change' if known else 'Add'} round: {typed.name}", action=action):
        if known is None:
            saved = replica.create(VisitPlan(**fields))
        else:
            saved = replica.update(known, **fields)
    _follow(replica, known, saved, action)
    return saved


def archive(replica: Replica, plan: VisitPlan) -> None:
    """It stops, and its visits ahead go; or it goes on."""
    action = replica.new_id()
    with replica.changeset("Archive round", action=action):
        after = replica.update(plan, archived=not plan.archived)
    _follow(replica, plan, after, action)


def put_on(replica: Replica, plan: VisitPlan, day: date, whose: str = "") -> int:
    """Plan the stops of a template for a day, for this user or another; how many are new.

    One that was taken off the day again comes back.
    """
    made, whose = 0, whose or replica.user_id
    theirs = crew.seen_by(replica, whose, plan.stops)
    with replica.changeset(MAKE):
        for visit in _visits(replica, plan, day):
            if visit.account_id in theirs and not _is_on(replica, plan, day, whose, visit):
                own = template_visit_id(plan.id, day, whose, visit.account_id)
                _put(replica, msgspec.structs.replace(visit, id=own, owner_id=whose))
                made += 1
    return made


# --- what a plan wants ---


def _wanted(replica: Replica, plan: VisitPlan) -> Iterator[tuple[date, list[Activity]]]:
    """The visits of a plan that are ahead, day by day."""
    today, now = replica.moment.day(), replica.now()
    for day in days(plan, today, today + timedelta(AHEAD_DAYS)):
        visits = [x for x in _visits(replica, plan, day) if x.at > now]
        if visits:
            yield day, visits


def _visits(replica: Replica, plan: VisitPlan, day: date) -> list[Activity]:
    """One after the other from the morning on; accounts that are not here have none."""
    here = set(replica.ids(Account, id=plan.stops))
    pace = replica.settings.visit_min
    return [
        Activity(
            id=visit_id(plan.id, day, account_id), kind="visit", status="planned",
            at=planner.moment(replica, day, min(planner.BEGINS + place * pace, planner.LAST)),
            purpose_id=plan.purpose_id, account_id=account_id, owner_id=plan.assignee_id,
        )
        for place, account_id in enumerate(plan.stops) if account_id in here
    ]  # fmt: skip


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


def _is_on(replica: Replica, plan: VisitPlan, day: date, whose: str, visit: Activity) -> bool:
    """Whether the day has it; an older app put it there under an id that names nobody."""
    own = replica.get(Activity, template_visit_id(plan.id, day, whose, visit.account_id))
    old = replica.get(Activity, visit.id)
    is_old = old is not None and not old.deleted and old.owner_id == whose
    return is_old or (own is not None and not own.deleted)


def _put(replica: Replica, visit: Activity) -> None:
    known = replica.get(Activity, visit.id)
    if known is None:
        replica.create(visit)
    else:
        replica.update(known, deleted=False, at=visit.at)


def _came_near(replica: Replica, day: date) -> int:
    return planner.moment(replica, day - timedelta(AHEAD_DAYS), 0)


def _follow(replica: Replica, before: VisitPlan | None, after: VisitPlan, action: str) -> None:
    """Bring the visits ahead from what a plan was to what it is, a day at a time."""
    old = dict(_wanted(replica, before)) if before else {}
    new = dict(_wanted(replica, after)) if after.assignee_id else {}
    for day in sorted({*old, *new}):
        was, wanted = ({x.id: x for x in some.get(day, ())} for some in (old, new))
        with replica.changeset(MAKE, action=action):
            for gone in was.keys() - wanted.keys():
                _drop(replica, gone)
            for visit in wanted.values():
                _bring(replica, was.get(visit.id), visit)


def _drop(replica: Replica, gone: str) -> None:
    known = replica.get(Activity, gone)
    if known is not None and known.status == "planned" and not known.deleted:
        replica.update(known, deleted=True)


def _bring(replica: Replica, was: Activity | None, visit: Activity) -> None:
    known = replica.get(Activity, visit.id)
    if known is None:
        replica.create(visit)
    elif known.status == "planned":
        moved = was is not None and not known.deleted and known.at != was.at
        replica.update(
            known, deleted=False, at=known.at if moved else visit.at,
            purpose_id=visit.purpose_id, owner_id=visit.owner_id,
        )  # fmt: skip


def _checked(replica: Replica, typed: Typed) -> dict[str, Any]:
    """The fields of a plan, or what is wrong in a sentence."""
    weeks = typed.every_weeks.strip()
    if not typed.name.strip():
        raise Invalid("name", "Give it a name.")
    if not typed.stops:
        raise Invalid("stops", "Add the customers to visit, in their order.")
    if not weeks.isdecimal() or not 1 <= int(weeks) <= MOST_WEEKS:
        raise Invalid("every_weeks", f"Write a whole number of weeks from 1 to {MOST_WEEKS}.")
    if typed.weekdays and not typed.assignee_id:
        raise Invalid("assignee_id", "Say who drives this round.")
    first = replica.get(Account, typed.stops[0])
    return {
        "name": typed.name.strip(),
        "stops": typed.stops,
        "weekdays": tuple(sorted(typed.weekdays)),
        "every_weeks": int(weeks),
        "starts": (typed.starts or replica.moment.day()) if typed.weekdays else typed.starts,
        "assignee_id": typed.assignee_id,
        "purpose_id": typed.purpose_id,
        "territory_id": first.territory_id if first else "",
    }
