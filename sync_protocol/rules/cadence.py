"""How often is an account to be visited, and where does it stand? One pure answer for both ends.

An account's own `cadence_days` come first (0: it is not to be visited), then the shortest cadence
whose filter it fits. Until a company has said how often at all, `USUAL_DAYS` hold for everybody.
What visits themselves change (`DERIVED`) and the words of a filter cannot decide about visits: a
cadence that asks for them fits nobody.

Days are counted back from the beginning of today, so a list can ask the same of a million rows in
SQL; across a change of the clocks a visit within an hour of midnight may count to the day beside.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from sync_protocol.rules import conditions
from sync_protocol.rules.conditions import DAY_MS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date
    from typing import Any

    from sync_protocol.records import Cadence, Filter, Kind
    from sync_protocol.rules.conditions import Moment

State = Literal["overdue", "soon", "never", "fine", "off"]
USUAL_DAYS = 42
SOON_DAYS = 7
"""An account is due soon within so many days, or a quarter of a shorter cadence."""
DERIVED = frozenset({"overdue", "last_visit", "last_activity", "last_order"})
WEEK = 7
SATURDAY = 5


class Standing(NamedTuple):
    """Where an account stands: `days` is its cadence (0 for none), `due` its next visit's day."""

    state: State
    days: int = 0
    due: date | None = None
    last_ms: int | None = None


def usable(cadence: Cadence) -> bool:
    """Whether a cadence can decide about visits at all."""
    return not (cadence.archived or cadence.deleted or circular(cadence.filter))


def circular(wanted: Filter) -> bool:
    """Whether a filter asks for what visits change, or for words that are each device's matter."""
    return bool(wanted.text) or any(x.field in DERIVED for x in wanted.conditions)


def shortest_first(cadences: Iterable[Cadence]) -> list[Cadence]:
    """Those that can be used; the first whose filter an account fits counts."""
    return sorted(filter(usable, cadences), key=lambda x: (x.days, x.id))


def days_for(
    kind: Kind,
    fields: Mapping[str, Any],
    labels: Collection[str],
    cadences: Sequence[Cadence],
    now: Moment,
) -> int:
    """How often an account is to be visited; 0 for never. `cadences` as `shortest_first` gives."""
    own = fields.get("cadence_days")
    if own is not None:
        return int(own)
    if not cadences:
        return USUAL_DAYS
    fitting = (x for x in cadences if conditions.holds(kind, x.filter, fields, labels, now))
    return next((x.days for x in fitting), 0)


def standing(days: int, last_ms: int | None, now: Moment) -> Standing:
    """Where an account with this cadence stands whose last visit that was done is `last_ms`."""
    if not days:
        return Standing("off", last_ms=last_ms)
    if last_ms is None:
        return Standing("never", days)
    left = days - waited(last_ms, now)
    state: State = "overdue" if left < 0 else "soon" if left <= soon_days(days) else "fine"
    return Standing(state, days, now.day(left), last_ms)


def waited(last_ms: int, now: Moment) -> int:
    """How many midnights ago the last visit was; 0 for today and for what is yet to come."""
    return max(0, -int((last_ms - now.start_of(now.day())) // DAY_MS))


def soon_days(days: int) -> int:
    return min(SOON_DAYS, days // 4)


def proposed(visited: date, days: int) -> date:
    """The day of the next visit; a weekend is avoided, towards the last one if that is far."""
    day = visited + timedelta(days)
    over = day.weekday() - SATURDAY
    if over < 0 or days < WEEK:
        return day
    return day - timedelta(over + 1)
