"""A few made-up customers to try things with: loaded as one act, removed as one act.

They belong to no territory, so nobody but whoever loaded them (and administrators) sees them, and
every name says that it is a sample. Their ids are derived, so that any device of this user finds
them again, and loading them twice makes them once. What was changed or added by hand at one, its
contact or its deal is somebody's work: it stays when the samples are removed, with the customer it
belongs to. Visits, notes and tasks at a sample were practice and are hidden along with it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from client import dealing
from client.zones import local
from sync_protocol import ids
from sync_protocol.records import (
    Account,
    Activity,
    Address,
    Contact,
    Deal,
    Email,
    Money,
    Need,
    Phone,
    Record,
    Task,
    entries,
    kinds,
)

if TYPE_CHECKING:
    from client.replica import Replica

MARK = "(sample)"
LOAD, REMOVE = "Load sample data", "Remove sample data"
_HOUR_MS, _DAY_MS = 3_600_000, 86_400_000
_LAST_SEEN_DAYS = 40
_OURS = ("contact", "deal")
"""What hangs beneath a customer and makes it more than a sample, once it is somebody's work."""
_WHO = frozenset(("id", "owner_id", "assignee_id"))
_WHEN = frozenset(("at", "ended_at", "due", "stage_since", "expected_on"))
"""Fields that depend on who loaded the samples, and on when."""


class Shop(NamedTuple):
    """A made-up customer and the person there."""

    key: str
    name: str
    about: str
    street: str
    town: str
    person: str
    title: str
    number: str
    cadence_days: int


_SHOPS = (
    Shop("cafe", "Café Luna", "Corner café with a terrace; open from eight.",
         "1 Sample Street", "Exampleton", "Mara Lind", "Owner", "+44 20 7946 0101", 14),
    Shop("shop", "Corner Shop Brandt", "Buys every few weeks; was not visited for long.",
         "2 Sample Street", "Exampleton", "Theo Brandt", "Manager", "+44 20 7946 0102", 28),
    Shop("hotel", "Hotel Seaview", "Opens a new bar this season.",
         "3 Harbour Road", "Sampleham", "Ines Costa", "Buyer", "+44 20 7946 0103", 42),
)  # fmt: skip
_CAFE, _SHOP, _HOTEL = (shop.key for shop in _SHOPS)


class Removed(NamedTuple):
    """How many samples went, and the names of those that stayed."""

    records: int
    kept: tuple[str, ...]


def load(replica: Replica) -> None:
    """Bring the samples unless some are here; removed ones come back as they began."""
    if are_here(replica):
        return
    with replica.changeset(LOAD):
        for fresh in _all(replica):
            known = replica.get(type(fresh), fresh.id)
            if known is None:
                replica.create(fresh)
            else:
                replica.update(known, **_fields(fresh, but=_WHO))


def are_here(replica: Replica) -> bool:
    """Whether any sample customer is on this device."""
    return any(_alive(replica, Account, _id(replica, shop.key, "account")) for shop in _SHOPS)


def removable(replica: Replica) -> list[Record]:
    """The samples that nobody has made their own."""
    fresh = {record.id: record for record in _all(replica)}
    stored = [_alive(replica, type(record), record.id) for record in fresh.values()]
    return [record for record in stored if record and not _is_work(replica, record, fresh)]


def remove(replica: Replica) -> Removed:
    """Take the samples away, but for what is somebody's work by now."""
    gone = removable(replica)
    with replica.changeset(REMOVE):
        for record in gone:
            replica.update(record, deleted=True)
    return Removed(len(gone), tuple(x.name for x in _customers(replica)))


def past_visit(replica: Replica) -> str:
    """The id of the visit that the samples say was made before they were loaded."""
    return _id(replica, _SHOP, "visit")


def _customers(replica: Replica) -> list[Account]:
    found = [_alive(replica, Account, _id(replica, shop.key, "account")) for shop in _SHOPS]
    return [account for account in found if isinstance(account, Account)]


