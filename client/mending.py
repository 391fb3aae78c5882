"""Mending a customer's facts at the door: which few are asked for, and each answer as one act.

What is asked follows `sync_protocol.rules.quality`; a fact that one of the customer's people has
counts as there. Putting a customer off is this device's matter and is never synced: the colleague
who comes next week may have a minute more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from client import attention, facts, phones
from client.errors import Invalid
from client.nearby import place_of
from sync_protocol.records import Account, Contact, Email, Label, Phone
from sync_protocol.rules import quality
from sync_protocol.rules.quality import Code, Known

if TYPE_CHECKING:
    from client.replica import Replica

PREFERENCE = "ask later"
LABELS = 6
"""Labels to choose from: the most used."""


def offered(replica: Replica, account: Account) -> tuple[Code, ...]:
    """What to ask about a customer now."""
    now, stale_days = replica.now(), replica.settings.stale_days
    return quality.offered(
        known(replica, account), now, stale_days, _later(replica).get(account.id)
    )


def known(replica: Replica, account: Account) -> Known:
    """What is there of an account and its people."""
    people = replica.find(Contact, account_id=account.id)
    records: list[Account | Contact] = [account, *people]
    return Known(
        emails=any(record.emails for record in records),
        phones=any(record.phones for record in records),
        placed=place_of(account) is not None,
        people=bool(people),
        labelled=bool(replica.worn(account.id)),
        since_ms=facts.known_since(account),
    )


def labels(replica: Replica) -> list[Label]:
    """The labels to choose from, the most used first."""
    uses = replica.count_labels()
    return sorted(replica.find(Label, archived=False, order_by="name"),
                  key=lambda label: -uses.get(label.id, 0))[:LABELS]  # fmt: skip


# --- acts ---


def put_email(replica: Replica, account: Account, typed: str) -> Account:
    """Add an e-mail address. Raises `Invalid`."""
    address = typed.strip()
    if not attention.looks_like_email(address):
        raise Invalid("email", "Write an address like anna@example.com.")
    emails = account.emails | {replica.new_entry(): Email(address)}
    with replica.changeset("Add e-mail"):
        return replica.update(account, emails=emails)


def put_phone(replica: Replica, account: Account, typed: str) -> Account:
    """Add a phone number. Raises `Invalid` for one that cannot be dialled."""
    number = typed.strip()
    region = phones.region_for(account.addresses.values(), replica.settings.region)
    if phones.e164(number, region) is None:
        raise Invalid("phone", "This number cannot be dialled. Write it as you would dial it.")
    with replica.changeset("Add phone"):
        return replica.update(account, phones=account.phones | {replica.new_entry(): Phone(number)})


def put_person(replica: Replica, account: Account, typed: str) -> Contact:
    """Add somebody by name. Raises `Invalid`."""
    name = " ".join(typed.split())
    if not name:
        raise Invalid("person", "Write a name.")
    with replica.changeset("Add contact"):
        return replica.create(Contact(name=name, account_id=account.id))


def put_label(replica: Replica, account: Account, label_id: str) -> None:
    with replica.changeset("Label"):
        replica.put_label(account, label_id)


def later(replica: Replica, account: Account) -> None:
    """Ask nothing more about this customer for a while."""
    now = replica.now()
    waiting = {i: until for i, until in _later(replica).items() if until > now}
    _write(replica, waiting | {account.id: quality.put_off(now)})


def ask_again(replica: Replica, account: Account) -> None:
    """Take back that they were put off."""
    _write(replica, {i: until for i, until in _later(replica).items() if i != account.id})


def _later(replica: Replica) -> dict[str, int]:
    kept = replica.preference(PREFERENCE)
    return msgspec.json.decode(kept, type=dict[str, int]) if kept else {}


def _write(replica: Replica, waiting: dict[str, int]) -> None:
    replica.prefer(PREFERENCE, msgspec.json.encode(waiting).decode())
