"""A new case: what is wrong, in a few words. Opened from a customer or a visit it knows whose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlparse

import flet as ft

from client import cases, fieldwork
from client.errors import Invalid
from client.replica import DraftKey
from client.ui import theme
from client.ui.component import component
from client.ui.components.choices import choice_row
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.typed import Problem, TypedField, problem_of, stretched
from client.ui.hooks import use_app, use_box, use_stable
from client.ui.views import acts
from client.ui.views.cases.parts import ROUTE
from client.ui.views.kept_form import KeptForm, use_choice, use_kept_form
from client.ui.views.plain.reference import ReferenceInput
from client.ui.views.tasks.page import PRIORITIES
from sync_protocol.records import Account, Contact

if TYPE_CHECKING:
    from client.ui.context import App
    from sync_protocol.records.activities import Priority


@component
def NewCaseView() -> Any:
    """`/cases/new?account=<id>` or `?contact=<id>`, with `&visit=<id>` if it came up there."""
    app = use_app()
    query = parse_qs(urlparse(use_box(app.page.route).current).query)
    contact = app.replica.get(Contact, query.get("contact", [""])[0])
    account_id = query.get("account", [contact.account_id if contact else ""])[0]
    account = app.replica.get(Account, account_id)
    about = fieldwork.About(account.id if account else "", contact.id if contact else "")
    visit_id = query.get("visit", [""])[0]
    form: ft.Control = CaseForm(about, visit_id, key=" ".join((*about, visit_id)))
    return form


@component
def CaseForm(about: fieldwork.About, visit_id: str) -> ft.Control:
    """Keeps what is typed until the case is opened."""
    app = use_app()
    began = {"name": "", "about": "", "priority": "normal", "account_id": about.account_id}
    key = DraftKey("case", "", visit_id or about.account_id or about.contact_id)
    form = use_kept_form(key, began)
    problem, set_problem = ft.use_state(Problem())

    def open_case() -> None:
        try:
            route = _open(app, form, about, visit_id)
        except Invalid as error:
            set_problem(problem_of(error))
            return
        if route:
            form.done()
            app.go(route)

    back = f"/visit/{visit_id}" if visit_id else acts.page_of(about) or ROUTE
    name = acts.name_of(app.replica, about)
    button = ft.FilledButton("Open case", height=theme.TOUCH, on_click=open_case)
    fields = CaseFields(form, problem, known=bool(name), key=f"{form.generation}")
    heading = [ft.Text(name, style=theme.HEADING)] if name else []
    return reading(
        "New case",
        scroll([*heading, form.around(fields)]),
        on_back=lambda: app.go(back),
        actions=[target("open-case", button)],
    )


@component
def CaseFields(form: KeptForm, problem: Problem, known: bool) -> ft.Control:
    values = form.values
    priority, prefer = use_choice(values, "priority")
    name_it = use_stable(lambda record_id: values.__setitem__("account_id", record_id))
    customer = ReferenceInput(
        "account_id", "account", values["account_id"], name_it, problem.at("account_id")
    )
    lines: dict[str, Any] = {"multiline": True, "min_lines": 3, "max_lines": 12}
    told = Problem("name", problem.at("title"))
    return stretched(
        [
            *([] if known else [customer]),
            TypedField(values, "name", "What is wrong", told, autofocus=known, max_length=200,
                       counter=""),
            TypedField(values, "about", "More about it (optional)", problem, **lines),
            section("Priority", [choice_row("priority", PRIORITIES, priority, prefer)]),
        ]
    )  # fmt: skip


def _open(app: App, form: KeptForm, about: fieldwork.About, visit_id: str) -> str:
    """Open what was typed; gives the route that comes next, empty if it was refused."""
    values, made = form.values, []
    customer = about if any(about) else fieldwork.About(values["account_id"])
    priority: Priority = values["priority"]

    def write() -> None:
        made.append(
            cases.open_for(
                app.replica,
                values["name"],
                customer,
                visit_id,
                about=values["about"],
                priority=priority,
            )
        )

    if not form.act("Case opened", write):
        return ""
    return f"/visit/{visit_id}" if visit_id else f"{ROUTE}/{made[0].id}"
