"""One custom field: its name, its type, its options. For administrators.

A field's type can only become one under which the values that are there can still be read, and an
option is archived rather than removed, so that nothing that was filled in is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import flet as ft
import msgspec

from client.errors import Invalid
from client.replica import DraftKey
from client.ui import theme
from client.ui.component import component
from client.ui.components import keeping
from client.ui.components.buttons import icon_button
from client.ui.components.choices import Choice, choice_row
from client.ui.components.fields import TextInput
from client.ui.components.page import reading, scroll, section, target
from client.ui.components.ticks import switch
from client.ui.components.typed import Problem, TypedField, problem_of, stretched
from client.ui.hooks import use_app, use_live, use_stable
from client.ui.views.admin.parts import refusal, use_admin
from client.ui.views.custom.field_list import ROUTE, TYPES, asked_of, types
from client.ui.views.kept_form import use_choice, use_kept_form
from client.ui.views.records.loosely import as_typed
from sync_protocol.records import CustomField, Option
from sync_protocol.rules import custom

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from client.ui.meanwhile import Values
    from client.ui.views.kept_form import KeptForm

Options = dict[str, Option]
NAMELESS = "A choice needs a name. Offer it no more, if it is to go."
NO_OPTIONS = "Add at least two choices."
FEWEST = 2
FACTS = ("name", "about", "type", "required")


@component
def FieldView() -> ft.Control:
    """`/admin/fields/new?of=account` and `/admin/fields/<id>`."""
    app, admin = use_app(), use_admin()
    field_id = ft.use_route_params().get("id", "")
    field = use_live(
        lambda replica: replica.get(CustomField, field_id) if field_id else None,
        CustomField, deps=[field_id],
    )  # fmt: skip
    of = field.of if field else asked_of(app.page.route)
    back = lambda: app.go(at(of))  # noqa: E731
    title = "Custom field" if field_id else "New custom field"
    if not admin:
        return refusal(title, back)
    if field_id and (field is None or field.deleted):
        return keeping.absent(title, back)
    form = FieldForm(of, field, key=field_id)
    return reading(title, scroll([form]), on_back=back)


def at(of: str) -> str:
    """The list of a record type's fields."""
    return f"{ROUTE}?{urlencode({'of': of})}"


@component
def FieldForm(of: str, field: CustomField | None) -> ft.Control:
    """Keeps what is typed until it is saved."""
    began = {
        "name": field.name if field else "",
        "about": field.about if field else "",
        "type": field.type if field else "text",
        "required": field.required if field else False,
        "options": msgspec.to_builtins(ordered(field.options)) if field else {},
    }
    form = use_kept_form(DraftKey("customfield", field.id if field else "", of), began)
    return form.around(FieldFields(of, field, form, key=f"{form.generation}"))


@component
def FieldFields(of: str, field: CustomField | None, form: KeptForm) -> ft.Control:
    app, values = use_app(), form.values
    type_, set_type = use_choice(values, "type")
    required, set_required = use_choice(values, "required")
    problem, set_problem = ft.use_state(Problem())

    def save() -> None:
        facts: dict[str, Any] = {name: values[name] for name in FACTS}
        try:
            held = field.options if field else {}
            facts["options"] = finished(options_in(values), held, facts["type"])
            done = form.act("Field saved", lambda: write(app.replica, of, field, facts))
        except Invalid as error:
            set_problem(problem_of(error))
            return
        if done:
            form.done()
            app.go(at(of))

    called = dict(types(app.replica)).get(of, "records")
    fields: list[ft.Control] = [
        ft.Text(f"A field of {called.lower()}", color=theme.MUTED),
        TypedField(values, "name", "Name", problem, autofocus=field is None),
        _types(field, type_, set_type),
        *([OptionEditor(values, problem.at("options"))] if type_ in custom.CHOICES else []),
        _needed(required, set_required),
        TypedField(values, "about", "What to fill in (optional)", problem),
        keeping.buttons(app, field, save, at(of)),
    ]
    return stretched(fields, theme.GAP_L)


def finished(options: Options, held: Options, type_: str) -> Options:
    """The options as they are kept: trimmed, in their order, new ones without a name left out.

    Raises `Invalid`.
    """
    if type_ not in custom.CHOICES:
        return options
    if any(entry in held and not option.name.strip() for entry, option in options.items()):
        raise Invalid("options", NAMELESS)
    kept = _placed(
        {
            entry: msgspec.structs.replace(option, name=option.name.strip())
            for entry, option in options.items()
            if option.name.strip()
        }
    )
    names = [option.name.casefold() for option in kept.values()]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise Invalid("options", f'"{twice}" is there twice.')
    if any(";" in name for name in names):
        raise Invalid("options", "A choice cannot hold a semicolon: it parts choices in files.")
    if sum(not option.archived for option in kept.values()) < FEWEST:
        raise Invalid("options", NO_OPTIONS)
    return kept


