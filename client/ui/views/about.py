"""New, about one customer: outcomes of a visit and of a call at once, then note, task, plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client import fieldwork
from client.ui.component import component
from client.ui.components import states
from client.ui.components.choices import Choice, choice_row, outcome_row
from client.ui.components.page import reading, scroll, section
from client.ui.components.rows import menu_row
from client.ui.hooks import use_app, use_live
from client.ui.views import acts
from client.ui.views.before import SOURCES, Before, before_card, read_before
from client.ui.views.new import AT_ONCE, CALL, NOTE, TASK
from client.ui.views.note import NewNote
from client.ui.views.task import NewTask
from client.ui.views.visits.check_in import check_in
from sync_protocol.records import Outcome

if TYPE_CHECKING:
    from client.ui.context import App
    from sync_protocol.records.activities import ActivityKind


@component
def NewAboutView() -> Any:
    """`/new/accounts/<id>`, `/new/contacts/<id>`, with `/call`, `/note` or `/task` behind them."""
    app = use_app()
    params = ft.use_route_params()
    place, record_id, kind = params["place"], params["id"], params.get("kind", "")
    before = use_live(
        lambda replica: read_before(replica, fieldwork.about(replica, place, record_id)),
        *SOURCES, deps=[place, record_id],
    )  # fmt: skip
    outcomes = use_live(fieldwork.outcomes, Outcome)
    if before is None:
        return reading("New", unknown(), on_back=lambda: app.go("/new"))
    if kind == NOTE:
        return NewNote(before.customer, before.name, key=record_id)
    if kind == TASK:
        return NewTask(before.customer, before.name, key=record_id)
    visit = _outcomes(app, "visit", "How was the visit?", outcomes, before.customer)
    call = _outcomes(app, "call", "How was the call?", outcomes, before.customer)
    first = [call, visit] if kind == CALL else [visit, call]
    return reading(
        before.name,
        scroll(
            [
                before_card(before),
                *first,
                _at_once(app, before),
                _more(app, f"/new/{place}/{record_id}", before),
            ]
        ),
        on_back=lambda: app.go("/new"),
    )


def unknown(what: str = "customer") -> ft.Control:
    return states.empty(
        ft.Icons.PERSON_OFF_OUTLINED,
        f"This {what} is not on this device",
        "It may have been deleted, or moved to somebody else.",
    )


def _outcomes(
    app: App,
    kind: ActivityKind,
    question: str,
    outcomes: list[Outcome],
    customer: fieldwork.About,
) -> ft.Control:
    return section(
        question,
        [
            outcome_row(
                f"{kind}-outcome",
                outcomes,
                "",
                lambda outcome_id: acts.log(app, kind, customer, outcome_id),
            )
        ],
    )


def _at_once(app: App, before: Before) -> ft.Control:
    """What a tap logs; its outcome and a note can follow."""
    choices = [Choice(kind, acts.NAMES[kind], acts.ICONS[kind]) for kind in AT_ONCE[1:]]

    def log(chosen: str) -> None:
        for kind in AT_ONCE:
            if kind == chosen:
                acts.log(app, kind, before.customer)

    return section("Or log", [choice_row("log", choices, "", log)])


def _more(app: App, here: str, before: Before) -> ft.Control:
    rows = [
        menu_row("arrive", ft.Icons.LOGIN, "Check in", "The visit begins now",
                 lambda: check_in(app, before.customer)),
        menu_row("write-note", ft.Icons.NOTES_OUTLINED, "Write a note", "",
                 lambda: app.go(f"{here}/note")),
        menu_row("add-task", ft.Icons.TASK_ALT_OUTLINED, "Add a task", "",
                 lambda: app.go(f"{here}/task")),
    ]  # fmt: skip
    account_id = before.customer.account_id
    if account_id:
        rows.append(
            menu_row("plan-visit", ft.Icons.EVENT_OUTLINED, "Plan a visit", "",
                     lambda: app.go(f"/plan/{account_id}"))
        )  # fmt: skip
    if not before.customer.lead_id:
        whose = f"account={account_id}" if account_id else f"contact={before.customer.contact_id}"
        rows.append(
            menu_row("new-deal", ft.Icons.VIEW_KANBAN_OUTLINED, "New deal", "",
                     lambda: app.go(f"/deals/new?{whose}"))
        )  # fmt: skip
    return section("Something else", [ft.Column(spacing=0, controls=rows)])
