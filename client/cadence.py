"""Who waits for a visit, and for how long already: the rule of both ends over a whole replica.

Everything is read at once, not account by account: one query for each cadence, one for the last
visits and one for those who have a cadence of their own. Ten thousand accounts take as many
comparisons as there are accounts, and no record of them is decoded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from client.errors import Invalid
from client.replica import Range
from sync_protocol.records import Account, Activity, Cadence, Filter, kind_of
from sync_protocol.rules import cadence, conditions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from client.replica import Replica
    from sync_protocol.rules.cadence import Standing

MOST_DAYS = 3_650
WEEK = 7
DAYS = f"Write a whole number of days from 1 to {MOST_DAYS:,}."
CIRCULAR = (
    "How often to visit cannot depend on the last visit or on words that are searched for. "
    "Take that out of the filter."
)


class Waiting(NamedTuple):
    """Accounts to see, in each group the most urgent first."""

    overdue: tuple[str, ...]
    soon: tuple[str, ...]
    never: tuple[str, ...]
    standings: dict[str, Standing]


def waiting(replica: Replica) -> Waiting:
    """Everybody who is due, or soon will be, or has never been seen although they should be."""
    found = standings(replica)

    def of(state: str) -> tuple[str, ...]:
        some = sorted((str(one.due), i) for i, one in found.items() if one.state == state)
        return tuple(i for _due, i in some)

    never = tuple(i for i, one in found.items() if one.state == "never")
    return Waiting(of("overdue"), of("soon"), never, found)


def standings(replica: Replica, ids: Sequence[str] | None = None) -> dict[str, Standing]:
    """Where accounts stand by their ids: all of them, or some."""
    some: dict[str, Any] = {} if ids is None else {"id": tuple(ids)}
    last = last_visits(replica, ids)
    now, days = replica.moment, _days(replica, some)
    return {i: cadence.standing(days[i], last.get(i), now) for i in replica.ids(Account, **some)}


def of(replica: Replica, account: Account) -> Standing:
    """Where one account stands."""
    now = replica.moment
    labels = replica.label_ids(account.id)
    fields = conditions.plain(account)
    days = cadence.days_for(kind_of(account), fields, labels, replica.cadences(), now)
    last = last_visits(replica, (account.id,)).get(account.id)
    return cadence.standing(days, last, now)


def last_visits(replica: Replica, ids: Sequence[str] | None = None) -> dict[str, int]:
    """When each account was last visited, by anyone."""
    some: dict[str, Any] = {} if ids is None else {"account_id": tuple(ids)}
    return replica.latest(Activity, "at", kind="visit", status="done", **some)


def _days(replica: Replica, some: dict[str, Any]) -> dict[str, int]:
    """How often each account is to be visited: the longest cadence first, so the shortest stays."""
    cadences = replica.cadences()
    usual = 0 if cadences else cadence.USUAL_DAYS
    found = dict.fromkeys(replica.ids(Account, **some), usual)
    for one in reversed(cadences):
        found |= dict.fromkeys(replica.ids(Account, filter=one.filter, **some), one.days)
    own = replica.find(Account, cadence_days=Range(0), **some)
    return found | {x.id: x.cadence_days for x in own if x.cadence_days is not None}


# --- acts ---


def set_own(replica: Replica, account: Account, days: int | None) -> Account:
    """How often to visit this account, whatever the cadences say; 0 never, None as they say."""
    with replica.changeset("Change visit cadence"):
        return replica.update(account, cadence_days=days)


def save(replica: Replica, known: Cadence | None, name: str, days: str, wanted: Filter) -> Cadence:
    """Add a cadence or change one. Raises `Invalid`."""
    name, count = name.strip(), days.strip()
    if not name:
        raise Invalid("name", "Give it a name.")
    if not count.isdecimal() or not 1 <= int(count) <= MOST_DAYS:
        raise Invalid("days", DAYS)
    if cadence.circular(wanted):
        raise Invalid("filter", CIRCULAR)
    fields = {"name": name, "days": int(count), "filter": wanted}
    with replica.changeset(f"{'Change' if known else 'Add'} cadence: {name}"):
        if known is not None:
            return replica.update(known, **fields)
        return replica.create(Cadence(name=name, days=int(count), filter=wanted))


def next_visit(replica: Replica, account: Account, visited: date) -> date | None:
    """The day on which the cadence proposes the visit after one on `visited`; None without one."""
    days = of(replica, account).days
    return cadence.proposed(visited, days) if days else None


# --- words ---


def rhythm(days: int) -> str:
    """Every day, every 2 weeks, every 10 days."""
    count, word = (days // WEEK, "week") if days % WEEK == 0 else (days, "day")
    return f"every {word}" if count == 1 else f"every {count:,} {word}s"
