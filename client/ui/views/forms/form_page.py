"""The visit forms, and one of them: its name, for which visits, its questions. For admins."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import flet as ft

from client import visit_forms, visiting
from client.errors import Invalid
from client.interchange.export_answers import export_answers
from client.replica import DraftKey
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import keeping, states
from client.ui.components.buttons import icon_button
from client.ui.components.choices import Choice, several_row, turned
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.rows import menu_row, row
from client.ui.components.saving import use_saver
from client.ui.components.typed import Problem, TypedField, problem_of, stretched
from client.ui.hooks import use_app, use_live, use_record
from client.ui.views.admin.parts import refusal, use_admin
from client.ui.views.custom.field_list import TYPES
from client.ui.views.kept_form import use_choice, use_kept_form
from sync_protocol.records import Purpose, VisitForm
from sync_protocol.rules import custom, forms

if TYPE_CHECKING:
    from client.ui.context import App
    from client.ui.views.kept_form import KeptForm
    from sync_protocol.records.fieldwork import Question

ROUTE = "/admin/forms"
TITLE = "Visit forms"
ABOUT = (
    "Questions that a rep is asked on a visit. They can be answered during the visit or later; "
    "what is needed and missing is named, and never stops anybody."
)


@component
def FormsView() -> Any:
    """`/admin/forms`."""
    app, admin = use_app(), use_admin()
    held = use_live(lambda replica: replica.find(VisitForm, order_by="place"), VisitForm)
    purposes = use_live(lambda replica: replica.find(Purpose), Purpose)
    if not admin:
        return refusal(TITLE, lambda: app.go("/more"))
    names = {purpose.id: purpose.name for purpose in purposes}
    new = target(
        "add",
        ft.FilledTonalButton(
            "New form", icon=ft.Icons.ADD, height=theme.TOUCH,
            on_click=lambda: app.go(f"{ROUTE}/new"),
        ),
    )  # fmt: skip
    shown = [_form_row(app, form, names) for form in held if not form.archived]
    archived = [_form_row(app, form, names) for form in held if form.archived]
    nothing = states.none_yet(ft.Icons.CHECKLIST, "No forms yet", ABOUT)
    return reading(
        TITLE,
        scroll(
            [
                *([ft.Text(ABOUT, color=theme.MUTED), *shown] if held else [nothing]),
                *([section("Archived", archived, len(archived))] if archived else []),
            ]
        ),
        on_back=lambda: app.go("/more"),
        actions=[new],
    )


def _form_row(app: App, form: VisitForm, purposes: dict[str, str]) -> ft.Control:
    count = wording.plural(len(forms.in_order(form)), "question")
    which = wording.joined(purposes.get(x, "an unknown purpose") for x in form.purposes)
    detail = f"{count}, {f'for {which}' if form.purposes else 'for every visit'}"
    return menu_row(
        f"form-{form.id}", ft.Icons.CHECKLIST, form.name, detail,
        lambda: app.go(f"{ROUTE}/{form.id}"),
    )  # fmt: skip


@component
def FormView() -> Any:
    """`/admin/forms/new` and `/admin/forms/<id>`."""
    app, admin = use_app(), use_admin()
    form_id = ft.use_route_params().get("id", "")
    form = use_record(VisitForm, form_id)
    title = form.name if form else "New form"
    back = lambda: app.go(ROUTE)  # noqa: E731
    if not admin:
        return refusal(TITLE, lambda: app.go("/more"))
    if form_id and form is None:
        return keeping.absent("Form", back)
    if form is None:
        return reading(title, scroll([NewForm()]), on_back=back)
    body = [FormFacts(form, key=form.id), _questions(app, form), Answers(form, key="answers")]
    return reading(title, scroll(body), on_back=back)


@component
def NewForm() -> ft.Control:
    """Its name is all it takes to begin."""
    form = use_kept_form(DraftKey("visitform", "", ""), {"name": ""})
    return form.around(NewFields(form, key=f"{form.generation}"))


@component
def NewFields(form: KeptForm) -> ft.Control:
    app, values = use_app(), form.values
    problem, set_problem = ft.use_state(Problem())

    def save() -> None:
        made: list[VisitForm] = []
        try:
            done = form.act(
                "Form added",
                lambda: made.append(visit_forms.add_form(app.replica, values["name"])),
            )
        except Invalid as error:
            set_problem(problem_of(error))
            return
        if done:
            form.done()
            app.go(f"{ROUTE}/{made[0].id}")

    return stretched(
        [
            TypedField(values, "name", "Name", problem, autofocus=True),
            keeping.buttons(app, None, save, ROUTE),
        ],
        theme.GAP_L,
    )


@component
def FormFacts(form: VisitForm) -> ft.Control:
    """Its name, a word to the rep, and for which visits it is; kept until it is saved."""
    began = {"name": form.name, "about": form.about, "purposes": list(form.purposes)}
    kept = use_kept_form(DraftKey("visitform", form.id, ""), began)
    return kept.around(FactFields(form, kept, key=f"{kept.generation}"))


@component
def FactFields(form: VisitForm, kept: KeptForm) -> ft.Control:
    app, values = use_app(), kept.values
    purposes, set_purposes = use_choice(values, "purposes")
    offered = use_live(visiting.purposes, Purpose)
    problem, set_problem = ft.use_state(Problem())

    def save() -> None:
        try:
            done = kept.act(
                "Form saved",
                lambda: visit_forms.change_form(
                    app.replica, form, values["name"], values["about"], values["purposes"]
                ),
            )
        except Invalid as error:
            set_problem(problem_of(error))
            return
        if done:
            kept.saved()
            set_problem(Problem())

    def tap(purpose_id: str) -> None:
        set_purposes(turned(values["purposes"], purpose_id, on=purpose_id not in purposes))

    which = [Choice(purpose.id, purpose.name) for purpose in offered]
    words = "Asked on visits for these purposes" if purposes else "Asked on every visit"
    return stretched(
        [
            TypedField(values, "name", "Name", problem),
            TypedField(values, "about", "A word to the rep (optional)", problem),
            section(words, [several_row("purposes", which, purposes, tap)]),
            keeping.buttons(app, form, save, ROUTE),
        ],
        theme.GAP_L,
    )


@component
def Answers(form: VisitForm) -> ft.Control:
    """What was answered, as a table for a spreadsheet."""
    app, save = use_app(), use_saver()

    async def export() -> None:
        await save(f"{form.name}.csv", export_answers(app.replica, form))

    button = ft.OutlinedButton(
        "Save the answers as a table", icon=ft.Icons.FILE_DOWNLOAD_OUTLINED, height=theme.TOUCH,
        on_click=export,
    )  # fmt: skip
    return section("Answers", [ft.Row(controls=[target("export-answers", button)])])


def _questions(app: App, form: VisitForm) -> ft.Control:
    order = forms.in_order(form)
    rows = [_question(app, form, order, place) for place in range(len(order))]
    archived = [
        _archived(app, form, entry, question)
        for entry, question in form.questions.items()
        if question.archived
    ]
    add = ft.FilledTonalButton(
        "Add a question", icon=ft.Icons.ADD, height=theme.TOUCH,
        on_click=lambda: app.go(f"{ROUTE}/{form.id}/questions/new"),
    )  # fmt: skip
    more = [section("Not asked any more", archived, len(archived))] if archived else []
    return section(
        "Questions", [*rows, ft.Row(controls=[target("add-question", add)]), *more], len(order)
    )


def _question(
    app: App, form: VisitForm, order: list[tuple[str, Question]], place: int
) -> ft.Control:
    entry, question = order[place]

    def move(to: int) -> None:
        app.act("Order changed", lambda: visit_forms.move_question(app.replica, form, place, to))

    def arrow(words: str, icon: ft.IconData, on: bool, to: int) -> ft.Control:
        return icon_button(icon, words, disabled=not on, on_click=partial(move, to))

    words, icon = TYPES[question.type]
    parts = (words, "needed" if question.required else "", _branch(form, question))
    line = row(
        icon, question.text, wording.listed(parts),
        on_click=lambda: app.go(f"{ROUTE}/{form.id}/questions/{entry}"),
        end=[
            arrow("Earlier", ft.Icons.ARROW_UPWARD, place > 0, place - 1),
            arrow("Later", ft.Icons.ARROW_DOWNWARD, place < len(order) - 1, place + 1),
        ],
    )  # fmt: skip
    return target(f"question-{entry}", line, key=entry)


def _archived(app: App, form: VisitForm, entry: str, question: Question) -> ft.Control:
    return menu_row(
        f"question-{entry}", ft.Icons.ARCHIVE_OUTLINED, question.text, "",
        lambda: app.go(f"{ROUTE}/{form.id}/questions/{entry}"),
    )  # fmt: skip


def _branch(form: VisitForm, question: Question) -> str:
    """On which answer a question depends, in words."""
    if question.only_if is None:
        return ""
    other = form.questions.get(question.only_if.field.removeprefix(forms.PATH))
    if other is None:
        return ""
    names = {one.value: one.label for one in answers_of(other)}
    chosen = [names[value] for value in question.only_if.values if value in names]
    asked = f"\u201c{wording.short(other.text)}\u201d"
    return f"only if {asked} is {' or '.join(chosen)}" if chosen else f"only after {asked}"


def answers_of(question: Question | None) -> list[Choice]:
    """What can be tapped as an answer; nothing for what is typed."""
    if question is None:
        return []
    if question.type == "yes_no":
        return [Choice("yes", "Yes"), Choice("no", "No")]
    if question.type not in custom.CHOICES:
        return []
    field = visit_forms.as_field("-", question)
    return [Choice(entry, option.name) for entry, option in custom.offered(field)]
