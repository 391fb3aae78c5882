"""The custom fields of a record in a form, whichever form that is.

What is typed goes to the form as it is typed, and `customising.finished` reads it when the form is
saved, so a draft loses nothing; typed as it was, it is what it was. A value that does not fit its
field any more is shown as it is.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import flet as ft

from client import customising, record_types
from client.ui import theme
from client.ui.component import component
from client.ui.components.choices import Choice, dropdown, several_row, turned
from client.ui.components.fields import TextInput
from client.ui.components.page import section, target
from client.ui.components.typed import stretched
from client.ui.components.understood import DayInput, ReadInput
from client.ui.hooks import use_app, use_change, use_live, use_stable
from client.ui.meanwhile import as_shown, as_taken
from sync_protocol.records import CustomField, Settings
from sync_protocol.rules import custom

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from client.ui.views.records.draft import Draft
    from sync_protocol.records.parts import CustomValue

    OnValue = Callable[[str, CustomValue | None], None]

CUSTOM = "custom"
YES, NO = "yes", "no"
MANY_OPTIONS = 8
"""More of them are chosen from a list rather than from buttons."""
NONE = "-"
KEYBOARDS = {
    "email": ft.KeyboardType.EMAIL,
    "phone": ft.KeyboardType.PHONE,
    "link": ft.KeyboardType.URL,
    "number": ft.KeyboardType.NUMBER,
}


class Says(Protocol):
    """What is wrong with a form."""

    def at(self, field: str) -> str: ...


class Ways(NamedTuple):
    """How this company writes."""

    currency: str
    locale: str


@component
def CustomFields(draft: Draft, problem: Says) -> ft.Control:
    """The fields of a draft's record, in their own section; nothing where there are none."""
    of = record_types.name_of(draft.before)
    on_value = use_stable(draft.put_custom)
    fields, ways = use_live(lambda replica: _read(replica, of), CustomField, Settings, deps=[of])
    if not fields:
        return ft.Container(visible=False)
    inputs: list[ft.Control] = [
        target(
            f"field-custom.{field.id}",
            CustomInput(
                field, draft.now.custom.get(field.id), on_value, _at(problem, field), ways,
                before=draft.before.custom.get(field.id),
            ),
            key=f"{field.id} {draft.turns[f'{CUSTOM}.{field.id}']}",
        )
        for field in fields
    ]  # fmt: skip
    return section(section_title(of), [stretched(inputs)])


def section_title(of: str) -> str:
    """What the company has added stands by itself; in a type of its own it is what there is."""
    return "Details" if record_types.named(of).is_own else "Custom fields"


def _read(replica: Replica, of: str) -> tuple[list[CustomField], Ways]:
    settings = replica.settings
    return customising.fields_of(replica, of), Ways(settings.currency, settings.locale)


def _at(problem: Says, field: CustomField) -> str:
    return problem.at(f"{customising.PATH}{field.id}")


@component
def CustomInput(
    field: CustomField,
    value: CustomValue | None,
    on_value: OnValue,
    error: str,
    ways: Ways,
    *,
    before: CustomValue | None,
    **options: Any,
) -> ft.Control:
    """One field, that was `before` and is `value` in a form; `options` are those of a text field.

    `on_value(id, value)` hears of each change, None for nothing, and must be stable.
    """
    if field.type in (*custom.CHOICES, "yes_no"):
        chooser: ft.Control = ChoiceInput(field, value, on_value, error)
        return chooser
    entry: ft.Control = TextEntry(field, value, on_value, error, ways, before=before, **options)
    return entry


