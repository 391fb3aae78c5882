"""Two settings that are off until somebody wants them: kilometres, and files on Wi-Fi only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import travelling
from client.runtime.native import NativeRuntime
from sync_protocol.records import Activity, Position, Settings
from tests.unit.client.ui.harness import OFFICE, PHONE, opened

if TYPE_CHECKING:
    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office

HOUR_MS = 3_600_000


async def flip(screen: Screen, identifier: str) -> None:
    """Turn a switch the other way."""
    (switch,) = screen.all(ft.Switch, within=screen.target(identifier))
    value = not switch.value
    screen.session.apply_patch(switch._i, {"value": value})
    await screen.event(switch, "change", value)


def driven(office: Office) -> None:
    for hour, lat in ((-2, 48.1), (0, 48.2)):
        office.replica.create(
            Activity(
                kind="visit", at=office.now() + hour * HOUR_MS, position=Position(lat, 11.5),
                account_id=office[0].id, owner_id=office.replica.user_id,
            )
        )  # fmt: skip


async def test_kilometres_need_the_companys_switch_and_the_reps(admins_office: Office) -> None:
    replica = admins_office.replica
    driven(admins_office)
    async with opened(replica, "/more") as screen:
        assert not screen.has("travel-switch")
        await screen.go("/admin/settings")
        await screen.until_target("travel")
        await flip(screen, "travel")
        assert replica.find(Settings)[0].travel
        await screen.go("/planner")
        await screen.until_says("Add to today")
        assert not screen.has("travelled")
        await screen.go("/more")
        await screen.until_target("travel-switch")
        await flip(screen, "travel-switch")
        assert travelling.agreed(replica)
    for size in (PHONE, OFFICE):
        async with opened(replica, "/planner", size) as screen:
            await screen.until_target("travelled")
            words = screen.words(screen.target("travelled"))
            assert words == ["About 14.5 km driven", "Estimated from 2 visits"]


async def test_files_that_wait_for_wifi_are_told_of_in_the_sync_centre(office: Office) -> None:
    replica = office.replica
    replica.attach(office[0], b"a picture", "shelf.jpg", "image/jpeg")
    runtime = replica._runtime
    assert isinstance(runtime, NativeRuntime)
    runtime.ask_line_by(on_mobile_data)
    async with opened(replica, "/queue") as screen:
        await screen.until_says("1 file waits to be sent")
        assert not screen.says("All your changes have reached the server.")
        await flip(screen, "wifi-only")
        await screen.until_says("1 file waits for Wi-Fi")
        assert screen.says("This device is on mobile data now.")
        assert replica.wifi_only
        await flip(screen, "wifi-only")
        await screen.until_says("1 file waits to be sent")
    assert not replica.wifi_only


async def test_a_device_that_does_not_name_its_network_says_so(office: Office) -> None:
    office.replica.wifi_only = True
    async with opened(office.replica, "/queue") as screen:
        await screen.until_says("does not say which network it is on")


async def on_mobile_data() -> bool:
    return True
