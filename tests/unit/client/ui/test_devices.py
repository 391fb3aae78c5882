"""Devices: what an administrator sees of them, and what they can be told."""

from __future__ import annotations

from typing import Any

import flet as ft

from sync_protocol.session import DeviceInfo
from tests.unit.client.ui.harness import Screen, opened
from tests.unit.client.ui.office import NOON_MS, Office

HOUR_MS = 3_600_000
PHONE = 0xA1


def phone(office: Office, **facts: Any) -> DeviceInfo:
    values: dict[str, Any] = {
        "device": PHONE,
        "user": office.replica.user_id,
        "name": "Rita's phone",
        "app": "fieldbook 0.1.0",
        "created_ms": 0,
        "seen_ms": NOON_MS - 2 * HOUR_MS,
        "lag": 12,
        "locked": False,
        "signed_in": True,
    }
    return DeviceInfo(**(values | facts))


async def choose(screen: Screen, title: str, device: int = PHONE) -> None:
    items = screen.all(ft.PopupMenuItem, within=screen.target(f"device-{device:08x}"))
    (item,) = [item for item in items if item.content == title]
    await screen.event(item, "click")


def offered(screen: Screen, device: int = PHONE) -> list[Any]:
    found = screen.all(ft.PopupMenuItem, within=screen.target(f"device-{device:08x}"))
    return [item.content for item in found]


async def test_every_device_tells_whose_it_is_and_how_far_behind(admins_office: Office) -> None:
    office = admins_office
    office.server.devices = [phone(office), phone(office, device=2, name="", lag=0, locked=True)]
    async with opened(office.replica, "/admin/devices") as screen:
        await screen.until_says("Rita's phone")
        assert screen.says("Rita Berger, seen 2 h ago, fieldbook 0.1.0")
        assert screen.says("12 changes behind")
        assert screen.says("Unnamed device")
        assert screen.says("Locked")
        assert offered(screen) == ["Lock", "Load everything again", "Wipe"]
        assert offered(screen, 2) == ["Unlock", "Load everything again", "Wipe"]


async def test_lock_and_a_fresh_load_are_one_tap_each(admins_office: Office) -> None:
    office = admins_office
    office.server.devices = [phone(office)]
    async with opened(office.replica, "/admin/devices") as screen:
        await screen.until_says("Rita's phone")
        await choose(screen, "Lock")
        await screen.until(lambda: "Locked." in screen.bar())
        await choose(screen, "Load everything again")
        await screen.until(lambda: "loads everything again" in screen.bar())
    assert office.server.commands == [(PHONE, "lock"), (PHONE, "resync")]


async def test_wiping_asks_whether_unsent_work_comes_first(admins_office: Office) -> None:
    office = admins_office
    office.server.devices = [phone(office)]
    async with opened(office.replica, "/admin/devices") as screen:
        await screen.until_says("Rita's phone")
        await choose(screen, "Wipe")
        await screen.until_says("Wipe Rita's phone?")
        await screen.tap("answer-no")
        await screen.until(lambda: not screen.has("wipe-now"))
        assert office.server.commands == []
        await choose(screen, "Wipe")
        await screen.until_target("wipe-rescue")
        await screen.tap("wipe-rescue")
        await screen.until(lambda: "hands in its unsent work" in screen.bar())
        await choose(screen, "Wipe")
        await screen.until_target("wipe-now")
        await screen.tap("wipe-now")
        await screen.until(lambda: len(office.server.commands) == 2)
    assert office.server.commands == [(PHONE, "rescue"), (PHONE, "wipe")]


async def test_the_device_in_hand_can_only_be_loaded_again(admins_office: Office) -> None:
    office = admins_office
    mine = office.replica.device
    office.server.devices = [phone(office, device=mine), phone(office, wiped_ms=NOON_MS)]
    async with opened(office.replica, "/admin/devices") as screen:
        await screen.until_says("this device")
        assert offered(screen, mine) == ["Load everything again"]
        assert offered(screen) == []
        assert screen.says("Wiped just now")


async def test_a_device_that_waits_to_be_wiped_and_one_that_diverged_say_so(
    admins_office: Office,
) -> None:
    office = admins_office
    office.server.devices = [
        phone(office, wipe="rescue"),
        phone(office, device=2, lag=0, diverged_ms=NOON_MS),
    ]
    async with opened(office.replica, "/admin/devices") as screen:
        await screen.until_says("Will hand in its unsent work and be wiped")
        assert offered(screen) == ["Wipe"]
        assert screen.says("Its data differed from the server's and was put right, just now")


async def test_offline_it_says_so(admins_office: Office) -> None:
    admins_office.server.up = False
    async with opened(admins_office.replica, "/admin/devices") as screen:
        await screen.until_says("What devices there are only the server knows.")


async def test_others_are_told_whom_to_ask(office: Office) -> None:
    async with opened(office.replica, "/admin/devices") as screen:
        await screen.until_says("For administrators")
