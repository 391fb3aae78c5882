"""Which records a list shows, and what it needs to draw a row of them.

Only the ids of a whole list are read. Rows are read some dozens at a time as they come near the
screen, with one query per record type and not one per row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from client.ui import wording
from client.ui.components.record_row import Line, Mark
from client.ui.views.lists.reading import read_ids
from sync_protocol.records import Account, Activity, Contact, Label, Labelling, Lead

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from client.replica import Replica
    from client.ui.views.lists.reading import Asked
    from client.ui.views.records.book import Book

SORTS = {
    "name": "Name",
    "-last_visit": "Visited last",
    "last_visit": "Longest not visited",
    "-last_activity": "Last activity",
    "-last_order": "Bought last",
    "last_order": "Longest not bought",
}


class Found(NamedTuple):
    """The ids in order, and the facts that rows are drawn from."""

    ids: tuple[str, ...]
    labels: dict[str, Label]
    waiting: frozenset[str]
    problems: frozenset[str]
    now_ms: int


def find_list(replica: Replica, asked: Asked) -> Found:
    return Found(
        ids=read_ids(replica, asked),
        labels={label.id: label for label in replica.find(Label, order_by="name")},
        waiting=frozenset(_waiting(replica)),
        problems=frozenset(_refused(replica)),
        now_ms=replica.now(),
    )


def read_lines(replica: Replica, book: Book, found: Found, ids: Sequence[str]) -> dict[str, Line]:
    """The rows of some ids, by id."""
    records: list[Any] = replica.find(book.struct, id=tuple(ids))
    on = replica.worn_by(ids)
    accounts = _account_names(replica, records)
    beneath: dict[str, Any] = {book.by: tuple(ids)}
    last = replica.latest(Activity, "at", book.by, kind="visit", status="done", **beneath)
    return {
        record.id: Line(
            id=record.id,
            name=record.name,
            where=_where(record, accounts),
            last=_ago(last.get(record.id), found.now_ms),
            labels=tuple(on.get(record.id, ())),
            mark=mark_of(found, record.id),
        )
        for record in records
    }


def mark_of(found: Found, record_id: str) -> Mark:
    if record_id in found.problems:
        return "problem"
    return "waiting" if record_id in found.waiting else ""


def marks(replica: Replica, record_id: str) -> Mark:
    """How sync stands with one record: nothing is synced, waiting, or refused by the server."""
    if record_id in _refused(replica):
        return "problem"
    return "waiting" if record_id in _waiting(replica) else ""


def town_of(record: Account | Contact | Lead) -> str:
    return next((a.town for a in record.addresses.values() if a.town), "")


def _account_names(replica: Replica, records: Iterable[Any]) -> dict[str, str]:
    wanted = {r.account_id for r in records if isinstance(r, Contact) and r.account_id}
    found = replica.find(Account, id=tuple(wanted)) if wanted else []
    return {account.id: account.name for account in found}


def _where(record: Account | Contact, accounts: dict[str, str]) -> str:
    if isinstance(record, Contact):
        account = accounts.get(record.account_id, "")
        return ", ".join(filter(None, (record.title, account))) or town_of(record)
    return town_of(record)


def _ago(at: int | None, now_ms: int) -> str:
    return "" if at is None else wording.ago(at, now_ms)


def _waiting(replica: Replica) -> set[str]:
    """Records with an unsent edit of their own or of a label on them."""
    waiting = replica.waiting_records()
    labellings = tuple(i for kind, i in waiting if kind == "labelling")
    found = {record_id for kind, record_id in waiting if kind in ("account", "contact", "lead")}
    if labellings:
        found |= {x.record_id for x in replica.find(Labelling, id=labellings)}
    return found


def _refused(replica: Replica) -> set[str]:
    return {change.id for problem in replica.problems() for change in problem.changeset.changes}
