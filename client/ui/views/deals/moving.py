"""Moving a deal by drag or by tap: the sheet of stages, and being stopped where something lacks.

`use_mover` keeps both for a screen. What is missing is named, with the way to fill it in.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client import dealing
from client.errors import Invalid
from client.ui import theme
from client.ui.components.buttons import icon_button
from client.ui.components.page import target
from client.ui.components.rows import row
from client.ui.components.sheet import question, sheet
from client.ui.hooks import use_app, use_stable
from sync_protocol.records import Deal, Pipeline
from sync_protocol.rules import stages

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.context import App
    from sync_protocol.records import Stage

ROUTE = "/deals"
TABLE = f"{ROUTE}/table"


class Mover(NamedTuple):
    """`ask` opens the sheet for a deal's id; `move` takes (deal id, stage id). Both are stable."""

    ask: Callable[[str], None]
    move: Callable[[str, str], None]


class Seen:
    """Where deals were last looked at, board or table: where leaving one leads."""

    route = ROUTE


class Open(NamedTuple):
    """What stands above the screen: the sheet of a deal, or why it was stopped."""

    deal_id: str = ""
    stopped: str = ""


def seen(app: App) -> Seen:
    return app.keep("deals seen", Seen)


def use_seen(route: str) -> None:
    """Remember that deals are being looked at here."""
    held = seen(use_app())
    ft.use_effect(lambda: setattr(held, "route", route), [route])


def use_mover() -> Mover:
    app = use_app()
    shown, set_shown = ft.use_state(Open())

    def move(deal_id: str, stage_id: str) -> None:
        set_shown(Open())
        deal = app.replica.get(Deal, deal_id)
        if deal is None or deal.stage_id == stage_id:
            return
        try:
            app.act(
                f"{deal.name} is in {_stage_name(app, deal, stage_id)}",
                lambda: dealing.move(app.replica, deal, stage_id),
            )
        except Invalid as problem:
            set_shown(Open(deal_id, problem.message))

    close = use_stable(lambda: set_shown(Open()))
    on_move = use_stable(move)
    ft.use_dialog(_above(app, shown, on_move, close))
    return Mover(use_stable(lambda deal_id: set_shown(Open(deal_id))), on_move)


def _above(
    app: App, shown: Open, move: Callable[[str, str], None], close: Callable[[], None]
) -> ft.DialogControl | None:
    deal = app.replica.get(Deal, shown.deal_id) if shown.deal_id else None
    if deal is None:
        return None

    def leave(route: str) -> None:
        close()
        app.go(route)

    if shown.stopped:
        fill = partial(leave, f"{ROUTE}/{deal.id}/edit")
        return question("Not yet", shown.stopped, "Fill it in", fill, close, no="Later")
    pipeline = app.replica.get(Pipeline, deal.pipeline_id)
    at = stages.stage_of(deal, pipeline) if pipeline else None
    rows = [
        _stage_row(key, stage, partial(move, deal.id, key), here=at is not None and at[0] == key)
        for key, stage in (stages.ordered(pipeline) if pipeline else [])
    ]
    ends = [
        _end("won", "Won", ft.Icons.EMOJI_EVENTS_OUTLINED, deal.id, leave),
        _end("lost", "Lost", ft.Icons.HEART_BROKEN_OUTLINED, deal.id, leave),
    ]
    return sheet(f"Move {deal.name}", [*rows, ft.Divider(height=1), *ends], close, tall=True)


def _stage_row(key: str, stage: Stage, on_move: Callable[[], None], *, here: bool) -> ft.Control:
    end = [ft.Icon(ft.Icons.CHECK, color=ft.Colors.PRIMARY)] if here else []
    detail = "It is here now" if here else stage.meaning
    return target(
        f"move-{key}", row(dot(stage.colour), stage.name, detail, on_click=on_move, end=end),
        button=True,
    )  # fmt: skip


def _end(
    how: str, words: str, icon: ft.IconData, deal_id: str, leave: Callable[[str], None]
) -> ft.Control:
    go = partial(leave, f"{ROUTE}/{deal_id}/{how}")
    return target(f"move-{how}", row(icon, words, on_click=go), button=True)


def dot(colour: str) -> ft.Control:
    """A stage's colour."""
    return ft.Container(width=14, height=14, border_radius=7, bgcolor=colour)


def move_button(deal_id: str, on_ask: Callable[[str], None]) -> ft.Control:
    return target(
        f"move-{deal_id}",
        icon_button(
            ft.Icons.MOVE_DOWN,
            "Move to\u2026",
            icon_color=theme.MUTED,
            on_click=lambda _event: on_ask(deal_id),
        ),
    )


def _stage_name(app: App, deal: Deal, stage_id: str) -> str:
    pipeline = app.replica.get(Pipeline, deal.pipeline_id)
    stage = pipeline.stages.get(stage_id) if pipeline else None
    return stage.name if stage else "another stage"
