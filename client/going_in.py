"""What a rep wants to know before going in: what was done and promised, and what stands open.

All of it is read from the replica, so it is there without a network. A customer with an account is
all of its people: what was promised to one of them was promised there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from client import birthdays, cases, dealing
from sync_protocol.records import (
    Account,
    Activity,
    Case,
    Contact,
    Deal,
    Outcome,
    Pipeline,
    SalesOrder,
    Settings,
    Task,
    User,
)

if TYPE_CHECKING:
    from client.birthdays import Birthday
    from client.dealing import Staged
    from client.fieldwork import About
    from client.replica import Replica

SOURCES = (
    Account, Activity, Case, Contact, Deal, Outcome, Pipeline, SalesOrder, Settings, Task, User,
)  # fmt: skip
"""The record types that it is made of: after a change to one it is read again."""


class LastVisit(NamedTuple):
    """The last visit that took place: when, whose it was, how it went, what was noted."""

    at_ms: int
    who: str = ""
    outcome: str = ""
    note: str = ""


class Unpaid(NamedTuple):
    """An invoice that the customer should have paid so many days ago."""

    number: str
    days: int


class GoingIn(NamedTuple):
    """`promised` are open tasks, what is due first in front; `deals` the open ones, best first.

    `cases` are those unresolved, what has waited longest in front.
    """

    last: LastVisit | None = None
    promised: tuple[Task, ...] = ()
    deals: tuple[Staged, ...] = ()
    unpaid: tuple[Unpaid, ...] = ()
    cases: tuple[Case, ...] = ()
    birthdays: tuple[Birthday, ...] = ()


def read(replica: Replica, customer: About) -> GoingIn:
    by = _by(customer)
    if not by:
        return GoingIn()
    return GoingIn(
        last=_last(replica, by),
        promised=tuple(_promised(replica, by)),
        deals=tuple(_deals(replica, by)),
        unpaid=tuple(_unpaid(replica, by)),
        cases=tuple(_cases(replica, by)),
        birthdays=tuple(birthdays.soon(_people(replica, customer), replica.moment.day())),
    )


def _by(customer: About) -> dict[str, Any]:
    """The field that names the customer: the account before its contact."""
    named = {name: value for name, value in customer._asdict().items() if value}
    return dict(list(named.items())[:1])


def _last(replica: Replica, by: dict[str, Any]) -> LastVisit | None:
    found = replica.find(Activity, kind="visit", status="done", order_by="-at", limit=1, where=by)
    for visit in found:
        owner = replica.get(User, visit.owner_id) if visit.owner_id else None
        outcome = replica.get(Outcome, visit.outcome.outcome_id) if visit.outcome else None
        who, how = (owner.name if owner else ""), (outcome.name if outcome else "")
        return LastVisit(visit.at, who, how, visit.note)
    return None


def _promised(replica: Replica, by: dict[str, Any]) -> list[Task]:
    found = replica.find(Task, done_at=None, where=by)
    return sorted(found, key=lambda task: (task.due is None, str(task.due), task.title))


def _deals(replica: Replica, by: dict[str, Any]) -> list[Staged]:
    if "lead_id" in by:
        return []
    ranked = dealing.best_first(replica, dealing.open_deals(replica, where=by))
    return [dealing.staged(deal, replica.get(Pipeline, deal.pipeline_id)) for deal in ranked]


def _unpaid(replica: Replica, by: dict[str, Any]) -> list[Unpaid]:
    """Longest overdue first. What was cancelled is owed by nobody."""
    if "lead_id" in by:
        return []
    today, found = replica.moment.day(), []
    for order in replica.find(SalesOrder, where=by):
        bill = order.invoice
        if bill and bill.due and not bill.paid and order.status != "cancelled" and bill.due < today:
            found.append(Unpaid(bill.number or order.number, (today - bill.due).days))
    return sorted(found, key=lambda bill: (-bill.days, bill.number))


def _cases(replica: Replica, by: dict[str, Any]) -> list[Case]:
    return [] if "lead_id" in by else cases.unresolved(replica, **by)


def _people(replica: Replica, customer: About) -> list[Contact]:
    if customer.account_id:
        return replica.find(Contact, account_id=customer.account_id)
    contact = replica.get(Contact, customer.contact_id) if customer.contact_id else None
    return [contact] if contact else []
