"""The form of a round or a template of visits: its stops, its weekdays, who drives it."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft
import msgspec

from client import crew, rounds, visiting
from client.errors import Invalid
from client.replica import DraftKey
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.buttons import icon_button
from client.ui.components.choices import Choice, choice_row, several_row, turned
from client.ui.components.fields import SearchInput
from client.ui.components.page import section, target
from client.ui.components.rows import menu_row, row
from client.ui.components.typed import Problem, TypedField, problem_of, stretched
from client.ui.components.when import PLAN_DAYS, DayChooser
from client.ui.hooks import use_app, use_live, use_paused
from client.ui.views.kept_form import use_kept_form
from client.ui.views.new import town_of
from client.ui.views.planner.reading import UNSEEN
from sync_protocol.records import Account, Purpose, Territory, User, VisitPlan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.replica import Replica
    from client.ui.context import App
    from client.ui.meanwhile import Values
    from client.ui.views.kept_form import KeptForm

ROUTE = "/rounds"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
FOUND = 5


class Draft(NamedTuple):
    """What is chosen in the form, beside what is typed."""

    stops: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    starts: date | None = None
    assignee_id: str = ""
    purpose_id: str = ""


class Offered(NamedTuple):
    people: tuple[User, ...]
    purposes: tuple[Purpose, ...]
    stops: tuple[tuple[str, str, str], ...]
    """Of each stop its id, name and town."""


@component
def RoundForm(plan: VisitPlan | None) -> ft.Control:
    """Keeps what is typed until it is saved."""
    begun = plan or VisitPlan(name="")
    began = {
        "name": begun.name,
        "every_weeks": str(begun.every_weeks),
        "stops": [*begun.stops],
        "weekdays": [*begun.weekdays],
        "starts": begun.starts.isoformat() if begun.starts else "",
        "assignee_id": begun.assignee_id,
        "purpose_id": begun.purpose_id,
    }
    form = use_kept_form(DraftKey("visitplan", begun.id), began)
    return form.around(RoundFields(plan, form, key=f"{form.generation}"))


@component
def RoundFields(plan: VisitPlan | None, form: KeptForm) -> ft.Control:
    app, values = use_app(), form.values
    _version, set_version = ft.use_state(0)
    draft = _chosen(values)
    problem, set_problem = ft.use_state(Problem())
    offered = use_live(
        lambda replica: read_offered(replica, draft.stops, draft.assignee_id),
        Account, Purpose, Territory, User, deps=[draft.stops, draft.assignee_id],
    )  # fmt: skip

    def save() -> None:
        now = _chosen(values)
        typed = rounds.Typed(
            values["name"], now.stops, now.weekdays, values["every_weeks"],
            now.starts, now.assignee_id, now.purpose_id,
        )  # fmt: skip
        try:
            done = form.act("Round saved", partial(rounds.save, app.replica, plan, typed))
        except Invalid as error:
            set_problem(problem_of(error))
            return
        if done:
            form.done()
            app.go(ROUTE)

    def change(**fields: Any) -> None:
        for name, value in fields.items():
            values[name] = msgspec.to_builtins(value)
        set_version(lambda old: old + 1)

    return stretched(
        [
            TypedField(values, "name", "Name", problem, autofocus=plan is None),
            Stops(values, offered.stops, change, key="stops"),
            *_wrong(problem.at("stops")),
            section("Weekdays", [_weekdays(values, draft, change)]),
            *_rhythm(app, draft, values, problem, change),
            *_drivers(offered.people, draft, change),
            *_wrong(problem.at("assignee_id")),
            *_purposes(offered.purposes, draft, change),
            _buttons(app, plan, save),
        ],
        theme.GAP_L,
    )


def _chosen(values: Values) -> Draft:
    starts = values["starts"]
    return Draft(
        tuple(values["stops"]), tuple(values["weekdays"]),
        date.fromisoformat(starts) if starts else None,
        values["assignee_id"], values["purpose_id"],
    )  # fmt: skip


def read_offered(replica: Replica, stops: Sequence[str], driver: str) -> Offered:
    """Oneself and whom one leads, of those who still work here; and whoever drives it now."""
    theirs = {replica.user_id, *(user.id for user in crew.led(replica))}
    accounts = {x.id: x for x in replica.find(Account, id=tuple(stops))}
    named = tuple(
        (i, accounts[i].name if i in accounts else UNSEEN, town_of(accounts.get(i))) for i in stops
    )
    people = (
        user
        for user in replica.find(User, order_by="name")
        if user.id == driver or (user.active and user.role in crew.DRIVES and user.id in theirs)
    )
    return Offered(tuple(people), tuple(visiting.purposes(replica)), named)


@component
def Stops(
    values: Values, stops: Sequence[tuple[str, str, str]], change: Callable[..., None]
) -> ft.Control:
    """The customers in their order, each with the way up, down and out; more by searching."""
    app = use_app()
    text, set_text = ft.use_state("")
    hear = use_paused(set_text)
    order = [i for i, _name, _town in stops]
    found = app.replica.find(Account, text=text, order_by="name", limit=FOUND) if text else []

    def move(account_id: str, by: int) -> None:
        order: list[str] = values["stops"]
        if account_id in order:
            to = max(0, order.index(account_id) + by)
            rest = turned(order, account_id, on=False)
            change(stops=[*rest[:to], account_id, *rest[to:]])

    def put(account_id: str, on: bool) -> None:
        change(stops=turned(values["stops"], account_id, on=on))

    rows = [_stop(stop, place, len(stops), move, put) for place, stop in enumerate(stops)]
    offers = [
        menu_row(f"stop-add-{x.id}", ft.Icons.ADD, x.name, town_of(x), partial(put, x.id, on=True))
        for x in found if x.id not in order
    ]  # fmt: skip
    return section("Stops", [*rows, SearchInput("Add a customer", hear), *offers], len(rows))


def _stop(
    stop: tuple[str, str, str],
    place: int,
    count: int,
    move: Callable[[str, int], None],
    put: Callable[[str, bool], None],
) -> ft.Control:
    account_id, name, town = stop

    def button(
        icon: ft.IconData, words: str, act: Callable[[], None], *, off: bool = False
    ) -> ft.Control:
        return icon_button(icon, words, disabled=off, on_click=lambda _event: act())

    up, down = (partial(move, account_id, by) for by in (-1, 1))
    buttons: list[ft.Control] = [
        button(ft.Icons.ARROW_UPWARD, "Earlier", up, off=place == 0),
        button(ft.Icons.ARROW_DOWNWARD, "Later", down, off=place == count - 1),
        button(ft.Icons.CLOSE, "Take it out", partial(put, account_id, False)),
    ]
    number = ft.Text(str(place + 1), style=theme.HEADING, color=ft.Colors.PRIMARY, width=24)
    end = ft.Row(tight=True, spacing=0, controls=buttons)
    return target(f"stop-{place + 1}", row(number, name, town, end=[end]), key=account_id)


def _weekdays(values: Values, draft: Draft, change: Callable[..., None]) -> ft.Control:
    choices = [Choice(str(at), name) for at, name in enumerate(WEEKDAYS)]

    def tap(value: str) -> None:
        day = int(value)
        change(weekdays=sorted(turned(values["weekdays"], day, on=day not in draft.weekdays)))

    return several_row("weekday", choices, [str(x) for x in draft.weekdays], tap)


def _rhythm(
    app: App,
    draft: Draft,
    values: Values,
    problem: Problem,
    change: Callable[..., None],
) -> list[ft.Control]:
    """How often and from when on; a template has neither."""
    if not draft.weekdays:
        return []
    today = wording.today(app.replica.now(), app.replica.settings.time_zone)
    starts = DayChooser(
        "starts", PLAN_DAYS, today, lambda day: change(starts=day), chosen=draft.starts or today
    )
    weeks = TypedField(values, "every_weeks", "Every how many weeks", problem)
    return [weeks, section("From", [starts])]


def _drivers(people: Sequence[User], draft: Draft, change: Callable[..., None]) -> list[ft.Control]:
    """Nobody drives a template until it is put on a day, for whoever drives that day."""
    if not draft.weekdays:
        return []
    choices = [Choice("", "Nobody yet"), *(Choice(x.id, x.name) for x in people)]
    chips = choice_row("driver", choices, draft.assignee_id, lambda x: change(assignee_id=x))
    return [section("Driven by", [chips])]


def _purposes(
    purposes: Sequence[Purpose], draft: Draft, change: Callable[..., None]
) -> list[ft.Control]:
    if not purposes:
        return []
    choices = [Choice("", "None"), *(Choice(x.id, x.name, colour=x.colour) for x in purposes)]
    chips = choice_row("purpose", choices, draft.purpose_id, lambda x: change(purpose_id=x))
    return [section("Purpose", [chips])]


def _buttons(app: App, plan: VisitPlan | None, save: Callable[[], None]) -> ft.Control:
    parts: list[ft.Control] = [
        target("save", ft.FilledButton("Save", height=theme.TOUCH, on_click=save))
    ]
    if plan is not None:
        said = f"{plan.name} goes on" if plan.archived else f"{plan.name} stops"

        def archive() -> None:
            if app.act(said, partial(rounds.archive, app.replica, plan)):
                app.go(ROUTE)

        words = "Take it up again" if plan.archived else "Archive"
        parts.append(
            target("archive", ft.OutlinedButton(words, height=theme.TOUCH, on_click=archive))
        )
    return ft.Row(wrap=True, spacing=theme.GAP, controls=parts)


def _wrong(text: str) -> list[ft.Control]:
    return [ft.Text(text, color=ft.Colors.ERROR)] if text else []
