"""What is missing or malformed in a customer's facts. A hurried save needs only a name.

Nothing here stops anybody: a record with issues is saved, found and visited like any other. The
rules are pure, so that a list, a page and a report say the same. That a label is missing is told of
only beside something else: alone it is nothing that has to be mended.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from client import facts, phones
from sync_protocol.records import Account, Contact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from client.replica import Replica

WORDS = {
    "phone": "Phone numbers that cannot be dialled",
    "email": "E-mail addresses that look odd",
    "reach": "No phone and no e-mail",
    "address": "No address",
    "label": "No label",
    "stale": "Not verified for long",
}
"""The kinds of issues, the gravest first, as headings."""
FIELDS = {"phone": "phones", "reach": "phones", "email": "emails", "address": "addresses"}
_EMAIL = re.compile(r"^[\w.!#$%&'*+/=?^`{|}~-]+@([\w-]+\.)+[^\W\d_]{2,}$")


class Issue(NamedTuple):
    """One thing to mend; `code` is a key of `WORDS`."""

    code: str
    text: str

    @property
    def field(self) -> str:
        """The field in which it is mended; empty if that is not done in a form."""
        return FIELDS.get(self.code, "")


class Found(NamedTuple):
    """A record with what is to be mended in it."""

    record: Account | Contact
    issues: tuple[Issue, ...]


def issues(
    record: Account | Contact, *, labelled: bool, region: str, now_ms: int, stale_days: int
) -> list[Issue]:
    """What is to be mended in a record; `region` is where its numbers are dialled."""
    found = [*_ways(record, phones.region_for(record.addresses.values(), region))]
    if isinstance(record, Account) and not any(map(_says_where, record.addresses.values())):
        found.append(Issue("address", "There is no address."))
    stale = facts.is_stale(record, now_ms, stale_days)
    if not labelled and (found or stale):
        found.append(Issue("label", "There is no label."))
    if stale:
        found.append(Issue("stale", f"Nobody has verified this for {stale_days} days."))
    return found


def of(replica: Replica, record: Account | Contact) -> list[Issue]:
    """The issues of one record."""
    labelled = bool(replica.worn(record.id))
    return _issues(replica, record, labelled=labelled)


def scan(replica: Replica, step: int) -> Iterator[list[Found]]:
    """Every record with issues, some records at a time: a caller may rest in between."""
    labelled = replica.labelled()
    structs: tuple[type[Account | Contact], ...] = (Account, Contact)
    for struct in structs:
        ids = replica.ids(struct, order_by="name")
        for start in range(0, len(ids), step):
            part: list[Found] = []
            for record in replica.find(struct, id=tuple(ids[start : start + step])):
                told = _issues(replica, record, labelled=record.id in labelled)
                if told:
                    part.append(Found(record, tuple(told)))
            yield part


def _issues(replica: Replica, record: Account | Contact, *, labelled: bool) -> list[Issue]:
    settings = replica.settings
    return issues(
        record, labelled=labelled, region=settings.region, now_ms=replica.now(),
        stale_days=settings.stale_days,
    )  # fmt: skip


def looks_like_email(text: str) -> bool:
    return bool(_EMAIL.match(text))


def _ways(record: Account | Contact, region: str) -> Iterator[Issue]:
    for phone in record.phones.values():
        if phones.e164(phone.number, region) is None:
            yield Issue("phone", f"{phone.number} cannot be dialled.")
    for email in record.emails.values():
        if not looks_like_email(email.address):
            yield Issue("email", f"{email.address} looks odd.")
    if not record.phones and not record.emails:
        yield Issue("reach", "There is no phone number and no e-mail.")


def _says_where(address: object) -> bool:
    return bool(getattr(address, "street", "") or getattr(address, "town", ""))
