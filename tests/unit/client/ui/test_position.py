"""Positions on the screen: noted without being waited for, told in words, switched off."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import flet as ft

from client import fieldwork, presence, visiting
from client.presence import Fix
from sync_protocol.records import Account, Activity, Address, Position, Settings, entries
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office

HERE = Position(48.1371, 11.5754)


def stand(screen: Screen, office: Office, lat: float = HERE.lat) -> None:
    """The device knows where it is, and allows it."""
    at = datetime.fromtimestamp(office.now() / 1000, UTC)
    found = {"latitude": lat, "longitude": HERE.lon, "accuracy": 12.0, "timestamp": at}
    screen.client.answers |= {"get_permission_status": "whileInUse", "get_current_position": found}


def place_customer(office: Office) -> Account:
    address = Address(street="Marienplatz 1", town="München", position=HERE)
    return office.replica.update(office[0], addresses=entries(address))


def the_visit(office: Office) -> Any:
    (visit,) = office.replica.find(Activity)
    return visit


async def test_a_visit_logged_in_the_usual_taps_is_verified_by_itself(office: Office) -> None:
    place_customer(office)
    async with opened(office.replica, f"/new/accounts/{office[0].id}") as screen:
        stand(screen, office)
        await screen.tap("visit-outcome-0")
        await screen.until_says("On site: 0 m from the address, accurate to 12 m, taken just then")
        assert screen.taps == 1
        await screen.undo()
    assert the_visit_is_gone(office)


def the_visit_is_gone(office: Office) -> bool:
    return not office.replica.find(Activity)


async def test_nothing_waits_for_a_device_that_says_nothing(office: Office) -> None:
    async with opened(office.replica, f"/new/accounts/{office[0].id}") as screen:
        await screen.tap("visit-outcome-0")
        await screen.until_target("logged")
        assert the_visit(office).status == "done"
        assert the_visit(office).presence is None


async def test_a_device_that_refuses_is_told_of_and_the_visit_stands(office: Office) -> None:
    async with opened(office.replica, f"/new/accounts/{office[0].id}") as screen:
        screen.client.answers |= {
            "get_permission_status": "denied", "request_permission": "deniedForever",
        }  # fmt: skip
        await screen.tap("visit-outcome-0")
        await screen.until_says("Not verified: the device did not allow its position")
    assert the_visit(office).status == "done"


async def test_undo_of_a_later_act_is_not_in_the_way_of_a_late_fix(office: Office) -> None:
    place_customer(office)
    async with opened(office.replica, f"/accounts/{office[0].id}") as screen:
        await screen.until_target("check-in")
        await screen.tap("check-in")
        visit = the_visit(office)
        presence.note(office.replica, visit.id, Fix(HERE))
        await screen.until_target("undo-check-in")
        await screen.tap("undo-check-in")
        assert the_visit_is_gone(office)


async def test_the_timeline_tells_where_a_visit_was(office: Office) -> None:
    place_customer(office)
    visit = fieldwork.log(office.replica, "visit", fieldwork.About(office[0].id))
    away = Position(HERE.lat + 0.05, HERE.lon, 20, office.now())
    presence.note(office.replica, visit.id, Fix(away))
    async with opened(office.replica, f"/accounts/{office[0].id}") as screen:
        await screen.until_says("Outside: 5.6 km from the address, accurate to 20 m")


async def test_the_rep_switches_positions_off_in_more(office: Office) -> None:
    async with opened(office.replica, "/more") as screen:
        switch = screen.all(ft.Switch, within=screen.target("position-switch"))[0]
        assert switch.value
        screen.session.apply_patch(switch._i, {"value": False})
        await screen.event(switch, "change", "false")
        assert not presence.is_on(office.replica)
        await screen.go(f"/new/accounts/{office[0].id}")
        await screen.until_target("visit-outcome-0")
        await screen.tap("visit-outcome-0")
        await screen.until_says("Not verified: position is switched off on the device")
    assert the_visit(office).position is None


async def test_the_address_is_where_the_rep_stands_in_one_tap(office: Office) -> None:
    address = Address(street="Marienplatz 1", town="München")
    office.replica.update(office[0], addresses=entries(address))
    async with opened(office.replica, f"/accounts/{office[0].id}") as screen:
        stand(screen, office)
        await screen.until_target("place-1")
        await screen.tap("place-1")
        await screen.until(lambda: not screen.has("place-1"))
        assert screen.bar() == "Position of the address set, accurate to 12 m"
        assert screen.taps == 1
    account = office.replica.get(Account, office[0].id)
    assert account is not None
    assert account.addresses["1"].street == "Marienplatz 1"
    assert account.addresses["1"].position is not None


async def test_without_a_position_the_address_stays_and_the_reason_is_told(office: Office) -> None:
    async with opened(office.replica, f"/accounts/{office[1].id}") as screen:
        screen.client.answers |= {
            "get_permission_status": "whileInUse", "get_current_position": None,
        }  # fmt: skip
        await screen.until_target("place-new")
        await screen.tap("place-new")
        await screen.until(lambda: screen.bar() == "Not set: no position could be had.")


async def test_a_visit_outside_offers_to_mend_the_address(office: Office) -> None:
    place_customer(office)
    visit = visiting.check_in(office.replica, fieldwork.About(office[0].id))
    away = Position(HERE.lat + 0.05, HERE.lon, 20, office.now())
    presence.note(office.replica, visit.id, Fix(away))
    async with opened(office.replica, f"/visit/{visit.id}") as screen:
        await screen.until_target("presence")
        assert screen.has("place-1")


async def test_the_radius_is_the_companys(admins_office: Office) -> None:
    async with opened(admins_office.replica, "/admin/settings") as screen:
        await screen.type("Radius of a customer", "wide")
        await screen.tap("save")
        assert screen.says("Write a whole number")
        await screen.type("Radius of a customer", "300")
        await screen.tap("save")
    (settings,) = admins_office.replica.find(Settings)
    assert settings.radius_m == 300
