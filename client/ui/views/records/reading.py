"""All that a record's page shows, read at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from client import phones
from client.ui.views.records.finding import marks
from sync_protocol.records import Account, Activity, Contact, Task, Territory, User

if TYPE_CHECKING:
    from client.replica import Replica
    from client.replica.labels import Worn
    from client.ui.components.record_row import Mark
    from client.ui.views.records.book import Book
    from sync_protocol.records import Address


class Page(NamedTuple):
    """`account` is the contact's, `contacts` the account's."""

    record: Account | Contact
    labels: tuple[Worn, ...]
    account: Account | None
    contacts: tuple[Contact, ...]
    tasks: tuple[Task, ...]
    planned: tuple[Activity, ...]
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
    if record.deleted:
        return Absent("deleted", record.name)
    assert isinstance(record, Account | Contact)  # noqa: S101 - a lead has a page of its own
    account = _account(replica, record)
    contacts = _contacts(replica, record)
    beneath: dict[str, Any] = {book.by: record.id}
    settings = replica.settings
    return Page(
        record=record,
        labels=tuple(replica.worn(record.id)),
        account=account,
        contacts=contacts,
        tasks=tuple(replica.find(Task, done_at=None, order_by="due", **beneath)),
        planned=tuple(
            replica.find(
                Activity, kind="visit", status=("planned", "running"), order_by="at",
                **beneath,
            )
        ),
        owner=_name(replica, User, record.owner_id),
        territory=_name(replica, Territory, getattr(record, "territory_id", "")),
        mark=marks(replica, record.id),
        now_ms=replica.now(),
        time_zone=settings.time_zone,
        region=phones.region_for(_addresses(record, account), settings.region),
    )  # fmt: skip


def _addresses(record: Account | Contact, account: Account | None) -> list[Address]:
    held = [record, *([account] if account else [])]
    return [address for one in held for address in one.addresses.values()]


def _account(replica: Replica, record: Account | Contact) -> Account | None:
    if isinstance(record, Account) or not record.account_id:
        return None
    account = replica.get(Account, record.account_id)
    return None if account is None or account.deleted else account


def _contacts(replica: Replica, record: Account | Contact) -> tuple[Contact, ...]:
    if isinstance(record, Contact):
        return ()
    return tuple(replica.find(Contact, account_id=record.id, order_by="name"))


def _name(replica: Replica, struct: Any, record_id: str) -> str:
    found = replica.get(struct, record_id) if record_id else None
    return found.name if found else ""
