"""Whom to call at a customer's; and a call that was begun from here, remembered until one is back.

The phone's dialler takes the screen, and a browser may drop the page meanwhile: so it is kept where
a restart finds it. It is offered once, and only for as long as one would still know what was said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from client import facts
from sync_protocol.records import Contact

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from client.replica import Replica
    from sync_protocol.records import Account

PREFERENCE = "call"
OFFERED_FOR_MS = 2 * 3_600_000


class Call(msgspec.Struct, frozen=True):
    """Whom was called, when, and where the call is logged."""

    name: str
    route: str
    at_ms: int


class Callee(NamedTuple):
    """Who is called, with their number as it is kept; `place` is `accounts` or `contacts`."""

    place: str
    id: str
    name: str
    number: str


def callees(
    replica: Replica, accounts: Collection[Account], meant: Collection[str] = ()
) -> dict[str, Callee]:
    """Whom to call at each account: a contact who is `meant`, itself, or the first of its people.

    Who has no phone, or does not want calls, is passed over.
    """
    expected = replica.find(Contact, id=tuple(meant)) if meant else []
    silent = tuple(account.id for account in accounts if not account.phones)
    people = replica.find(Contact, account_id=silent, order_by="name") if silent else []
    found = {account.id: next(_answering(account, expected, people), None) for account in accounts}
    return {account_id: callee for account_id, callee in found.items() if callee is not None}


def callee_of(record: Account | Contact, account: Account | None) -> Callee | None:
    """Somebody by their own number, if there is one and they do not mind being called."""
    number = next((phone.number for phone in record.phones.values()), "")
    if not number or facts.warning("phone", record, account):
        return None
    place = "contacts" if isinstance(record, Contact) else "accounts"
    return Callee(place, record.id, record.name, number)


def _answering(
    account: Account, expected: Iterable[Contact], people: Iterable[Contact]
) -> Iterator[Callee]:
    theirs = (x for x in expected if x.account_id == account.id)
    others = (x for x in people if x.account_id == account.id)
    found: tuple[Account | Contact, ...] = (*theirs, account, *others)
    yield from filter(None, (callee_of(record, account) for record in found))


def begin(replica: Replica, name: str, route: str) -> None:
    """The dialler is about to open."""
    call = Call(name, route, replica.now())
    replica.prefer(PREFERENCE, msgspec.json.encode(call).decode())


def take(replica: Replica) -> Call | None:
    """The call that somebody is back from, once; None if there is none of late."""
    kept = replica.preference(PREFERENCE)
    if not kept:
        return None
    replica.prefer(PREFERENCE, "")
    call = msgspec.json.decode(kept, type=Call)
    return call if 0 <= replica.now() - call.at_ms < OFFERED_FOR_MS else None
