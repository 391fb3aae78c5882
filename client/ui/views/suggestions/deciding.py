"""Looking for suggestions, taking them up and turning them down, from any screen, with Undo."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client import suggesting
from client.ui import wording
from client.ui.hooks import use_box
from sync_protocol.records import Account

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.suggesting import Learned, Suggestion
    from client.ui.context import App

STEP = 25
"""Accounts looked at without a rest."""
TOLD_EVERY = 20
"""Steps after which it is told how far it has come."""


class Survey(NamedTuple):
    """What a look through all customers has `found`, the likeliest first; None until its end."""

    found: tuple[Suggestion, ...] | None = None
    share: float | None = None


def put_on(app: App, one: Suggestion) -> None:
    app.act(
        f"{one.label.name} added",
        lambda: suggesting.put_on(app.replica, one.label, one.account.id),
    )


def turn_down(app: App, one: Suggestion) -> None:
    app.act(
        f"{one.label.name} is not suggested here again",
        lambda: suggesting.turn_down(app.replica, one.label, one.account.id),
    )


async def put_on_all(app: App, shown: Sequence[Suggestion]) -> None:
    """Take all of them up; they are of one label."""
    label, ids = shown[0].label, [one.account.id for one in shown]
    said = f"{label.name} added to {wording.plural(len(ids), 'customer')}"
    steps = suggesting.put_on_all(app.replica, label, ids)
    await app.act_in_steps(steps, lambda _through: said)


def use_survey(app: App, asked: Sequence[Learned]) -> Survey:
    """For whom these are suggested, looked at in steps that a screen does not feel.

    It is looked anew when a model or a switch has changed. What is decided meanwhile stays in it:
    whoever shows it asks what is undecided.
    """
    seen, set_seen = ft.use_state(Survey())
    running = use_box("")
    key = repr([(one.label.id, one.label.suggest, one.model.learned_at) for one in asked])

    async def look() -> None:
        running.current = key
        every: list[Suggestion] = []
        total = app.replica.count(Account)
        for place, part in enumerate(suggesting.survey(app.replica, asked, STEP), 1):
            every += part
            await asyncio.sleep(0)
            if running.current != key:
                return
            if place % TOLD_EVERY == 0:
                set_seen(Survey(share=min(1.0, place * STEP / total)))
        set_seen(Survey(tuple(suggesting.likeliest_first(every))))

    ft.use_effect(look, [app, key], cleanup=lambda: setattr(running, "current", ""))
    return seen