def _alive(replica: Replica, struct: type[Record], record_id: str) -> Record | None:
    found = replica.get(struct, record_id)
    return None if found is None or found.deleted else found


def _is_work(replica: Replica, record: Record, fresh: dict[str, Record]) -> bool:
    """Changed by hand, or the root of something that was changed or added."""
    if _fields(record, but=_WHO | _WHEN) != _fields(fresh[record.id], but=_WHO | _WHEN):
        return True
    for kind, child_id in replica.beneath(record):
        child = _alive(replica, kinds()[kind].struct, child_id) if kind in _OURS else None
        if child is not None and (child_id not in fresh or _is_work(replica, child, fresh)):
            return True
    return False


def _fields(record: Record, *, but: frozenset[str]) -> dict[str, Any]:
    fields = msgspec.structs.asdict(record)
    return {name: value for name, value in fields.items() if name not in but}


# --- what there is ---


def _all(replica: Replica) -> list[Record]:
    """All of it as it would be loaded now, customers first."""
    customers = [record for shop in _SHOPS for record in _customer(replica, shop)]
    return [*customers, *_visits(replica), _task(replica), *_deals(replica)]


def _customer(replica: Replica, shop: Shop) -> list[Record]:
    account = Account(
        id=_id(replica, shop.key, "account"),
        name=f"{shop.name} {MARK}",
        about=shop.about,
        source=MARK,
        addresses=entries(Address(street=shop.street, town=shop.town)),
        phones=entries(Phone(shop.number)),
        cadence_days=shop.cadence_days,
    )
    contact = Contact(
        id=_id(replica, shop.key, "contact"),
        name=f"{shop.person} {MARK}",
        title=shop.title,
        source=MARK,
        emails=entries(Email(f"{shop.key}@example.com")),
        needs=entries(Need("Before eleven is best")) if shop.key == _CAFE else {},
        account_id=account.id,
    )
    return [account, contact]


def _visits(replica: Replica) -> list[Record]:
    now = replica.now()
    before = now - _LAST_SEEN_DAYS * _DAY_MS
    planned = Activity(
        id=_id(replica, _CAFE, "visit"), kind="visit", status="planned", at=_later_today(replica),
        account_id=_id(replica, _CAFE, "account"), note="Show the new range",
    )  # fmt: skip
    done = Activity(
        id=past_visit(replica), kind="visit", at=before, ended_at=before,
        account_id=_id(replica, _SHOP, "account"), note="Wants the new price list",
    )  # fmt: skip
    return [planned, done]


def _later_today(replica: Replica) -> int:
    """In an hour, but still today."""
    now = local(replica.now(), replica.settings.time_zone)
    end = now.replace(hour=23, minute=59, second=59, microsecond=0)
    return min(replica.now() + _HOUR_MS, round(end.timestamp() * 1000))


def _task(replica: Replica) -> Task:
    return Task(
        id=_id(replica, _SHOP, "task"),
        title=f"Send the price list {MARK}",
        due=_today(replica),
        account_id=_id(replica, _SHOP, "account"),
        assignee_id=replica.user_id,
    )


def _deals(replica: Replica) -> list[Record]:
    """One, if there is a pipeline for it."""
    start = dealing.first_stage(replica, "sales")
    if start is None:
        return []
    pipeline, stage_id = start
    return [
        Deal(
            id=_id(replica, _HOTEL, "deal"),
            name=f"Opening order {MARK}",
            pipeline_id=pipeline.id,
            stage_id=stage_id,
            stage_since=replica.now(),
            value=Money("2400.00", replica.settings.currency),
            expected_on=_today(replica) + timedelta(days=21),
            next_step="Send an offer",
            account_id=_id(replica, _HOTEL, "account"),
            contact_id=_id(replica, _HOTEL, "contact"),
        )
    ]


def _today(replica: Replica) -> date:
    return local(replica.now(), replica.settings.time_zone).date()


def _id(replica: Replica, key: str, kind: str) -> str:
    return ids.derived("sample", replica.user_id, key, kind)
