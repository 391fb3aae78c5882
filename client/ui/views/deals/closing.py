"""`/deals/<id>/won` and `/deals/<id>/lost`: how a deal ended, and why."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import flet as ft

from client import dealing
from client.errors import Invalid
from client.replica import DraftKey
from client.ui import theme
from client.ui.component import component
from client.ui.components import keeping, states
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.typed import Problem, TypedField, stretched
from client.ui.hooks import use_app, use_live, use_record
from client.ui.views.deals.moving import ROUTE
from client.ui.views.form_keys import ENDS
from client.ui.views.kept_form import use_choice, use_kept_form
from sync_protocol.records import Deal, Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from client.ui.views.kept_form import KeptForm


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
    deal = use_record(Deal, deal_id)
    form = use_kept_form(DraftKey("deal", deal_id, ENDS[won]), {"reason": "", "note": ""})
    problem, set_problem = ft.use_state("")
    how = ENDS[won]
    title, page = f"Deal {how}", f"{ROUTE}/{deal_id}"
    if deal is None:
        return keeping.absent(title, lambda: app.go(ROUTE))

    def write(replica: Replica) -> None:
        end = dealing.win if won else dealing.lose
        end(replica, deal, form.values["reason"], form.values["note"])

    def save() -> None:
        try:
            done = form.act(f"{deal.name} is {how}", partial(write, app.replica))
        except Invalid as refused:
            set_problem(refused.message)
            return
        if done:
            form.done()
            app.go(page)

    return reading(
        title,
        scroll(
            [
                ft.Text(deal.name, style=theme.HEADING),
                *_stopped(problem),
                form.around(Why(form, won, key=f"{form.generation}")),
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


@component
def Why(form: KeptForm, won: bool) -> ft.Control:
    reasons = use_live(partial(dealing.reasons, won=won), Reason, deps=[won])
    chosen, choose = use_choice(form.values, "reason")
    choices = [Choice(reason.id, reason.name) for reason in reasons]
    note = TypedField(
        form.values, "note", "Note (optional)" if reasons else "Why", Problem(),
        multiline=True, min_lines=2, max_lines=6,
    )  # fmt: skip
    row = [section("Why?", [choice_row("reason", choices, chosen, choose)])] if reasons else []
    return stretched([*row, target("closing-note", note)], theme.GAP_L)


def _fill(on_fill: Callable[[], None]) -> ft.Control:
    return target("fill-in", ft.TextButton("Fill it in", height=theme.TOUCH, on_click=on_fill))


def _save(title: str, on_save: Callable[[], None]) -> ft.Control:
    button = ft.FilledButton(title, icon=ft.Icons.CHECK, height=theme.TALL, on_click=on_save)
    return ft.Container(target("save", button), padding=ft.Padding.only(top=theme.GAP_L))
