"""Devices: who works on what, how far behind each is, and what to do about a lost phone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft

from client.ui import naming, theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.buttons import menu_button
from client.ui.components.page import card, reading, scroll, target
from client.ui.hooks import use_app, use_optional
from client.ui.views.admin.device_acts import ACTS, acts_of, wipe_question
from client.ui.views.admin.parts import refusal, use_admin

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from client.ui.context import App
    from sync_protocol.session import DeviceAction, DeviceInfo

OFFLINE = "What devices there are only the server knows. Try again when you have a connection."
UNNAMED = "Unnamed device"


class Fleet(NamedTuple):
    """The company's devices, or why they are not known."""

    devices: tuple[DeviceInfo, ...] = ()
    reason: str = ""


class Shown(NamedTuple):
    """A device in words; `wrong` if its state wants a look."""

    info: DeviceInfo
    title: str
    facts: str
    state: str
    wrong: bool
    mine: bool


@component
def DevicesView() -> Any:
    app = use_app()
    admin = use_admin()
    fleet, set_fleet = use_optional(Fleet)
    wiping, set_wiping = use_optional(Shown)

    async def load() -> None:
        if admin:
            set_fleet(await read_fleet(app))

    async def command(device: int, action: DeviceAction) -> None:
        set_wiping(None)
        reason = await app.reach(app.replica.command_device(device, action))
        app.say(reason or ACTS[action].done)
        await load()

    def choose(shown: Shown, action: DeviceAction) -> None:
        if action == "wipe":
            set_wiping(shown)
        else:
            app.page.run_task(command, shown.info.device, action)

    ft.use_effect(load, [admin])
    ft.use_dialog(_question(app, wiping, command, lambda: set_wiping(None)) if wiping else None)
    if not admin:
        return refusal("Devices", lambda: app.go("/more"))
    if fleet is None:
        body = states.loading("Asking the server")
    else:
        body = _body(app, fleet, choose, lambda: app.page.run_task(load))
    return reading("Devices", body, on_back=lambda: app.go("/more"))


async def read_fleet(app: App) -> Fleet:
    found: list[DeviceInfo] = []

    async def ask() -> None:
        found.extend(await app.replica.devices())

    reason = await app.reach(ask())
    return Fleet(tuple(found), reason and OFFLINE)


def tell(replica: Replica, info: DeviceInfo) -> Shown:
    """A device in words."""
    mine = info.device == replica.device
    seen = f"seen {wording.ago(info.seen_ms, replica.now())}"
    who = naming.person(replica, info.user)
    state, wrong = _state(info, replica.now())
    return Shown(
        info,
        info.name or UNNAMED,
        wording.listed([who, "this device" if mine else seen, info.app]),
        state,
        wrong,
        mine,
    )


def _state(info: DeviceInfo, now_ms: int) -> tuple[str, bool]:
    """How the device stands, and whether that wants a look."""
    if info.wiped_ms is not None:
        return f"Wiped {wording.ago(info.wiped_ms, now_ms)}", False
    if info.wipe == "rescue":
        return "Will hand in its unsent work and be wiped when it meets the server", True
    if info.wipe:
        return "Will be wiped when it meets the server", True
    if info.locked:
        return "Locked", True
    behind = f"{wording.plural(info.lag, 'change')} behind when last seen"
    lag = behind if info.lag else "Up to date"
    if info.diverged_ms is not None:
        ago = wording.ago(info.diverged_ms, now_ms)
        return f"{lag}. Its data differed from the server's and was put right, {ago}", True
    return (lag if info.signed_in else f"{lag}, signed out"), False


def _question(app: App, wiping: Shown, command: Any, on_no: Callable[[], None]) -> ft.AlertDialog:
    device = wiping.info.device
    return wipe_question(
        wiping.title, lambda action: app.page.run_task(command, device, action), on_no
    )


def _body(
    app: App,
    fleet: Fleet,
    on_choose: Callable[[Shown, DeviceAction], None],
    on_again: Callable[[], Any],
) -> ft.Control:
    if fleet.reason:
        return states.empty(
            ft.Icons.CLOUD_OFF_OUTLINED, "No connection", fleet.reason, "Try again", on_again
        )
    rows: list[ft.Control] = [_device(tell(app.replica, x), on_choose) for x in fleet.devices]
    none = states.empty(
        ft.Icons.DEVICES_OUTLINED, "No devices yet", "They appear with the first sign-in."
    )
    return scroll(rows or [none])


def _device(shown: Shown, on_choose: Callable[[Shown, DeviceAction], None]) -> ft.Control:
    colour = ft.Colors.ERROR if shown.wrong else theme.MUTED
    words = ft.Column(
        expand=True,
        tight=True,
        spacing=2,
        controls=[
            ft.Text(shown.title, style=theme.HEADING),
            ft.Text(shown.facts, style=theme.SMALL, color=theme.MUTED),
            ft.Text(shown.state, style=theme.SMALL, color=colour),
        ],
    )
    icon = ft.Icon(ft.Icons.LOCK_OUTLINE if shown.info.locked else ft.Icons.DEVICES_OUTLINED)
    row = ft.Row(spacing=theme.GAP_L, controls=[icon, words, *_menu(shown, on_choose)])
    name = f"device-{shown.info.device:08x}"
    return target(name, card(row, width=theme.READABLE_WIDTH), key=name)


def _menu(shown: Shown, on_choose: Callable[[Shown, DeviceAction], None]) -> list[ft.Control]:
    items = [
        ft.PopupMenuItem(
            content=act.title,
            icon=act.icon,
            on_click=partial(_chosen, on_choose, shown, act.action),
        )
        for act in acts_of(shown.info, mine=shown.mine)
    ]
    if not items:
        return []
    tooltip = f"What to do with {shown.title}"
    return [target("device-menu", menu_button(tooltip, items))]


def _chosen(
    on_choose: Callable[[Shown, DeviceAction], None],
    shown: Shown,
    action: DeviceAction,
    _event: object,
) -> None:
    on_choose(shown, action)
