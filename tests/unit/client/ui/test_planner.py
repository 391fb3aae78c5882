from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

import flet as ft

from client import planner
from client.presence import Fix
from client.ui.views.planner.plot import bar_m, projected
from sync_protocol.records import Account, Activity, Address, Filter, Position, Segment, entries
from tests.unit.client.ui.harness import OFFICE, opened

if TYPE_CHECKING:
    from datetime import date

    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office

HERE = Position(49.9, 11.5)


def placed(office: Office) -> date:
    """All three customers have a position; gives today."""
    for account, lat in zip(office.accounts, (50.2, 49.95, 50.0), strict=True):
        where = entries(Address(town="Kronach", position=Position(lat, 11.5)))
        office.replica.update(account, addresses=where)
    return planner.day_of(office.replica, office.now())


def on(office: Office, day: date) -> list[str]:
    """The accounts to visit on a day, in order."""
    return [x.account_id for x in planner.visits(office.replica, day, day)]


async def drop(screen: Screen, what: str, column: str) -> None:
    """Drag something onto a column."""
    dragged = next(x for x in screen.all(ft.Draggable) if x.data == what)
    taken = screen.all(ft.DragTarget, within=screen.target(column))[0]
    event = SimpleNamespace(src=dragged)
    taken.on_accept(event)  # type: ignore[misc, operator, arg-type]
    await screen.settle()


async def test_on_a_phone_a_tap_plans_and_another_moves(office: Office) -> None:
    today = placed(office)
    async with opened(office.replica, "/planner") as screen:
        await screen.until_says("No visits on this day yet")
        await screen.tap(f"add-{office[0].id}")
        await screen.until(lambda: on(office, today) == [office[0].id])
        assert screen.bar() == "Planned for today"
        await screen.until_says("planned today")
        (visit,) = office.replica.find(Activity, status="planned")
        await screen.tap(f"move-{visit.id}")
        tomorrow = today + timedelta(1)
        await screen.tap(f"move-{tomorrow}")
        await screen.until(lambda: on(office, tomorrow) == [office[0].id])
        await screen.undo()
        await screen.until_target(f"move-{visit.id}")
        await screen.tap(f"move-{visit.id}")
        await screen.tap("move-never")
        await screen.until(lambda: on(office, today) == [])


async def test_in_the_office_customers_and_visits_are_dragged_onto_days(office: Office) -> None:
    today = placed(office)
    monday, tuesday = planner.week_from(today)[:2]
    async with opened(office.replica, "/planner", size=OFFICE) as screen:
        await screen.until_target(f"column-{monday}")
        await drop(screen, f"account {office[1].id}", f"column-{monday}")
        await screen.until(lambda: on(office, monday) == [office[1].id])
        (visit,) = office.replica.find(Activity, status="planned")
        await screen.until_target(f"planned-{visit.id}")
        await drop(screen, f"visit {visit.id}", f"column-{tuesday}")
        await screen.until(lambda: on(office, tuesday) == [office[1].id])
        await drop(screen, f"visit {visit.id}", f"column-{tuesday}")
        await screen.tap(f"choose-{monday}")
        await screen.until_says("Add to")
        await screen.tap(f"add-{office[0].id}")
        await screen.until(lambda: on(office, monday) == [office[0].id])


async def test_who_is_near_who_is_in_a_segment_and_who_is_searched_for_can_be_added(
    office: Office,
) -> None:
    today = placed(office)
    while office.replica.index_some():
        pass
    office.replica.create(Segment(name="Nobody", of="account", filter=Filter(text="zzz")))
    planner.add(office.replica, office[0].id, today)
    async with opened(office.replica, "/planner") as screen:
        await screen.tap("source-near")
        await screen.until_target(f"add-{office[2].id}")
        assert screen.says("22.2 km")
        await screen.tap(f"source-{office.replica.find(Segment)[0].id}")
        await screen.until_says("Nobody is in this segment.")
        await screen.tap("source-search")
        await screen.until_says("Type a name")
        await screen.type("Search customers", "müller")
        await screen.until_target(f"add-{office[1].id}")


async def test_the_weeks_are_turned(office: Office) -> None:
    today = placed(office)
    async with opened(office.replica, "/planner", size=OFFICE) as screen:
        await screen.tap("week-on")
        await screen.until_target(f"column-{today + timedelta(7)}")
        await screen.tap("week-back")
        await screen.tap("week-back")
        await screen.until_target(f"column-{today - timedelta(7)}")
        await screen.tap("week-now")
        await screen.until_target(f"column-{today}")


async def test_the_way_of_a_day_is_shown_and_taken_over(office: Office) -> None:
    today = placed(office)
    for account in office.accounts:
        planner.add(office.replica, account.id, today)
    nowhere = office.replica.create(Account(name="Nowhere"))
    planner.add(office.replica, nowhere.id, today)
    async with opened(office.replica, f"/route/{today}") as screen:
        await screen.until_target("plot")
        assert screen.says("in a straight line x 1.3")
        assert screen.says("Keeps its time: its address has no position")
        await screen.tap("order-planned")
        await screen.until(lambda: not screen.has("use-order"))
        await screen.tap("order-best")
        await screen.until_target("use-order")
        locks = screen.all(ft.IconButton, tooltip="Keep this visit at its time")
        await screen.tap(locks[0])
        await screen.until(lambda: screen.all(ft.IconButton, tooltip="This time is fixed"))
        await screen.tap(screen.all(ft.IconButton, tooltip="This time is fixed")[0])
        await screen.tap("use-order")
        await screen.until(lambda: screen.page.route == "/planner")
    order = [x for x in on(office, today) if x != nowhere.id]
    assert order in ([office[1].id, office[2].id, office[0].id],
                     [office[0].id, office[2].id, office[1].id])  # fmt: skip


async def test_a_day_without_visits_or_that_is_none_says_so(office: Office) -> None:
    today = placed(office)
    async with opened(office.replica, f"/route/{today}") as screen:
        await screen.until_says("No visits on this day")
        await screen.go("/route/someday")
        await screen.until(lambda: not screen.says("No visits on this day"))


async def test_near_me_lists_by_distance_around_a_chosen_customer(office: Office) -> None:
    placed(office)
    while office.replica.index_some():
        pass
    async with opened(office.replica, "/near") as screen:
        await screen.type("Around a customer instead", "müller")
        await screen.until_target(f"around-{office[1].id}")
        await screen.tap(f"around-{office[1].id}")
        await screen.until_says("Around Café Müller")
        near = [x for x in screen.identifiers() if x.startswith("near-")]
        assert near == [f"near-{office[i].id}" for i in (1, 2, 0)]
        assert screen.has(f"navigate-{office[2].id}")


async def test_without_a_position_near_me_says_why(office: Office) -> None:
    placed(office)
    office.replica.prefer("position", "off")
    async with opened(office.replica, "/near") as screen:
        await screen.until_says("Position is switched off on the device.")


def test_the_drawing_keeps_shape_and_stays_inside() -> None:
    places = [HERE, Position(50.0, 11.5), Position(49.9, 11.6)]
    drawn = projected(places, 300, 200)
    assert all(0 < x < 300 and 0 < y < 200 for x, y in drawn.at)
    (_hx, hy), (_nx, ny), (_ex, ey) = drawn.at
    assert ny < hy == ey
    assert projected([], 300, 200).at == ()
    assert projected([HERE], 300, 200).at == ((150, 100),)
    assert [bar_m(x) for x in (1.0, 3.0, 100.0)] == [100, 200, 10_000]
    assert Fix(HERE).position == HERE
