"""A visit while it lasts: checked in, running, then finished or called off. Each is one changeset.

One visit runs at a time for a user, wherever it was started. Two devices that were both offline can
still bring two: the one begun last is shown, and the other when that is over. A visit that was
planned keeps its record; `at` becomes the moment of arrival, and `ended_at` that of leaving.
Checking in and finishing are two acts, so undoing the second goes back to the running visit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from client.errors import ReplicaError
from client.replica import Range
from client.zones import local
from sync_protocol import ids
from sync_protocol.records import Activity, Purpose, SalesOrder

if TYPE_CHECKING:
    from datetime import date

    from client.fieldwork import About
    from client.replica import Replica

DAY_MS = 86_400_000
AFTERWARDS_MS = 3_600_000
"""How long after a visit what is ordered counts as ordered there."""


class StillRunning(ReplicaError):
    """Another visit of this user has to be finished first."""

    def __init__(self) -> None:
        super().__init__("Another visit is still running. Finish it first.")


def running(replica: Replica) -> Activity | None:
    """This user's running visit."""
    found = replica.find(
        Activity, kind="visit", status="running", owner_id=replica.user_id, order_by="-at"
    )
    return found[0] if found else None


def running_with(replica: Replica, customer: About) -> Activity | None:
    """This user's running visit, if it is with this customer."""
    visit = running(replica)
    return visit if visit is not None and _same(visit, customer) else None


def check_in(replica: Replica, customer: About) -> Activity:
    """A visit begins now: the one planned for today, else a new one.

    One that runs with this customer already is given back. Raises `StillRunning`.
    """
    return running_with(replica, customer) or begin(
        replica, _planned_today(replica, customer) or _new(replica, customer)
    )


def begin(replica: Replica, visit: Activity) -> Activity:
    """A planned visit begins now. Raises `StillRunning`."""
    other = running(replica)
    if other is not None and other.id != visit.id:
        raise StillRunning
    now = replica.now()
    begun = msgspec.structs.replace(visit, status="running", at=now, owner_id=replica.user_id)
    with replica.changeset("Check in", action=action_of(begun)):
        if replica.get(Activity, visit.id) is None:
            return replica.create(begun)
        return replica.update(visit, status="running", at=now, owner_id=replica.user_id)


def action_of(visit: Activity) -> str:
    """The act that what is noted by itself belongs to: the check-in, or later the end."""
    if visit.status == "running":
        return ids.derived("check in", visit.id, str(visit.at))
    return visit.id


def purposes(replica: Replica) -> list[Purpose]:
    """What a visit can be for, in the order the office gave them."""
    return replica.find(Purpose, archived=False, order_by="place")


def set_purpose(replica: Replica, visit: Activity, purpose_id: str) -> Activity:
    with replica.changeset("Purpose of visit"):
        return replica.update(visit, purpose_id=purpose_id)


def orders(replica: Replica, visit: Activity) -> list[SalesOrder]:
    """What its rep has ordered for the customer during a visit or right after it."""
    if not visit.account_id:
        return []
    end = replica.now() if visit.ended_at is None else visit.ended_at
    return replica.find(
        SalesOrder, account_id=visit.account_id, owner_id=visit.owner_id,
        at=Range(visit.at, end + AFTERWARDS_MS), order_by="at",
    )  # fmt: skip


def _new(replica: Replica, customer: About) -> Activity:
    return Activity(
        id=replica.new_id(), kind="visit", status="running", at=replica.now(),
        owner_id=replica.user_id, **customer._asdict(),
    )  # fmt: skip


def _planned_today(replica: Replica, customer: About) -> Activity | None:
    """The first that this user has planned with the customer for today, or yesterday's missed."""
    now = replica.now()
    found = replica.find(
        Activity, kind="visit", status="planned", owner_id=replica.user_id,
        at=Range(now - DAY_MS, now + DAY_MS), order_by="at",
    )  # fmt: skip
    today = _day(replica, now)
    return next((x for x in found if _same(x, customer) and _day(replica, x.at) <= today), None)


def _same(visit: Activity, customer: About) -> bool:
    """Whether a visit is with a customer; a visit at an account is with all of its people."""
    if customer.account_id:
        return visit.account_id == customer.account_id
    return (visit.contact_id, visit.lead_id) == (customer.contact_id, customer.lead_id)


def _day(replica: Replica, at_ms: int) -> date:
    return local(at_ms, replica.settings.time_zone).date()
