"""What the planner shows: a week with its visits, and whom one could add to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from client import cadence, crew, nearby, planner
from client.presence import distance
from client.ui import wording
from client.ui.views.new import town_of
from sync_protocol.records import Account, Segment
from sync_protocol.rules.cadence import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from client.replica import Replica
    from sync_protocol.records import Position

OVERDUE, NEAR, SEARCH = "overdue", "near", "search"
SHOWN, LOOKED = 30, 300
"""As many are offered; of so many where they are for another, who does not see all of them."""
UNSEEN = "A customer not visible to you"


class Card(NamedTuple):
    """A planned visit."""

    visit_id: str
    account_id: str
    at: str
    name: str
    town: str
    late: bool


class Column(NamedTuple):
    """A day."""

    day: date
    cards: tuple[Card, ...]


class Week(NamedTuple):
    columns: tuple[Column, ...]
    today: date

    def at(self, day: date) -> Column:
        return next(column for column in self.columns if column.day == day)


class Wanted(NamedTuple):
    """Where candidates are to come from, the text searched for, where the device is, for whom."""

    source: str
    text: str = ""
    here: Position | None = None
    whose: str = ""


class Candidate(NamedTuple):
    """Somebody to visit; `planned` says when that is so already."""

    account_id: str
    name: str
    detail: str
    standing: Standing
    planned: str = ""


def read_week(replica: Replica, first: date, whose: str = "") -> Week:
    days = planner.week_from(first)
    visits = planner.visits(replica, days[0], days[-1], whose)
    accounts = {x.id: x for x in replica.find(Account, id=tuple({x.account_id for x in visits}))}
    zone, now = replica.settings.time_zone, replica.now()
    found: dict[date, list[Card]] = {one: [] for one in days}
    for visit in visits:
        account = accounts.get(visit.account_id)
        at = wording.clock(visit.at, zone)
        name = account.name if account else UNSEEN
        card = Card(visit.id, visit.account_id, at, name, town_of(account), visit.at < now)
        found[planner.day_of(replica, visit.at)].append(card)
    columns = tuple(Column(one, tuple(cards)) for one, cards in found.items())
    return Week(columns, wording.today(now, zone))


def sources(replica: Replica) -> list[tuple[str, str]]:
    """Where candidates can come from: (value, words). Segments go by their ids."""
    segments = replica.find(Segment, of="account", order_by="name")
    return [
        (OVERDUE, "Overdue"),
        (NEAR, "Near the day's visits"),
        *((segment.id, wording.short(segment.name)) for segment in segments),
        (SEARCH, "Search"),
    ]


def read_candidates(
    replica: Replica, wanted: Wanted, week: Week, day: date
) -> tuple[Candidate, ...]:
    """The first of those that a source gives, the most urgent or nearest first."""
    source, text, here, whose = wanted
    most = LOOKED if whose else SHOWN
    metres: dict[str, float] = {}
    if source == OVERDUE:
        due = cadence.waiting(replica)
        ids: Sequence[str] = (*due.overdue, *due.never, *due.soon)
    elif source == NEAR:
        metres = _near(replica, week.at(day), here, most)
        ids = tuple(metres)
    elif source == SEARCH:
        ids = _found(replica, text, most)
    else:
        ids = _of_segment(replica, source, most)
    if whose:
        theirs = crew.seen_by(replica, whose)
        ids = [i for i in ids if i in theirs]
    ids = ids[:SHOWN]
    planned = {
        card.account_id: wording.day_name(column.day, week.today)
        for column in week.columns
        for card in column.cards
    }
    return _candidates(replica, ids, metres, planned)


def centre(replica: Replica, column: Column, here: Position | None) -> Position | None:
    """Around what near is meant: the last visit of the day that has a place, else the device."""
    for card in reversed(column.cards):
        place = nearby.place_of(replica.get(Account, card.account_id))
        if place is not None:
            return place
    return here


def _near(replica: Replica, column: Column, here: Position | None, most: int) -> dict[str, float]:
    middle, taken = centre(replica, column, here), {card.account_id for card in column.cards}
    if middle is None:
        return {}
    found = nearby.near(replica, middle, most + len(taken))
    return {x.account.id: x.metres for x in found if x.account.id not in taken}


def _found(replica: Replica, text: str, most: int) -> list[str]:
    return replica.ids(Account, text=text, order_by="name", limit=most) if text.strip() else []


def _of_segment(replica: Replica, segment_id: str, most: int) -> list[str]:
    segment = replica.get(Segment, segment_id)
    if segment is None:
        return []
    sort = segment.sort or "name"
    return replica.ids(Account, filter=segment.filter, order_by=sort, limit=most)


def _candidates(
    replica: Replica, ids: Sequence[str], metres: dict[str, float], planned: dict[str, str]
) -> tuple[Candidate, ...]:
    accounts = {x.id: x for x in replica.find(Account, id=tuple(ids))}
    standings, now = cadence.standings(replica, ids), replica.now()
    found = []
    for account in (accounts[i] for i in ids if i in accounts):
        seen = standings[account.id].last_ms
        last = "never visited" if seen is None else f"visited {wording.ago(seen, now)}"
        away = distance(metres[account.id]) if account.id in metres else ""
        told = wording.listed([away, town_of(account), last])
        one = Candidate(
            account.id, account.name, told, standings[account.id], planned.get(account.id, "")
        )
        found.append(one)
    return tuple(found)
