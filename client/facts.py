"""What is known of a customer, and what a person is warned of: pure rules and single acts.

A channel somebody blocked is never locked, only warned of: whoever must call can. Facts are stale
when nobody has said for `stale_days` that they still hold; until somebody first does, the day the
record was made counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sync_protocol.records import Account, Contact

if TYPE_CHECKING:
    from client.replica import Replica
    from sync_protocol.records import Need

DAY_MS = 86_400_000
VERBS = {
    "phone": "calls",
    "message": "messages",
    "email": "e-mails",
    "post": "letters",
    "visit": "visits",
}
"""What each channel brings, in a sentence."""
CHANNEL_OF = {"call": "phone", "email": "email", "chat": "message", "visit": "visit"}
"""The channel that an activity uses, by its kind."""
_TIME_ORDERED = 7


def choice(channel: str, *records: Account | Contact | None) -> str:
    """What the first of these who say anything about a channel say; empty if none does."""
    said = (record.channels.get(channel, "") for record in records if record is not None)
    return next(filter(None, said), "")


def warning(channel: str, *records: Account | Contact | None) -> str:
    """A sentence if a channel is blocked by the first that says anything; else empty."""
    if not channel or choice(channel, *records) != "blocked":
        return ""
    name = next(record.name for record in records if record and record.channels.get(channel))
    return f"{name} does not want {VERBS[channel]}."


def preferred(record: Account | Contact) -> list[str]:
    """The channels they like best."""
    return [channel for channel in VERBS if record.channels.get(channel) == "preferred"]


def needs(*records: Account | Contact | None) -> list[Need]:
    """What to know before going in, the contact's before the account's."""
    return [need for record in records if record is not None for need in record.needs.values()]


def known_since(record: Account | Contact) -> int:
    """When the facts were last said to hold, or the record was made; 0 if that is not known."""
    if record.verified_at is not None:
        return record.verified_at
    try:
        made = UUID(record.id)
    except ValueError:
        return 0
    return made.int >> 80 if made.version == _TIME_ORDERED else 0


def is_stale(record: Account | Contact, now_ms: int, stale_days: int) -> bool:
    return known_since(record) < now_ms - stale_days * DAY_MS


def still_right(replica: Replica, record: Account | Contact) -> None:
    """Somebody has made sure that it all holds."""
    with replica.changeset("Verify"):
        replica.update(record, verified_at=replica.now())


def branches(replica: Replica, account: Account) -> list[Account]:
    """The accounts that belong to this one."""
    return replica.find(Account, parent_id=account.id, order_by="name")
