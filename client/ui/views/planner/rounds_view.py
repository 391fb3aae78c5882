"""Rounds and templates of visits: `/rounds...`. Their visits follow what is changed here."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import flet as ft

from client import crew, rounds
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import keeping
from client.ui.components.page import reading, scroll, section
from client.ui.components.when import PLAN_DAYS, DayChooser
from client.ui.hooks import use_app, use_live, use_record
from client.ui.views.admin.parts import Entry, EntryList
from client.ui.views.planner.round_form import ROUTE, WEEKDAYS, RoundForm
from client.ui.views.planner.whose import whose_days
from sync_protocol.records import Territory, User, VisitPlan

if TYPE_CHECKING:
    from client.replica import Replica

ABOUT = (
    "A round is driven on its weekdays: its visits are planned four weeks ahead, and follow what "
    "you change here. Without weekdays it is a template, put on a day when you need it."
)


@component
def RoundsView() -> Any:
    entries = use_live(read_rounds, VisitPlan, User)
    return EntryList("Rounds", "round", entries, f"{ROUTE}/new", ABOUT)


def read_rounds(replica: Replica) -> list[Entry]:
    names = {user.id: user.name for user in replica.find(User)}
    return [
        Entry(
            plan.id,
            ft.Icons.EVENT_REPEAT if plan.weekdays else ft.Icons.COPY_ALL_OUTLINED,
            plan.name,
            wording.listed(
                [
                    "archived" if plan.archived else "",
                    wording.plural(len(plan.stops), "stop"),
                    told(plan),
                    names.get(plan.assignee_id, ""),
                ]
            ),
            f"{ROUTE}/{plan.id}",
        )
        for plan in rounds.every(replica)
    ]


def told(plan: VisitPlan) -> str:
    """Tue and Fri every 2 weeks."""
    if not plan.weekdays:
        return "template"
    days = wording.joined(WEEKDAYS[day] for day in plan.weekdays)
    return days if plan.every_weeks == 1 else f"{days} every {plan.every_weeks} weeks"


@component
def RoundView() -> Any:
    """`/rounds/new` and `/rounds/<id>`; on a template what it is opened for comes first."""
    app = use_app()
    plan_id = ft.use_route_params().get("id", "")
    plan = use_record(VisitPlan, plan_id)
    back = partial(app.go, ROUTE)
    is_template = plan is not None and not plan.weekdays
    title = "Template" if is_template else "Round" if plan_id else "New round"
    if plan_id and plan is None:
        return keeping.absent(title, back)
    put_on = [PutOn(plan, key="put on"), ft.Container(height=theme.GAP)]
    first = put_on if plan is not None and is_template else []
    return reading(title, scroll([*first, RoundForm(plan, key=plan_id)]), on_back=back)


@component
def PutOn(plan: VisitPlan) -> ft.Control:
    """A template's stops on a day, for whoever taps, or one of their reps."""
    app = use_app()
    people = use_live(crew.led, Territory, User)
    chosen, set_whose = ft.use_state(plan.assignee_id)
    whose = next((x for x in people if x.id == chosen), None)
    other = whose.id if whose else ""
    today = wording.today(app.replica.now(), app.replica.settings.time_zone)

    def put(day: date) -> None:
        said = f"{plan.name} planned for {wording.midway(wording.day_name(day, today))}"
        said += f", for {whose.name}" if whose else ""
        if app.act(said, partial(rounds.put_on, app.replica, plan, day, other)):
            app.go("/planner")

    chooser = whose_days("put-on-for", people, other, set_whose)
    return section("Put it on a day", [*chooser, DayChooser("put-on", PLAN_DAYS, today, put)])
