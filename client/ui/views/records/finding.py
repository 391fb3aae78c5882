"""Which records a list shows, and what it needs to draw a row of them.

Only the ids of a whole list are read. Rows are read some dozens at a time as they come near the
screen, with one query per record type and not one per row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from client import calling
from client.ui import wording
from client.ui.components.record_row import Line, Mark
from client.ui.views.lists.facets import LABELS, facets_of, shown_columns
from client.ui.views.lists.reading import read_cells, read_ids
from sync_protocol.records import Account, Activity, Contact, Label, Labelling, Lead, kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from client.calling import Callee
    from client.replica import Replica
    from client.ui.views.lists.facets import Facet
    from client.ui.views.lists.reading import Asked

SORTS = {
    "name": "Name",
    "-last_visit": "Visited last",
    "last_visit": "Longest not visited",
    "-last_activity": "Last activity",
    "-last_order": "Bought last",
    "last_order": "Longest not bought",
}
"""How lists of customers are sorted; those of other records by their own fields (`sorts_of`)."""
NAME = "name"
CUSTOMERS = {"account": "account_id", "contact": "contact_id"}
"""Record types whose rows tell of visits, by the field in which an activity names them."""
FACTS = 3
TITLED = ("number", "yes_no", "date", "moment")
"""Forms of values that say little without the name of their field."""


class Found(NamedTuple):
    """The ids in order, and the facts that rows are drawn from."""

    ids: tuple[str, ...]
    labels: dict[str, Label]
    waiting: frozenset[str]
    problems: frozenset[str]
    now_ms: int


def sorts_of(of: str, facets: Mapping[str, Facet]) -> dict[str, str]:
    """The orders that a list offers, in words."""
    if of in CUSTOMERS:
        return SORTS
    found: dict[str, str] = {}
    for facet in facets.values():
        if facet.path == LABELS:
            continue
        found[facet.path] = facet.title
        if facet.form in ("number", "date", "moment"):
            last = "highest" if facet.form == "number" else "latest"
            found[f"-{facet.path}"] = f"{facet.title}, {last} first"
    return found


def find_list(replica: Replica, asked: Asked) -> Found:
    return Found(
        ids=read_ids(replica, asked),
        labels={label.id: label for label in replica.find(Label, order_by="name")},
        waiting=frozenset(_waiting(replica)),
        problems=frozenset(_refused(replica)),
        now_ms=replica.now(),
    )


def read_lines(replica: Replica, asked: Asked, found: Found, ids: Sequence[str]) -> dict[str, Line]:
    """The rows of some ids, by id."""
    if asked.of in CUSTOMERS:
        return _customers(replica, asked.of, found, ids)
    return _others(replica, asked, found, ids)


def _customers(replica: Replica, of: str, found: Found, ids: Sequence[str]) -> dict[str, Line]:
    """Where they are, and when they were last visited."""
    records: list[Any] = replica.find(kinds()[of].struct, id=tuple(ids))
    on = replica.worn_by(ids)
    accounts = _accounts(replica, records)
    callees = _callees(replica, records, accounts)
    beneath: dict[str, Any] = {CUSTOMERS[of]: tuple(ids)}
    last = replica.latest(Activity, "at", CUSTOMERS[of], kind="visit", status="done", **beneath)
    return {
        record.id: Line(
            id=record.id,
            name=record.name,
            where=_where(record, accounts),
            last=_ago(last.get(record.id), found.now_ms),
            labels=tuple(on.get(record.id, ())),
            mark=mark_of(found, record.id),
            callee=callees.get(record.id),
        )
        for record in records
    }


def _others(replica: Replica, asked: Asked, found: Found, ids: Sequence[str]) -> dict[str, Line]:
    """What their table would show in its first columns, in one line."""
    facets = facets_of(replica, asked.of)
    columns = [facets[NAME], *[x for x in shown_columns(facets, asked.columns, asked.sort)
                               if x.path != NAME]]  # fmt: skip
    cells = read_cells(replica, asked.of, columns, ids)
    labels = replica.worn_by(ids)
    return {
        record_id: Line(
            id=record_id,
            name=cell.texts[0],
            where=_told(columns[1:], cell.texts[1:]),
            last="",
            labels=tuple(labels.get(record_id, ())),
            mark=mark_of(found, record_id),
        )
        for record_id, cell in cells.items()
    }


def _told(columns: Sequence[Facet], texts: Sequence[str]) -> str:
    parts = [
        f"{column.title} {text}" if column.form in TITLED else text
        for column, text in zip(columns, texts, strict=True)
        if text and column.path != LABELS
    ]
    return " \u00b7 ".join(part.replace("\n", " ") for part in parts[:FACTS])


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


def _accounts(replica: Replica, records: Iterable[Any]) -> dict[str, Account]:
    wanted = {r.account_id for r in records if isinstance(r, Contact) and r.account_id}
    found = replica.find(Account, id=tuple(wanted)) if wanted else []
    return {account.id: account for account in found}


def _callees(
    replica: Replica, records: Sequence[Any], accounts: Mapping[str, Account]
) -> Mapping[str, Callee | None]:
    """Whom a call from a row reaches."""
    if records and isinstance(records[0], Account):
        return calling.callees(replica, records)
    return {x.id: calling.callee_of(x, accounts.get(x.account_id)) for x in records}


def _where(record: Account | Contact, accounts: Mapping[str, Account]) -> str:
    if isinstance(record, Contact):
        account = accounts.get(record.account_id)
        told = ", ".join(filter(None, (record.title, account.name if account else "")))
        return told or town_of(record)
    return town_of(record)


def _ago(at: int | None, now_ms: int) -> str:
    return "" if at is None else wording.ago(at, now_ms)


def _waiting(replica: Replica) -> set[str]:
    """Records with an unsent edit of their own or of a label on them."""
    waiting = replica.waiting_records()
    labellings = tuple(i for kind, i in waiting if kind == "labelling")
    found = {record_id for _kind, record_id in waiting}
    if labellings:
        found |= {x.record_id for x in replica.find(Labelling, id=labellings)}
    return found


def _refused(replica: Replica) -> set[str]:
    return {change.id for problem in replica.problems() for change in problem.changeset.changes}
