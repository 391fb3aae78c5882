"""What a rep does with customers: log, plan, follow up. Each act is one changeset, so one undo.

A visit has happened when it is logged: its time is now, a planned one is moved there. What is
added in the minute after (a note) joins the act it belongs to, so that undoing the visit takes
the note along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from client.replica import Range
from sync_protocol.records import Account, Activity, Contact, Lead, Outcome, OutcomeGiven, Task

if TYPE_CHECKING:
    from datetime import date

    from client.replica import Replica
    from sync_protocol.records.activities import ActivityKind

VERBS = {
    "visit": "Log visit",
    "call": "Log call",
    "note": "Add note",
    "email": "Log e-mail",
    "meeting": "Log meeting",
    "demo": "Log demo",
    "chat": "Log chat",
}
"""What the changeset of an activity is called in histories and in the queue."""


class About(NamedTuple):
    """Whom something is about: an account, a contact, a contact within its account, or a lead."""

    account_id: str = ""
    contact_id: str = ""
    lead_id: str = ""


def about(replica: Replica, place: str, record_id: str) -> About | None:
    """Whom a page (`accounts`, `contacts`, `leads`) is about; None if not on this device."""
    if place == "leads":
        lead = replica.get(Lead, record_id)
        return About(lead_id=lead.id) if lead else None
    if place == "contacts":
        contact = replica.get(Contact, record_id)
        return About(contact.account_id, contact.id) if contact else None
    account = replica.get(Account, record_id)
    return About(account.id) if account else None


# --- acts ---


def log(
    replica: Replica, kind: ActivityKind, customer: About, outcome_id: str = "", note: str = ""
) -> Activity:
    """Something that has just happened with a customer."""
    now, new_id = replica.now(), replica.new_id()
    activity = Activity(
        id=new_id,
        kind=kind,
        at=now,
        ended_at=now,
        outcome=OutcomeGiven(outcome_id) if outcome_id else None,
        note=note,
        account_id=customer.account_id,
        contact_id=customer.contact_id,
        lead_id=customer.lead_id,
    )
    with replica.changeset(VERBS[kind], action=new_id):
        return replica.create(activity)


def finish(replica: Replica, visit: Activity, outcome_id: str = "") -> Activity:
    """A planned or running visit is over, just now; `at` stays when a running one began."""
    now = replica.now()
    began = visit.at if visit.status == "running" else now
    with replica.changeset(VERBS[visit.kind], action=visit.id):
        return replica.update(
            visit,
            status="done",
            at=began,
            ended_at=now,
            outcome=OutcomeGiven(outcome_id) if outcome_id else None,
        )


def cancel(replica: Replica, visit: Activity) -> Activity:
    """A planned visit does not take place, or a running one was none."""
    with replica.changeset("Cancel visit"):
        return replica.update(visit, status="cancelled")


def write_note(replica: Replica, activity: Activity, text: str, *, just_logged: bool) -> None:
    """The note of an activity; part of logging it while that has just been done."""
    name, action = (VERBS[activity.kind], activity.id) if just_logged else ("Edit note", "")
    with replica.changeset(name, action=action):
        replica.update(activity, note=text)


def plan(replica: Replica, customer: About, at_ms: int, whose: str = "") -> Activity:
    """A visit to come, of this user's or of another's."""
    with replica.changeset("Plan visit"):
        return replica.create(
            Activity(
                kind="visit",
                status="planned",
                at=at_ms,
                account_id=customer.account_id,
                contact_id=customer.contact_id,
                lead_id=customer.lead_id,
                owner_id=whose,
            )
        )


def follow_up(
    replica: Replica, title: str, due: date, customer: About, activity_id: str = ""
) -> Task:
    """A task for this user."""
    with replica.changeset("Add task"):
        return replica.create(
            Task(
                title=title,
                due=due,
                account_id=customer.account_id,
                contact_id=customer.contact_id,
                lead_id=customer.lead_id,
                activity_id=activity_id,
            )
        )


# --- choices ---


def outcomes(replica: Replica) -> list[Outcome]:
    """The outcomes on offer, in the order the office gave them."""
    return replica.find(Outcome, archived=False, order_by="place")


def planned_visits(replica: Replica, since_ms: int, until_ms: int) -> list[Activity]:
    """This user's visits to come in an interval, the earliest first."""
    return replica.find(
        Activity, kind="visit", status=("planned", "running"), at=Range(since_ms, until_ms),
        owner_id=replica.user_id, order_by="at",
    )  # fmt: skip


def recent(replica: Replica, limit: int) -> list[str]:
    """Accounts this user last had to do with, the latest first."""
    mine = replica.latest(Activity, "at", owner_id=replica.user_id, status="done")
    return sorted(mine, key=lambda i: -mine[i])[:limit]
