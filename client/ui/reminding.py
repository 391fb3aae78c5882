"""Reminders on the screen: always a bar in the app, and the system's notice where it allows one."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import flet as ft

from client.reminders import Alarm
from client.ui.hooks import use_box

if TYPE_CHECKING:
    from client.reminders import Reminder
    from client.ui.context import App
    from client.ui.hooks import Box

ONLY_HERE = (
    "Reminders show in Fieldbook while it is open: this device allows no notices of its own."
)


def use_reminders(app: App) -> None:
    """Tell of reminders for as long as the app runs."""
    running: Box[asyncio.Task[None] | None] = use_box(None)

    def start() -> None:
        alarm = Alarm(app.replica, partial(tell, app))
        running.current = asyncio.get_running_loop().create_task(alarm.run())

    def stop() -> None:
        if running.current is not None:
            running.current.cancel()

    ft.use_effect(start, [app], cleanup=stop)


async def tell(app: App, reminder: Reminder) -> None:
    """Where the app is looked at the bar is seen, elsewhere the system's notice."""
    app.say(f"Reminder: {reminder.title}", "Open", lambda: app.go(f"/tasks/{reminder.task_id}"))
    await app.host.notify(reminder.title, f"Due {reminder.when}")


async def ask_leave(app: App) -> None:
    """Ask, after the tap that sets a reminder, whether the system may show it."""
    if not await app.host.allow_notices():
        app.say(ONLY_HERE)
