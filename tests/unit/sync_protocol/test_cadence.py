from __future__ import annotations

from datetime import UTC, date
from zoneinfo import ZoneInfo

import msgspec
import pytest

from sync_protocol.records import Account, Cadence, Condition, Filter, kind_of
from sync_protocol.rules import cadence, conditions
from sync_protocol.rules.conditions import Moment

DAY = 86_400_000
NOON = 1_790_078_400_000  # Tue 22 September 2026, 12:00 UTC
NOW = Moment(NOON, UTC)
BARS = Filter(conditions=(Condition("industry", "is", ("bar",)),))


def days(account: Account, *cadences: Cadence, labels: tuple[str, ...] = ()) -> int:
    known = cadence.shortest_first(cadences)
    return cadence.days_for(kind_of(account), conditions.plain(account), labels, known, NOW)


def test_until_a_company_has_said_how_often_six_weeks_hold_for_everybody() -> None:
    assert days(Account(name="Adler")) == 42
    assert days(Account(name="Adler"), Cadence(name="Old", days=7, archived=True)) == 42


def test_the_shortest_cadence_that_fits_counts() -> None:
    every = Cadence(name="Everybody", days=56)
    bars = Cadence(name="Bars", days=14, filter=BARS)
    key = Cadence(name="Key", days=7, filter=Filter(labels_any=("key",)))
    assert days(Account(name="Adler", industry="bar"), every, bars, key) == 14
    assert days(Account(name="Adler", industry="bar"), every, bars, key, labels=("key",)) == 7
    assert days(Account(name="Post"), every, bars, key) == 56
    assert days(Account(name="Post"), bars, key) == 0


def test_what_is_said_of_one_account_comes_first() -> None:
    every = Cadence(name="Everybody", days=14)
    assert days(Account(name="Adler", cadence_days=90), every) == 90
    assert days(Account(name="Adler", cadence_days=0), every) == 0


@pytest.mark.parametrize(
    "asks_for",
    [
        Filter(text="adler"),
        Filter(conditions=(Condition("overdue", "is", ("yes",)),)),
        Filter(conditions=(Condition("last_visit", "older", ("10",)),)),
    ],
)
def test_what_visits_change_cannot_decide_about_visits(asks_for: Filter) -> None:
    circular = Cadence(name="Round", days=7, filter=asks_for)
    assert not cadence.usable(circular)
    assert days(Account(name="Adler"), circular) == 42


@pytest.mark.parametrize(
    ("days_ago", "state", "due"),
    [
        (0, "fine", date(2026, 10, 20)),
        (20, "fine", date(2026, 9, 30)),
        (21, "soon", date(2026, 9, 29)),
        (28, "soon", date(2026, 9, 22)),
        (29, "overdue", date(2026, 9, 21)),
        (100, "overdue", date(2026, 7, 12)),
    ],
)
def test_a_visit_is_soon_due_a_week_before_and_overdue_the_day_after(
    days_ago: int, state: str, due: date
) -> None:
    found = cadence.standing(28, NOON - days_ago * DAY, NOW)
    assert (found.state, found.due, found.days) == (state, due, 28)


def test_who_was_never_visited_is_apart_and_who_need_not_be_is_nothing() -> None:
    assert cadence.standing(28, None, NOW) == cadence.Standing("never", 28)
    assert cadence.standing(0, None, NOW) == cadence.Standing("off")
    assert cadence.standing(0, NOON, NOW).last_ms == NOON


def test_a_short_cadence_is_soon_due_only_on_its_last_quarter() -> None:
    assert [cadence.soon_days(x) for x in (1, 3, 4, 14, 28, 365)] == [0, 0, 1, 3, 7, 7]


def test_days_begin_at_midnight_where_the_company_is() -> None:
    berlin = Moment(NOON, ZoneInfo("Europe/Berlin"))
    midnight = round(berlin.start_of(date(2026, 9, 22)))
    assert [cadence.waited(midnight + more, berlin) for more in (0, -1, -DAY, -DAY - 1)] == [
        0, 1, 1, 2,
    ]  # fmt: skip


def test_the_next_visit_is_not_proposed_on_a_weekend_unless_it_is_daily() -> None:
    friday = date(2026, 9, 25)
    assert cadence.proposed(friday, 14) == date(2026, 10, 9)
    assert cadence.proposed(date(2026, 9, 26), 14) == date(2026, 10, 9)
    assert cadence.proposed(date(2026, 9, 27), 14) == date(2026, 10, 9)
    assert cadence.proposed(friday, 1) == date(2026, 9, 26)


def test_a_deleted_cadence_says_nothing() -> None:
    gone = msgspec.structs.replace(Cadence(name="Gone", days=7), deleted=True)
    assert days(Account(name="Adler"), gone) == 42
