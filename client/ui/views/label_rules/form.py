"""One rule: `/rules/new` and `/rules/<id>`. What it would do is told before it is switched on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client import label_rules
from client.errors import Invalid
from client.replica import DraftKey
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import keeping
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.rows import row
from client.ui.components.typed import Problem, TypedField, problem_of, stretched
from client.ui.hooks import use_app, use_live, use_record, use_stable
from client.ui.views.kept_form import filter_in, use_choice, use_filter, use_kept_form, whole
from client.ui.views.label_rules.list_view import ROUTE
from client.ui.views.lists.chips import FilterChips, filter_button
from client.ui.views.lists.facets import facets_of
from client.ui.views.lists.filter_sheet import FilterSheet
from client.ui.views.lists.from_segment import FromSegment
from sync_protocol.records import (
    Account,
    Activity,
    Contact,
    CustomField,
    Deal,
    Filter,
    Label,
    Labelling,
    LabelRule,
    Lead,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.label_rules import Trial
    from client.store.undo import Act
    from client.ui.context import App
    from client.ui.meanwhile import Values
    from client.ui.views.kept_form import KeptForm

REFUSAL = "Office staff and administrators can change it."
HOW = {"": "Comes and goes with the data", "yes": "Stays once a run has put it on"}
RUNS = 5
FIELDS = ("name", "label_id", "of", "stays")


@component
def RuleView() -> Any:
    app = use_app()
    rule_id = ft.use_route_params().get("id", "")
    known = use_record(LabelRule, rule_id)
    back = lambda: app.go(ROUTE)  # noqa: E731
    title = "Label rule" if rule_id else "New label rule"
    instead = keeping.instead(
        app.replica, LabelRule, rule_id, known, title=title, on_back=back, refusal=REFUSAL
    )
    if instead is not None:
        return instead
    runs = [Runs(known, key="runs")] if known is not None and known.stays else []
    return reading(title, scroll([RuleForm(known, key=rule_id), *runs]), on_back=back)


@component
def RuleForm(known: LabelRule | None) -> ft.Control:
    """Keeps what is typed until it is saved."""
    begun = known or LabelRule(name="", label_id="", active=True)
    began = {name: getattr(begun, name) for name in FIELDS} | {"filter": whole(begun.filter)}
    form = use_kept_form(DraftKey("labelrule", begun.id), began)
    return form.around(RuleFields(known, begun, form, key=f"{form.generation}"))


@component
def RuleFields(known: LabelRule | None, begun: LabelRule, form: KeptForm) -> ft.Control:
    """Its name, its label, which records, and what it would do to them."""
    app, values = use_app(), form.values
    wanted, set_wanted = use_filter(values, "filter")
    label_id, set_label = use_choice(values, "label_id")
    of, set_of = use_choice(values, "of")
    stays, set_stays = use_choice(values, "stays")
    draft = _in_form(begun, values)
    problem, set_problem = ft.use_state(Problem())
    filtering, set_filtering = ft.use_state(False)
    labels, facets, told = use_live(
        lambda replica: (
            {label.id: label for label in replica.find(Label, order_by="name")},
            facets_of(replica, draft.of),
            label_rules.trial(replica, draft, known),
        ),
        Account, Activity, Contact, CustomField, Deal, Label, Labelling, Lead, deps=[draft],
    )  # fmt: skip

    def choose_of(chosen: str) -> None:
        set_of(chosen)
        set_wanted(Filter())

    def save(*, active: bool | None = None) -> None:
        on = begun.active if active is None else active
        rule = _with(_in_form(begun, values), name=values["name"], active=on)
        try:
            done = form.act("Label rule saved", lambda: label_rules.save(app.replica, known, rule))
        except Invalid as error:
            set_problem(problem_of(error))
            return
        if done:
            form.done()
            app.go(ROUTE)

    close = use_stable(lambda: set_filtering(False))
    take = use_stable(set_wanted)
    offered = [
        Choice(label.id, label.name, colour=label.colour)
        for label in labels.values()
        if not label.archived or label.id == draft.label_id
    ]
    kinds_of = [Choice(of, wording.plural(2, of)[2:].capitalize()) for of in label_rules.OF]
    how = [Choice(value, words) for value, words in HOW.items()]
    return stretched(
        [
            TypedField(values, "name", "Name", problem, autofocus=known is None),
            FilterSheet(draft.of, wanted, filtering, take, close),
            section("If these fit", [
                choice_row("of", kinds_of, of, choose_of),
                ft.Row(controls=[filter_button(wanted, lambda: set_filtering(True))]),
                FilterChips(wanted, labels, facets, take, inset=0),
                FromSegment(draft.of, wanted, take, key=f"segments of {draft.of}"),
                *_wrong(problem.at("filter")),
            ]),
            section("Then this label", [
                choice_row("label", offered, label_id, set_label),
                *_wrong(problem.at("label_id")),
                ft.Container(height=theme.GAP),
                choice_row("stays", how, "yes" if stays else "",
                           lambda value: set_stays(bool(value))),
                target("trial", ft.Text(said(told, draft), color=theme.MUTED)),
            ]),
            _buttons(known, save),
        ],
        theme.GAP_L,
    )  # fmt: skip


@component
def Runs(rule: LabelRule) -> ft.Control:
    """Run the rule, see when it was run on this device, take a run back."""
    app = use_app()
    runs = use_live(lambda replica: label_rules.runs(replica, rule)[:RUNS], Labelling, deps=[rule])
    start = target(
        "run",
        ft.FilledTonalButton(
            "Run it now", icon=ft.Icons.PLAY_ARROW, height=theme.TOUCH,
            disabled=not rule.active, on_click=lambda: app.page.run_task(_run, app, rule),
        ),
    )  # fmt: skip
    rows = [_ran(app, act) for act in runs]
    return section("Runs on this device", [ft.Row(controls=[start]), *rows])


def said(told: Trial, rule: LabelRule) -> str:
    """What a rule would do, in a sentence or two."""
    of = rule.of
    if rule.filter == Filter():
        return f"Filter says which {wording.plural(2, of)[2:]} it is for."
    carry = f" {told.carry:,} of them carry the label already." if told.carry else ""
    fits = f"Fits no {of} on this device."
    if told.fits:
        fits = (
            f"Fits {wording.plural(told.fits, of)} on this device: {_named(told.fits, told.names)}"
        )
    lose = ""
    if told.lose:
        would = f" {wording.plural(told.lose, 'record')} would lose the label"
        lose = f"{would}: {_named(told.lose, told.losers)}"
    return f"{fits}{carry}{lose}"


def _named(number: int, names: Sequence[str]) -> str:
    more = number - len(names)
    return ", ".join(names) + (f" and {more:,} more." if more > 0 else ".")


def _in_form(begun: LabelRule, values: Values) -> LabelRule:
    """The rule as it stands there, but for its name, which changes nothing of what it does."""
    chosen = {name: values[name] for name in ("label_id", "of", "stays")}
    return _with(begun, **chosen, filter=filter_in(values, "filter"))


def _with(rule: LabelRule, **fields: Any) -> LabelRule:
    values = {name: getattr(rule, name) for name in rule.__struct_fields__} | fields
    return LabelRule(**values)


def _wrong(text: str) -> list[ft.Control]:
    return [ft.Text(text, color=ft.Colors.ERROR)] if text else []


def _buttons(known: LabelRule | None, save: Any) -> ft.Control:
    on = known is None or known.active
    words = "Save and switch on" if known is None else "Save"
    switch = "Save, switched off" if known is None else "Switch off" if on else "Switch on"
    return ft.Row(
        wrap=True,
        spacing=theme.GAP,
        controls=[
            target("save", ft.FilledButton(words, height=theme.TOUCH, on_click=lambda: save())),
            target(
                "switch",
                ft.OutlinedButton(switch, height=theme.TOUCH, on_click=lambda: save(active=not on)),
            ),
        ],
    )


def _ran(app: App, act: Act) -> ft.Control:
    when = wording.ago(act.at_ms, app.replica.now())
    done = "taken back" if act.undone else f"{wording.plural(act.changes, 'record')} labelled"
    undo = ft.TextButton(
        "Undo", height=theme.TOUCH,
        on_click=lambda: app.act("Run taken back", lambda: app.replica.undo(act.key)),
    )  # fmt: skip
    end = [] if act.undone else [target(f"undo-{act.key}", undo)]
    return target(f"run-{act.key}", row(ft.Icons.HISTORY, when, done, end=end), key=act.key)


async def _run(app: App, rule: LabelRule) -> None:
    await app.act_in_steps(
        label_rules.run(app.replica, rule),
        lambda done: f"{wording.plural(done, rule.of)} labelled",
        nothing="All that fit carry the label already",
    )
