"""Cases: something is wrong at a customer's, until it is resolved. Each act is one changeset.

A case waits from the moment it was opened, whoever works on it: lists show what has waited longest
first, and what matters most before that only by its mark, so that nothing is forgotten at the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from client import zones
from client.errors import Invalid
from sync_protocol.records import Account, Case, CaseState, Condition, Contact, Filter
from sync_protocol.rules import cases

if TYPE_CHECKING:
    from collections.abc import Mapping

    from client.fieldwork import About
    from client.replica import Replica
    from client.store.queries import Query
    from sync_protocol.records.activities import Priority
    from sync_protocol.records.cases import CaseStatus

STATUS = "state.status"
SINCE = "state.at"
VERBS: dict[CaseStatus, str] = {
    "open": "Open case again", "in_progress": "Start on case", "resolved": "Resolve case",
}  # fmt: skip
"""What the changeset of a move is called in histories and in the queue."""
NOBODY = "A case is about a customer. Find them here."
NOTHING = "Say in a few words what is wrong."
SOME = 25
"""As many of a group as a list shows."""


class Groups(NamedTuple):
    """Cases as a list shows them; the counts tell of more than is shown."""

    open: tuple[Case, ...]
    in_progress: tuple[Case, ...]
    resolved: tuple[Case, ...]
    counts: Mapping[CaseStatus, int]


# --- acts ---


def open_for(
    replica: Replica,
    title: str,
    customer: About,
    visit_id: str = "",
    *,
    about: str = "",
    priority: Priority = "normal",
) -> Case:
    """A new case, to be seen to by this user; `visit_id` is the visit on which it came up.

    Raises `Invalid` naming the field.
    """
    if not (customer.account_id or customer.contact_id):
        raise Invalid("account_id", NOBODY)
    if not title.strip():
        raise Invalid("title", NOTHING)
    with replica.changeset("Open case"):
        return replica.create(
            Case(
                title=title.strip(),
                about=about.strip(),
                opened_at=replica.now(),
                priority=priority,
                activity_id=visit_id,
                account_id=customer.account_id,
                contact_id=customer.contact_id,
                assignee_id=replica.user_id,
            )
        )


def move(replica: Replica, case: Case, status: CaseStatus, resolution: str = "") -> Case:
    """A case is worked on, resolved, or open again, just now. Raises `Invalid` with the reason."""
    now = replica.as_it_is(case)
    if refused := cases.refusal(now, status):
        raise Invalid(cases.STATE, refused)
    with replica.changeset(VERBS[status]):
        return replica.update(now, state=CaseState(status, replica.now(), resolution.strip()))


def tell_resolution(replica: Replica, case: Case, text: str) -> Case:
    """How a resolved case was resolved; the moment stays."""
    now = replica.as_it_is(case)
    state = CaseState(now.state.status, now.state.at, text.strip())
    with replica.changeset("Edit case"):
        return replica.update(now, state=state)


# --- lists ---


def groups(replica: Replica, assignee_id: str = "") -> Groups:
    """All cases, or one person's: what waits longest first, what was resolved last first."""
    where = {"assignee_id": assignee_id} if assignee_id else {}
    asked: dict[CaseStatus, Query] = {
        status: _query(replica, status, where) for status in cases.STEPS
    }
    found = {status: tuple(replica.find(Case, query)) for status, query in asked.items()}
    counts = {status: replica.count(Case, query) for status, query in asked.items()}
    return Groups(found["open"], found["in_progress"], found["resolved"], counts)


def unresolved(replica: Replica, **where: Any) -> list[Case]:
    """The cases that still wait, the longest first."""
    wanted = Filter(conditions=(Condition(STATUS, "is", cases.UNRESOLVED),))
    return replica.find(Case, filter=wanted, order_by="opened_at", where=where)


def of_record(replica: Replica, by: str, record_id: str) -> list[Case]:
    """The cases of an account or a contact: those that wait, then the last that were resolved."""
    done = replica.find(Case, _query(replica, "resolved", {by: record_id}))
    return [*unresolved(replica, **{by: record_id}), *done]


def customer_of(replica: Replica, case: Case) -> list[Account | Contact]:
    """The account and the contact that it is about, as far as they are here."""
    account = replica.get(Account, case.account_id) if case.account_id else None
    contact = replica.get(Contact, case.contact_id) if case.contact_id else None
    return [record for record in (account, contact) if record is not None]


def days_waiting(case: Case, now_ms: int, time_zone: str) -> int:
    """For how many days of the calendar it has been unresolved, or was until it was resolved."""
    until = case.state.at if case.state.status == "resolved" and case.state.at else now_ms
    days = zones.local(until, time_zone).date() - zones.local(case.opened_at, time_zone).date()
    return max(0, days.days)


def _query(replica: Replica, status: CaseStatus, where: dict[str, Any]) -> Query:
    order = f"-{SINCE}" if status == "resolved" else "opened_at"
    wanted = Filter(conditions=(Condition(STATUS, "is", (status,)),))
    return replica.query(filter=wanted, order_by=order, limit=SOME, where=where)
