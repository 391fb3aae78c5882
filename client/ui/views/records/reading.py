"""All that a record's page shows, read at once."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from client.replica import Range
from client.ui.views import acts
from client.ui.views.records.finding import marks
from sync_protocol.records import Account, Activity, Contact, Outcome, Task, Territory, User

if TYPE_CHECKING:
    from client.replica import Replica
    from client.ui.components.record_row import Mark
    from client.ui.views.records.book import Book
    from sync_protocol.records import Label


class Entry(NamedTuple):
    """One thing that happened: an activity, or a task that was done."""

    id: str
    kind: str
    at_ms: int
    title: str
    note: str
    who: str
    whom: str
    outcome: str
    colour: str


class Page(NamedTuple):
    """`account` is the contact's, `contacts` the account's; `last` is the last visit."""

    record: Account | Contact
    labels: tuple[Label, ...]
    account: Account | None
    contacts: tuple[Contact, ...]
    tasks: tuple[Task, ...]
    planned: tuple[Activity, ...]
    entries: tuple[Entry, ...]
    last: Entry | None
    owner: str
    territory: str
    mark: Mark
    now_ms: int
    time_zone: str
    region: str


class Absent(NamedTuple):
    """Why there is no page: the record is unknown here, or it was deleted."""

    why: Literal["unknown", "deleted"]
    name: str = ""


def read_page(replica: Replica, book: Book, record_id: str) -> Page | Absent:
    record = replica.get(book.struct, record_id)
    if record is None:
        return Absent("unknown")
    account = _account(replica, record)
    if record.deleted:
        return Absent("deleted", record.name)
    contacts = _contacts(replica, record)
    beneath: dict[str, Any] = {book.by: record.id}
    entries = _entries(replica, record, contacts, beneath)
    visits = (entry for entry in entries if entry.kind == "visit")
    settings = replica.settings
    return Page(
        record=record,
        labels=tuple(replica.labels_of(record.id)),
        account=account,
        contacts=contacts,
        tasks=tuple(replica.find(Task, done_at=None, order_by="due", **beneath)),
        planned=tuple(
            replica.find(
                Activity, kind="visit", status=("planned", "running"), order_by="at",
                **beneath,
            )
        ),
        entries=entries,
        last=next(visits, None),
        owner=_name(replica, User, record.owner_id),
        territory=_name(replica, Territory, getattr(record, "territory_id", "")),
        mark=marks(replica, record.id),
        now_ms=replica.now(),
        time_zone=settings.time_zone,
        region=settings.region,
    )  # fmt: skip


def _account(replica: Replica, record: Account | Contact) -> Account | None:
    if isinstance(record, Account) or not record.account_id:
        return None
    account = replica.get(Account, record.account_id)
    return None if account is None or account.deleted else account


def _contacts(replica: Replica, record: Account | Contact) -> tuple[Contact, ...]:
    if isinstance(record, Contact):
        return ()
    return tuple(replica.find(Contact, account_id=record.id, order_by="name"))


def _entries(
    replica: Replica,
    record: Account | Contact,
    contacts: tuple[Contact, ...],
    beneath: dict[str, Any],
) -> tuple[Entry, ...]:
    """What happened with the record, or with a contact of the account, the newest first."""
    done = {x.id: x for x in replica.find(Activity, status="done", **beneath)}
    people = {contact.id: contact.name for contact in contacts}
    if people:
        theirs = replica.find(Activity, status="done", contact_id=tuple(people))
        done |= {activity.id: activity for activity in theirs}
    tasks = replica.find(Task, done_at=Range(), **beneath)
    users = {user.id: user.name for user in replica.find(User)}
    outcomes = {x.id: x for x in replica.find(Outcome, deleted=True)}
    if isinstance(record, Contact):
        people = {}
    entries = chain(
        (_of_activity(x, users, people, outcomes) for x in done.values()),
        (_of_task(x, users) for x in tasks),
    )
    return tuple(sorted(entries, key=lambda entry: -entry.at_ms))


def _of_activity(
    activity: Activity, users: dict[str, str], people: dict[str, str], outcomes: dict[str, Outcome]
) -> Entry:
    given = activity.outcome
    outcome = outcomes.get(given.outcome_id) if given else None
    return Entry(
        id=activity.id,
        kind=activity.kind,
        at_ms=activity.at,
        title=acts.NAMES[activity.kind],
        note=activity.note,
        who=users.get(activity.owner_id, ""),
        whom=people.get(activity.contact_id, ""),
        outcome=outcome.name if outcome else "",
        colour=outcome.colour if outcome else "",
    )


def _of_task(task: Task, users: dict[str, str]) -> Entry:
    return Entry(
        id=task.id,
        kind="task",
        at_ms=task.done_at or 0,
        title=task.title,
        note=task.about,
        who=users.get(task.assignee_id, ""),
        whom="",
        outcome="",
        colour="",
    )


def _name(replica: Replica, struct: Any, record_id: str) -> str:
    found = replica.get(struct, record_id) if record_id else None
    return found.name if found else ""
