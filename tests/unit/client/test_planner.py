from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from client import planner
from sync_protocol.records import (
    SETTINGS_ID,
    Account,
    Activity,
    Address,
    Position,
    Settings,
    entries,
)

if TYPE_CHECKING:
    from client.replica import Replica

HERE = Position(49.9, 11.5)


def company(replica: Replica) -> date:
    """Its time zone is set; gives tomorrow's date there."""
    replica.create(Settings(id=SETTINGS_ID, name="Alpenquell", time_zone="Europe/Berlin"))
    return planner.day_of(replica, replica.now()) + timedelta(1)


def shop(replica: Replica, lat: float) -> str:
    placed = Address(town="Kronach", position=Position(lat, 11.5))
    return replica.create(Account(name=f"{lat}", addresses=entries(placed))).id


def times(replica: Replica, day: date) -> list[str]:
    minutes = (planner.minute_of(replica, x.at) for x in planner.visits(replica, day, day))
    return [f"{minute // 60:02}:{minute % 60:02}" for minute in minutes]


def test_visits_are_put_one_after_the_other(replica: Replica) -> None:
    day = company(replica)
    for lat in (49.9, 50.0, 50.1):
        planner.add(replica, shop(replica, lat), day)
    assert times(replica, day) == ["09:00", "09:30", "10:00"]
    replica.undo()
    assert times(replica, day) == ["09:00", "09:30"]


def test_a_visit_keeps_its_time_on_another_day_unless_that_is_taken(replica: Replica) -> None:
    day = company(replica)
    first, second = (planner.add(replica, shop(replica, lat), day) for lat in (49.9, 50.0))
    planner.move(replica, second, day + timedelta(1))
    assert (times(replica, day), times(replica, day + timedelta(1))) == (["09:00"], ["09:30"])
    planner.add(replica, shop(replica, 50.2), day + timedelta(2))
    planner.move(replica, first, day + timedelta(2))
    assert times(replica, day + timedelta(2)) == ["09:00", "09:30"]


def test_a_day_is_put_in_the_order_to_drive_and_one_undo_takes_it_back(replica: Replica) -> None:
    day = company(replica)
    for lat in (50.3, 49.95, 50.1):
        planner.add(replica, shop(replica, lat), day)
    nowhere = planner.add(replica, replica.create(Account(name="Nowhere")).id, day)
    before = [x.id for x in planner.visits(replica, day, day)]
    found = planner.route(replica, planner.visits(replica, day, day), HERE)
    assert [leg.id for leg in found.legs] == [before[1], before[2], before[0]]
    assert found.placeless == (nowhere.id,)
    assert found.minutes > 50
    planner.put_in_order(replica, day, found)
    placed = [x.id for x in planner.visits(replica, day, day) if x.id != nowhere.id]
    assert placed == [before[1], before[2], before[0]]
    replica.undo()
    assert [x.id for x in planner.visits(replica, day, day)] == before


def test_a_visit_whose_time_is_fixed_stays_there(replica: Replica) -> None:
    day = company(replica)
    made = [planner.add(replica, shop(replica, lat), day) for lat in (50.3, 49.95, 50.1)]
    found = planner.route(replica, planner.visits(replica, day, day), HERE, {made[1].id})
    planner.put_in_order(replica, day, found)
    kept = replica.get(Activity, made[1].id)
    assert kept
    assert planner.minute_of(replica, kept.at) >= 9 * 60 + 30
    shown = planner.route(replica, planner.visits(replica, day, day), HERE, ordered=False)
    assert [leg.id for leg in shown.legs] == [leg.id for leg in found.legs]


def test_days_do_not_shift_when_the_clocks_change(replica: Replica) -> None:
    company(replica)
    for day in (date(2025, 10, 25), date(2025, 10, 26), date(2026, 3, 29)):
        at = planner.moment(replica, day, 9 * 60)
        assert (planner.day_of(replica, at), planner.minute_of(replica, at)) == (day, 540)
    week = planner.week_from(date(2025, 10, 26))
    assert (week[0], week[-1]) == (date(2025, 10, 26), date(2025, 11, 1))
