"""`/deals/<id>/won` and `/deals/<id>/lost`: how a deal ended, and why."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import flet as ft

from client import dealing
from client.errors import Invalid
from client.ui import theme
from client.ui.component import component
from client.ui.components import keeping, states
from client.ui.components.choices import Choice, choice_row
from client.ui.components.fields import TextInput
from client.ui.components.page import reading, scroll, section, target
from client.ui.hooks import use_app, use_box, use_live, use_stable
from client.ui.views.deals.moving import ROUTE
from sync_protocol.records import Deal, Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica


@component
def WonView() -> ft.Control:
    record_id = ft.use_route_params().get("id", "")
    shown: ft.Control = Closing(record_id, won=True, key=record_id)
    return shown


@component
def LostView() -> ft.Control:
    record_id = ft.use_route_params().get("id", "")
    shown: ft.Control = Closing(record_id, won=False, key=record_id)
    return shown


@component
def Closing(deal_id: str, won: bool) -> ft.Control:
    """A reason to tap, a note, and Save; what is still missing is named."""
    app = use_app()
    deal = use_live(lambda replica: replica.get(Deal, deal_id), Deal, deps=[deal_id])
    reasons = use_live(partial(dealing.reasons, won=won), Reason, deps=[won])
    reason, set_reason = ft.use_state("")
    problem, set_problem = ft.use_state("")
    note = use_box("")
    hear = use_stable(lambda text: setattr(note, "current", text))
    how = "won" if won else "lost"
    title, page = f"Deal {how}", f"{ROUTE}/{deal_id}"
    if deal is None or deal.deleted:
        return keeping.absent(title, lambda: app.go(ROUTE))

    def write(replica: Replica) -> None:
        end = dealing.win if won else dealing.lose
        end(replica, deal, reason, note.current)

    def save() -> None:
        try:
            done = app.act(f"{deal.name} is {how}", partial(write, app.replica))
        except Invalid as refused:
            set_problem(refused.message)
            return
        if done:
            app.go(page)

    return reading(
        title,
        scroll(
            [
                ft.Text(deal.name, style=theme.HEADING),
                *_stopped(problem),
                *_why(reasons, reason, set_reason),
                target("closing-note", TextInput("Note (optional)" if reasons else "Why", hear,
                                                 multiline=True, min_lines=2, max_lines=6)),
                _save(title, save),
            ]
        ),
        on_back=lambda: app.go(page),
        actions=[_fill(lambda: app.go(f"{page}/edit"))] if problem and won else [],
    )  # fmt: skip


def _stopped(problem: str) -> list[ft.Control]:
    if not problem:
        return []
    return [target("stopped", states.notice(ft.Icons.ERROR_OUTLINE, problem, error=True))]


def _why(reasons: list[Reason], chosen: str, on_choose: Callable[[str], None]) -> list[ft.Control]:
    if not reasons:
        return []
    choices = [Choice(reason.id, reason.name) for reason in reasons]
    return [section("Why?", [choice_row("reason", choices, chosen, on_choose)])]


def _fill(on_fill: Callable[[], None]) -> ft.Control:
    return target("fill-in", ft.TextButton("Fill it in", height=theme.TOUCH, on_click=on_fill))


def _save(title: str, on_save: Callable[[], None]) -> ft.Control:
    button = ft.FilledButton(title, icon=ft.Icons.CHECK, height=theme.TALL, on_click=on_save)
    return ft.Container(target("save", button), padding=ft.Padding.only(top=theme.GAP_L))
