"""The company's cadences, and one of them: `/cadences...`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client import cadence
from client.errors import Invalid
from client.replica import DraftKey
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import keeping, states
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.rows import menu_row, row
from client.ui.components.typed import Problem, TypedField, problem_of, stretched
from client.ui.hooks import use_app, use_live, use_record, use_stable
from client.ui.views.cadences.own import OFFERED
from client.ui.views.kept_form import filter_in, use_choice, use_filter, use_kept_form, whole
from client.ui.views.lists.chips import FilterChips, filter_button, in_words
from client.ui.views.lists.facets import facets_of
from client.ui.views.lists.filter_sheet import FilterSheet
from client.ui.views.lists.from_segment import FromSegment, without_text
from sync_protocol.records import Account, Cadence, CustomField, Filter, Label, Labelling
from sync_protocol.rules.cadence import USUAL_DAYS

if TYPE_CHECKING:
    from client.replica import Replica
    from client.ui.context import App
    from client.ui.views.kept_form import KeptForm
    from client.ui.views.lists.facets import Facet

ROUTE = "/cadences"
REFUSAL = "Managers, office staff and administrators can change it."
ABOUT = (
    "How often customers are to be visited. Where several fit an account, the shortest counts; "
    "what is said on its own page comes first."
)
USUAL = (
    f"Until the first one is made, everybody is to be visited {cadence.rhythm(USUAL_DAYS)}. "
    "Make one for all accounts, and shorter ones for those who matter most."
)


@component
def CadencesView() -> ft.Control:
    app = use_app()
    found = use_live(read_cadences, Account, Cadence, CustomField, Label, Labelling)
    may = keeping.may(app.replica, Cadence, "create")
    shown = [_row(app, *told, may) for told in found if not told[0].archived]
    archived = [_row(app, *told, may) for told in found if told[0].archived]
    return reading(
        "Cadences",
        scroll(
            [
                ft.Text(ABOUT, color=theme.MUTED),
                *(shown or [states.none_yet(ft.Icons.EVENT_REPEAT, "No cadences yet", USUAL)]),
                *([section("Archived", archived, len(archived))] if archived else []),
            ]
        ),
        on_back=lambda: app.go("/more"),
        actions=[_add(app)] if may else [],
    )


def read_cadences(replica: Replica) -> list[tuple[Cadence, int, str]]:
    """The shortest first, each with how many accounts fit it, and which these are in words."""
    labels = {label.id: label for label in replica.find(Label)}
    facets = facets_of(replica, "account")
    return [
        (one, replica.count(Account, filter=one.filter), in_words(one.filter, labels, facets))
        for one in sorted(replica.find(Cadence), key=lambda x: (x.days, x.name.casefold()))
    ]


def _add(app: App) -> ft.Control:
    return target(
        "add",
        ft.FilledTonalButton(
            "New cadence",
            icon=ft.Icons.ADD,
            height=theme.TOUCH,
            on_click=lambda: app.go(f"{ROUTE}/new"),
        ),
    )


def _row(app: App, one: Cadence, fits: int, asks: str, may: bool) -> ft.Control:
    said = f"{cadence.rhythm(one.days).capitalize()} - {wording.plural(fits, 'account')}"
    said += f": {asks}" if asks else ""
    if not may:
        return target(f"cadence-{one.id}", row(ft.Icons.EVENT_REPEAT, one.name, said), key=one.id)
    return menu_row(
        f"cadence-{one.id}", ft.Icons.EVENT_REPEAT, one.name, said,
        lambda: app.go(f"{ROUTE}/{one.id}"),
    )  # fmt: skip


@component
def CadenceView() -> Any:
    """`/cadences/new` and `/cadences/<id>`."""
    app = use_app()
    cadence_id = ft.use_route_params().get("id", "")
    known = use_record(Cadence, cadence_id)
    back = lambda: app.go(ROUTE)  # noqa: E731
    title = "Cadence" if cadence_id else "New cadence"
    instead = keeping.instead(
        app.replica, Cadence, cadence_id, known, title=title, on_back=back, refusal=REFUSAL
    )
    if instead is not None:
        return instead
    return reading(title, scroll([CadenceForm(known, key=cadence_id)]), on_back=back)


@component
def CadenceForm(known: Cadence | None) -> ft.Control:
    """Keeps what is typed until it is saved."""
    begun = known or Cadence(name="", days=28)
    began = {"name": begun.name, "days": str(begun.days), "filter": whole(begun.filter)}
    form = use_kept_form(DraftKey("cadence", begun.id), began)
    return form.around(CadenceFields(known, form, key=f"{form.generation}"))


@component
def CadenceFields(known: Cadence | None, form: KeptForm) -> ft.Control:
    """Its name, how many days, and for which accounts; how many these are is told at once."""
    app, values = use_app(), form.values
    days, set_days = use_choice(values, "days")
    wanted, set_wanted = use_filter(values, "filter")
    problem, set_problem = ft.use_state(Problem())
    filtering, set_filtering = ft.use_state(False)
    labels, facets, fits = use_live(
        lambda replica: _read_filter(replica, wanted),
        Account, CustomField, Label, Labelling, deps=[wanted],
    )  # fmt: skip

    def save() -> None:
        try:
            done = form.act(
                "Cadence saved",
                lambda: cadence.save(
                    app.replica, known, values["name"], values["days"], filter_in(values, "filter")
                ),
            )
        except Invalid as error:
            set_problem(problem_of(error))
            return
        if done:
            form.done()
            app.go(ROUTE)

    def offer(chosen: str) -> None:
        values.turns["days"] += 1
        set_days(chosen)

    close = use_stable(lambda: set_filtering(False))
    take = use_stable(set_wanted)
    return stretched(
        [
            TypedField(values, "name", "Name", problem, autofocus=known is None),
            choice_row("every", _weeks(), days, offer),
            TypedField(values, "days", "Days between visits", problem),
            FilterSheet("account", wanted, filtering, take, close),
            section("For which accounts", [
                ft.Row(controls=[filter_button(wanted, lambda: set_filtering(True))]),
                FilterChips(wanted, labels, facets, set_wanted, inset=0),
                FromSegment("account", wanted, set_wanted, key="segments"),
                target("fits", ft.Text(_fits(wanted, fits), color=theme.MUTED)),
                *_wrong(problem.at("filter")),
            ]),
            keeping.buttons(app, known, save, ROUTE),
        ],
        theme.GAP_L,
    )  # fmt: skip


def _read_filter(
    replica: Replica, wanted: Filter
) -> tuple[dict[str, Label], dict[str, Facet], int]:
    labels = {label.id: label for label in replica.find(Label)}
    fits = replica.count(Account, filter=without_text(wanted))
    return labels, facets_of(replica, "account"), fits


def _weeks() -> list[Choice]:
    return [Choice(str(days), cadence.rhythm(days).capitalize()) for days in OFFERED]


def _fits(wanted: Filter, fits: int) -> str:
    if wanted == Filter():
        return f"For every account: {fits:,}"
    return f"Fits {wording.plural(fits, 'account')} on this device"


def _wrong(text: str) -> list[ft.Control]:
    return [ft.Text(text, color=ft.Colors.ERROR)] if text else []