def write(replica: Replica, of: str, field: CustomField | None, facts: dict[str, Any]) -> None:
    """Save a new or an existing field; a new one is the last. Raises `Invalid`."""
    name = facts["name"].strip()
    others = [x for x in replica.find(CustomField, of=of) if field is None or x.id != field.id]
    if any(other.name.casefold() == name.casefold() for other in others):
        raise Invalid("name", f"There is already a field called {name}.")
    facts |= {"name": name, "about": facts["about"].strip()}
    if field is not None:
        replica.update(field, **facts)
        return
    place = 1 + max((other.place for other in others), default=-1)
    replica.create(CustomField(of=of, place=place, **facts))


def _types(field: CustomField | None, type_: str, on_choose: Callable[[str], None]) -> ft.Control:
    """What it can be, or can still become."""
    possible = custom.may_become(field.type) if field else tuple(TYPES)
    choices = [Choice(name, TYPES[name][0], TYPES[name][1]) for name in TYPES if name in possible]
    return section("What is filled in", [choice_row("type", choices, type_, on_choose)])


def _needed(required: bool, on_change: Callable[[bool], None]) -> ft.Control:
    return target("required", switch("Must be filled in", on_change, on=required))


@component
def OptionEditor(values: Values, problem: str) -> ft.Control:
    """The choices: named, in their order, offered or not."""
    app = use_app()
    _version, set_version = ft.use_state(0)

    def hold(new: Options) -> None:
        values["options"] = msgspec.to_builtins(new)

    def change(new: Options) -> None:
        hold(new)
        set_version(lambda old: old + 1)

    def name(entry: str, text: str) -> None:
        held = options_in(values)
        hold({**held, entry: msgspec.structs.replace(held[entry], name=text)})

    hear = use_stable(name)
    add = ft.TextButton(
        "Add a choice", icon=ft.Icons.ADD, height=theme.TOUCH,
        on_click=lambda _event: change(
            _placed({**options_in(values), app.replica.new_entry(): Option("")})
        ),
    )  # fmt: skip
    wrong = [ft.Text(problem, style=theme.SMALL, color=ft.Colors.ERROR)] if problem else []
    up = use_stable(lambda entry: change(_swapped(options_in(values), entry)))
    drop = use_stable(lambda entry: change(_dropped(options_in(values), entry)))
    rows = [
        OptionRow(entry, option, hear, up, drop, key=f"{entry} {values.turns[f'options.{entry}']}")
        for entry, option in options_in(values).items()
    ]
    return section("Choices", [stretched([*rows, *wrong, ft.Row([target("add-option", add)])])])


def options_in(values: Values) -> Options:
    """As they stand in a form, in their order."""
    return ordered(as_typed(Options, values["options"]))


def ordered(options: Options) -> Options:
    """By their places."""
    return dict(sorted(options.items(), key=lambda pair: (pair[1].place, pair[0])))


def _placed(options: Options) -> Options:
    """Each with the place at which it stands."""
    return {
        entry: msgspec.structs.replace(option, place=place)
        for place, (entry, option) in enumerate(options.items())
    }


def _swapped(options: Options, entry: str) -> Options:
    """One choice a place earlier."""
    entries = list(options)
    place = entries.index(entry)
    entries.insert(max(0, place - 1), entries.pop(place))
    return _placed({one: options[one] for one in entries})


def _dropped(options: Options, entry: str) -> Options:
    """Offered no more, or again; one that has no name yet goes."""
    option = options[entry]
    if not option.name.strip():
        return {one: held for one, held in options.items() if one != entry}
    turned = msgspec.structs.replace(option, archived=not option.archived)
    return {**options, entry: turned}


@component
def OptionRow(
    entry: str,
    option: Option,
    on_name: Callable[[str, str], None],
    on_up: Callable[[str], None],
    on_drop: Callable[[str], None],
) -> ft.Control:
    hear = use_stable(lambda text: on_name(entry, text))
    label = "Choice (not offered)" if option.archived else "Choice"
    icon, words = (
        (ft.Icons.UNARCHIVE_OUTLINED, "Offer it again")
        if option.archived
        else (ft.Icons.ARCHIVE_OUTLINED, "Offer it no more")
    )
    sizes: dict[str, Any] = {"width": theme.TOUCH, "height": theme.TALL}
    return ft.Row(
        spacing=0,
        controls=[
            TextInput(label, hear, option.name, expand=True),
            icon_button(
                ft.Icons.ARROW_UPWARD, "Earlier", on_click=lambda _event: on_up(entry), **sizes
            ),
            icon_button(icon, words, on_click=lambda _event: on_drop(entry), **sizes),
        ],
    )
