"""The first steps in an empty book, up to the first logged visit: what is done, what comes next.

What is done is read from the records, never stored: customers that were imported, or a visit logged
in any other way, tick their step. A device only remembers that the steps were begun (the book is
not empty any more after the first of them) and that somebody has put them away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from client import packs, samples
from sync_protocol.records import Account, Activity, Contact, Lead, Territory, User
from sync_protocol.rules import permissions

if TYPE_CHECKING:
    from client.replica import Replica

READS = (Account, Activity, Contact, Lead, Territory, User)
"""What the steps depend on."""
_PREFERENCE = "first_day"
_BEGUN, _OVER = "begun", "over"
_VISITS = ("planned", "running", "done")


class Setup(NamedTuple):
    """What an administrator does for a new company."""

    words: bool
    territory: bool
    people: bool


class FirstDay(NamedTuple):
    """Which steps are done. `visit_id` is a visit to come, `account_id` somebody to visit."""

    customer: bool
    visit: bool
    logged: bool
    visit_id: str = ""
    account_id: str = ""
    samples: bool = False
    setup: Setup | None = None


def on_today(replica: Replica) -> FirstDay | None:
    """The steps, while Today shows them."""
    state = replica.preference(_PREFERENCE)
    if state == _OVER or not (state or _is_new(replica)):
        return None
    return read(replica)


def read(replica: Replica) -> FirstDay:
    """The steps as they stand."""
    mine = _visits(replica)
    to_come = [visit for visit in mine if visit.status != "done"]
    newest = replica.ids(Account, order_by="-id", limit=1)
    return FirstDay(
        customer=not _is_empty(replica),
        visit=bool(mine),
        logged=len(to_come) < len(mine),
        visit_id=to_come[0].id if to_come else "",
        account_id=newest[0] if newest else "",
        samples=samples.are_here(replica),
        setup=_setup(replica),
    )


def begin(replica: Replica) -> None:
    """Show the steps on Today until they are put away."""
    replica.prefer(_PREFERENCE, _BEGUN)


def put_away(replica: Replica) -> None:
    replica.prefer(_PREFERENCE, _OVER)


def is_on_today(replica: Replica) -> bool:
    return replica.preference(_PREFERENCE) == _BEGUN


def _is_new(replica: Replica) -> bool:
    return replica.loaded and _is_empty(replica) and not _visits(replica)


def _is_empty(replica: Replica) -> bool:
    return not any(replica.ids(struct, limit=1) for struct in (Account, Contact, Lead))


def _visits(replica: Replica) -> list[Activity]:
    """The first few of this user's own, what the samples say was long ago left out."""
    found = replica.find(
        Activity, kind="visit", owner_id=replica.user_id, status=_VISITS, order_by="at", limit=5
    )
    return [visit for visit in found if visit.id != samples.past_visit(replica)]


def _setup(replica: Replica) -> Setup | None:
    actor = replica.actor
    if actor is None or not permissions.may_administer(actor):
        return None
    return Setup(
        words=packs.any_loaded(replica),
        territory=bool(replica.ids(Territory, limit=1)),
        people=len(replica.ids(User, limit=2)) > 1,
    )
