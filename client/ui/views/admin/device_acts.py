"""What an administrator can tell a device to do, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client.ui import theme
from client.ui.components.page import target

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync_protocol.session import DeviceAction, DeviceInfo

WIPING = (
    "All that Fieldbook keeps on it is deleted as soon as it meets the server. What it has handed"
    " in is safe there. If it is only mislaid, let it hand in its unsent work first. If it"
    " was stolen, wipe it at once: unsent work is lost then."
)


class Act(NamedTuple):
    """`done` is said when the server has taken it."""

    action: DeviceAction
    title: str
    icon: ft.IconData
    done: str


ACTS: dict[DeviceAction, Act] = {
    act.action: act
    for act in (
        Act("lock", "Lock", ft.Icons.LOCK_OUTLINE,
            "Locked. It is signed out and keeps what it holds."),
        Act("unlock", "Unlock", ft.Icons.LOCK_OPEN_OUTLINED,
            "Unlocked. Somebody can sign in on it again."),
        Act("resync", "Load everything again", ft.Icons.CLOUD_SYNC_OUTLINED,
            "It loads everything again with its next sync. Unsent work stays."),
        Act("wipe", "Wipe", ft.Icons.DELETE_FOREVER_OUTLINED,
            "It is wiped as soon as it meets the server."),
        Act("rescue", "Hand in, then wipe", ft.Icons.DELETE_FOREVER_OUTLINED,
            "It hands in its unsent work and is wiped as soon as it meets the server."),
    )
}  # fmt: skip


def acts_of(info: DeviceInfo, *, mine: bool) -> list[Act]:
    """What can be asked of a device now; one does not lock or wipe the one in one's hand."""
    if info.wiped_ms is not None:
        return []
    if mine:
        return [ACTS["resync"]]
    if info.wipe:
        return [ACTS["wipe"]]
    return [ACTS["unlock" if info.locked else "lock"], ACTS["resync"], ACTS["wipe"]]


def wipe_question(
    title: str, on_action: Callable[[DeviceAction], object], on_no: Callable[[], None]
) -> ft.AlertDialog:
    """Three ways out, the careful one filled."""
    return ft.AlertDialog(
        modal=True,
        scrollable=True,
        title=ft.Text(f"Wipe {title}?"),
        content=ft.Text(WIPING, width=theme.BAR_WIDTH),
        on_dismiss=lambda _event: on_no(),
        actions_overflow_button_spacing=theme.GAP,
        actions=[
            target("answer-no", ft.TextButton("Cancel", height=theme.TOUCH, on_click=on_no)),
            target(
                "wipe-now",
                ft.OutlinedButton(
                    "Wipe at once",
                    height=theme.TOUCH,
                    style=ft.ButtonStyle(color=ft.Colors.ERROR),
                    on_click=lambda: on_action("wipe"),
                ),
            ),
            target(
                "wipe-rescue",
                ft.FilledButton(
                    "Hand in unsent work, then wipe",
                    height=theme.TOUCH,
                    on_click=lambda: on_action("rescue"),
                ),
            ),
        ],
    )
