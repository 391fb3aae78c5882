"""Taking suggestions up and turning them down, from any screen, with Undo."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import flet as ft

from client import suggesting
from client.errors import ReplicaError
from client.ui import wording
from client.ui.hooks import use_optional

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.suggesting import Learned, Suggestion
    from client.ui.context import App

STEP = 50
"""Accounts looked at without a rest."""


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
    try:
        for _through in suggesting.put_on_all(app.replica, label, ids):
            await asyncio.sleep(0)
    except ReplicaError as error:
        app.say(str(error))
        return
    app.say(f"{label.name} added to {wording.plural(len(ids), 'customer')}", "Undo", app.undo)


def use_survey(app: App, asked: Sequence[Learned]) -> tuple[Suggestion, ...] | None:
    """For whom these are suggested, the likeliest first; None until all have been looked at.

    It is looked anew when a model or a switch has changed. What is decided meanwhile stays in it:
    whoever shows it asks what is `still_open`.
    """
    found, set_found = use_optional(tuple)
    key = tuple((one.label.id, one.label.suggest, one.model.learned_at) for one in asked)

    async def look() -> None:
        every: list[Suggestion] = []
        for part in suggesting.survey(app.replica, asked, STEP):
            every += part
            await asyncio.sleep(0)
        set_found(tuple(suggesting.likeliest_first(every)))

    ft.use_effect(look, [app, key])
    return found
