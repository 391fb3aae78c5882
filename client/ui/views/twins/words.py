"""How a customer is told apart from another in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from client.ui import wording
from sync_protocol.records import Account, Contact, Lead, kind_of

if TYPE_CHECKING:
    from client.duplicates import Match
    from client.replica import Replica

STRUCTS: dict[str, type[Any]] = {"account": Account, "contact": Contact, "lead": Lead}
PLURALS = {"account": "accounts", "contact": "contacts", "lead": "leads"}


def route_of(record: Any) -> str:
    """The record's page."""
    return f"/{PLURALS[kind_of(record).name]}/{record.id}"


def likeness(replica: Replica, match: Match) -> str:
    """`Café Adler, Kronach (same phone)`."""
    return f"{detail(replica, match.record)} ({match.why})".strip()


def detail(replica: Replica, record: Any) -> str:
    """Where somebody works, the town, a phone: what tells two of one name apart."""
    account = replica.get(Account, getattr(record, "account_id", "") or "")
    town = next((a.town for a in record.addresses.values() if a.town), "")
    phone = next((p.number for p in record.phones.values()), "")
    company = account.name if account else getattr(record, "company", "")
    return wording.listed([company, town, phone])
