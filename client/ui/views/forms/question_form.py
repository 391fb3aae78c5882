"""One question of a visit form: what is asked, how it is answered, when. For administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft
import msgspec

from client import visit_forms
from client.errors import Invalid
from client.replica import DraftKey
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import keeping
from client.ui.components.choices import Choice, choice_row, several_row, turned
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.ticks import switch
from client.ui.components.typed import Problem, TypedField, problem_of, stretched
from client.ui.hooks import use_app, use_live
from client.ui.views.admin.parts import refusal, use_admin
from client.ui.views.custom.field_form import OptionEditor, finished, options_in, ordered
from client.ui.views.custom.field_list import TYPES
from client.ui.views.forms.form_page import ROUTE, answers_of
from client.ui.views.kept_form import use_choice, use_kept_form, whole
from sync_protocol.records import Condition, VisitForm
from sync_protocol.records.fieldwork import Question
from sync_protocol.rules import custom, forms

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.meanwhile import Values
    from client.ui.views.kept_form import KeptForm

ALWAYS = "-"
BLANK = Question("?")


@component
def QuestionView() -> Any:
    """`/admin/forms/<id>/questions/new` and `.../questions/<entry>`."""
    app, admin, params = use_app(), use_admin(), ft.use_route_params()
    form_id, entry = params.get("id", ""), params.get("entry", "")
    form = use_live(lambda replica: replica.get(VisitForm, form_id), VisitForm, deps=[form_id])
    back = lambda: app.go(f"{ROUTE}/{form_id}")  # noqa: E731
    if not admin:
        return refusal("Question", lambda: app.go("/more"))
    if form is None or (entry and entry not in form.questions):
        return keeping.absent("Question", back)
    title = "Question" if entry else "New question"
    return reading(title, scroll([QuestionForm(form, entry, key=entry)]), on_back=back)


@component
def QuestionForm(form: VisitForm, entry: str) -> ft.Control:
    """Keeps what is typed until it is saved."""
    held = form.questions.get(entry, BLANK)
    began = {
        "text": held.text if entry else "",
        "about": held.about,
        "type": held.type,
        "required": held.required,
        "when": whole(held.only_if),
        "options": msgspec.to_builtins(ordered(held.options)),
    }
    kept = use_kept_form(DraftKey("visitform", form.id, f"question {entry}"), began)
    return kept.around(QuestionFields(form, entry, held, kept, key=f"{kept.generation}"))


@component
def QuestionFields(form: VisitForm, entry: str, held: Question, kept: KeptForm) -> ft.Control:
    app, values = use_app(), kept.values
    type_, set_type = use_choice(values, "type")
    required, set_required = use_choice(values, "required")
    _when, set_when = use_choice(values, "when")
    problem, set_problem = ft.use_state(Problem())

    def act(said: str, make: Callable[[], Question]) -> None:
        try:
            done = kept.act(
                said, lambda: visit_forms.put_question(app.replica, form, entry, make())
            )
        except Invalid as error:
            set_problem(problem_of(error))
            return
        if done:
            kept.done()
            app.go(f"{ROUTE}/{form.id}")

    def typed() -> Question:
        return msgspec.structs.replace(
            held, text=values["text"], about=values["about"].strip(), type=values["type"],
            required=values["required"], only_if=_condition(values),
            options=finished(options_in(values), held.options, values["type"]),
        )  # fmt: skip

    def turn() -> None:
        said = "Question asked again" if held.archived else "Question asked no more"
        act(said, lambda: msgspec.structs.replace(held, archived=not held.archived))

    possible = custom.may_become(held.type) if entry else tuple(TYPES)
    types = [Choice(name, *TYPES[name]) for name in TYPES if name in possible]
    needed = switch("Needs an answer", set_required, on=required)
    return stretched(
        [
            TypedField(values, "text", "Question", problem, autofocus=not entry, max_length=500),
            section("How it is answered", [choice_row("type", types, type_, set_type)]),
            *([OptionEditor(values, problem.at("options"))] if type_ in custom.CHOICES else []),
            target("required", needed),
            TypedField(values, "about", "A hint beneath it (optional)", problem),
            Branch(form, entry, values, lambda new: set_when(whole(new))),
            _buttons(lambda: act("Question saved", typed), turn if entry else None, held),
        ],
        theme.GAP_L,
    )


@component
def Branch(
    form: VisitForm,
    entry: str,
    values: Values,
    on_change: Callable[[Condition | None], None],
) -> ft.Control:
    """Always, or only where an earlier question has one of these answers."""
    only_if = _condition(values)
    earlier = _earlier(form, entry)
    if not earlier:
        return ft.Container()
    needs = only_if.field.removeprefix(forms.PATH) if only_if else ALWAYS

    def choose(other: str) -> None:
        on_change(None if other == ALWAYS else Condition(f"{forms.PATH}{other}", "filled"))

    def tap(value: str) -> None:
        shown, now = (x.values if x else () for x in (only_if, _condition(values)))
        asked = tuple(turned(now, value, on=value not in shown))
        on_change(Condition(f"{forms.PATH}{needs}", "is" if asked else "filled", asked))

    choices = [Choice(ALWAYS, "Always")] + [
        Choice(other, f"After \u201c{wording.short(question.text)}\u201d")
        for other, question in earlier
    ]
    shown: list[ft.Control] = [choice_row("only-if", choices, needs, choose)]
    answers = answers_of(dict(earlier).get(needs))
    if answers and only_if:
        shown += [
            ft.Text("if one of these is the answer (none chosen: any)", color=theme.MUTED),
            several_row("only-answer", answers, only_if.values, tap),
        ]
    return section("When it is asked", shown)


def _condition(values: Values) -> Condition | None:
    """When it is asked, as it stands in the form."""
    return msgspec.json.decode(values["when"], type=Condition | None)


def _earlier(form: VisitForm, entry: str) -> list[tuple[str, Question]]:
    order = forms.in_order(form)
    places = [one for one, _question in order]
    return order[: places.index(entry)] if entry in places else order


def _buttons(
    save: Callable[[], None], turn: Callable[[], None] | None, held: Question
) -> ft.Control:
    words = "Ask it again" if held.archived else "Ask it no more"
    archive = ft.OutlinedButton(
        words, icon=ft.Icons.ARCHIVE_OUTLINED, height=theme.TOUCH, on_click=turn
    )
    return ft.Row(
        wrap=True,
        spacing=theme.GAP,
        controls=[
            target("save", ft.FilledButton("Save", height=theme.TOUCH, on_click=save)),
            *([target("archive", archive)] if turn else []),
        ],
    )