@component
def TextEntry(
    field: CustomField,
    value: CustomValue | None,
    on_value: OnValue,
    error: str,
    ways: Ways,
    *,
    before: CustomValue | None,
    **options: Any,
) -> ft.Control:
    """Anything that is typed."""
    words = partial(customising.typed, field, locale=ways.locale)
    initial = as_shown(value, before, words)
    hear = use_stable(lambda text: on_value(field.id, as_taken(text, before, words) or None))
    unfit = _misfit(field, value, before, ways)
    options |= {"helper": field.about or None, "helper_max_lines": 3}
    if unfit and not error:
        options["helper"] = f"{unfit} It stays as it is until then."
    if keyboard := KEYBOARDS.get(field.type):
        options["keyboard_type"] = keyboard
    if field.type == "long_text":
        options |= {"multiline": True, "min_lines": 2, "max_lines": 8}
    if field.type == "money":
        options["suffix"] = ways.currency if not initial else None
    if field.type in ("text", "long_text", "link", "email", "phone"):
        plain: ft.Control = TextInput(called(field), hear, initial, error, **options)
        return plain
    understand = partial(_understood, field, ways)
    kind = DayInput if field.type == "date" else ReadInput
    read: ft.Control = kind(called(field), hear, understand, initial, error, **options)
    return read


@component
def ChoiceInput(
    field: CustomField, value: CustomValue | None, on_value: OnValue, error: str
) -> ft.Control:
    """Buttons to tap, again to take it back; a list where they would be too many."""
    app = use_app()
    now, set_now = ft.use_state(value)
    locale = app.replica.settings.locale

    def put(new: CustomValue | None) -> None:
        set_now(new)
        on_value(field.id, new)

    change = use_change(now, put)

    def choose(entry: str) -> None:
        on = entry not in _chosen(now)
        change(lambda held: _tapped(field, held, entry, on=on))

    choices = _choices(field, now, locale)
    on = _chosen(now)
    if field.type == "choice" and len(choices) > MANY_OPTIONS:
        control = _list(field.name, choices, next(iter(on), NONE), choose)
    else:
        control = several_row(f"custom-{field.id}", choices, on, choose)
    about = [ft.Text(field.about, style=theme.SMALL, color=theme.MUTED)] if field.about else []
    wrong = [ft.Text(error, style=theme.SMALL, color=ft.Colors.ERROR)] if error else []
    heading = ft.Text(called(field), style=theme.SMALL, color=theme.MUTED)
    return stretched([heading, control, *about, *wrong], theme.GAP_S)


def called(field: CustomField) -> str:
    """A field's label."""
    return f"{field.name} (needed)" if field.required else field.name


def _misfit(
    field: CustomField, value: CustomValue | None, before: CustomValue | None, ways: Ways
) -> str:
    """What is wrong with a value that is kept, or with what was typed over it."""
    if value is None:
        return ""
    if isinstance(value, str) and value != before:
        return customising.read(field, value, currency=ways.currency, locale=ways.locale).problem
    return custom.problem(field, value)


def _understood(field: CustomField, ways: Ways, text: str) -> str:
    found = customising.read(field, text, currency=ways.currency, locale=ways.locale)
    return found.problem or customising.words(field, found.value, ways.locale)


def _choices(field: CustomField, value: CustomValue | None, locale: str) -> list[Choice]:
    """What is offered, and what is chosen although it is offered no more."""
    if field.type == "yes_no":
        found = [Choice(YES, "Yes"), Choice(NO, "No")]
    else:
        found = [Choice(entry, option.name) for entry, option in custom.offered(field)]
    known = {choice.value for choice in found}
    odd = [entry for entry in _chosen(value) if entry not in known]
    return found + [Choice(entry, f"{_told(field, entry, locale)} (not offered)") for entry in odd]


def _told(field: CustomField, entry: str, locale: str) -> str:
    option = field.options.get(entry)
    return option.name if option else customising.words(field, entry, locale)


def _chosen(value: CustomValue | None) -> tuple[str, ...]:
    if isinstance(value, bool):
        return (YES if value else NO,)
    return custom.chosen(value)


def _tapped(
    field: CustomField, held: CustomValue | None, entry: str, *, on: bool
) -> CustomValue | None:
    """The value after a tap that turns an option on or off: one more, one less, or another."""
    if field.type == "choices":
        return tuple(turned(_chosen(held), entry, on=on)) or None
    if not on or entry == NONE:
        return None
    return entry == YES if field.type == "yes_no" else entry


def _list(
    name: str, choices: list[Choice], on: str, on_choose: Callable[[str], None]
) -> ft.Control:
    offered = [Choice(NONE, "None"), *choices]
    return dropdown(name, offered, on, on_choose, expand=True, width=theme.READABLE_WIDTH)
