"""One declared field in a form: the input that its type asks for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import flet as ft

from client import plain_fields
from client.ui import theme
from client.ui.component import component
from client.ui.components.choices import Choice, choice_row
from client.ui.components.fields import TextInput
from client.ui.components.page import target
from client.ui.components.typed import stretched
from client.ui.components.understood import DayInput, ReadInput
from client.ui.hooks import use_app, use_stable
from client.ui.meanwhile import as_shown, as_taken
from client.ui.naming import title_of
from client.ui.views.plain.reference import ReferenceInput
from client.ui.views.records.draft_form import use_choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.views.records.draft import Draft
    from sync_protocol.records import Field, Settings

YES_NO = (Choice("yes", "Yes"), Choice("no", "No"))
KEYBOARDS = {"website": ft.KeyboardType.URL, "number": ft.KeyboardType.NUMBER}


@component
def FieldInput(draft: Draft, field: Field, error: str, *, autofocus: bool = False) -> ft.Control:
    """What is typed is in the draft at once, as it is typed; typed as it was, it is what it was."""
    app = use_app()
    form = plain_fields.form_of(field)
    locale = app.replica.settings.locale
    value, before = getattr(draft.now, field.name), getattr(draft.before, field.name)
    words = partial(plain_fields.typed, field, locale=locale)
    put = use_stable(lambda text: draft.set(field.name, as_taken(text, before, words)))
    label = title_of(field.name)
    if form == "reference":
        kind = plain_fields.referred(field)
        reference: ft.Control = ReferenceInput(
            field.name, kind, value, put, error, key=draft.turns[field.name]
        )
        return reference
    if form in ("choice", "yes_no"):
        chooser: ft.Control = Chooser(draft, field, label, error)
        return chooser
    understand = partial(_understood, field, app.replica.settings)
    entry = _input(field, understand)(
        label, put, initial=as_shown(value, before, words), error=error,
        autofocus=autofocus, key=draft.turns[field.name], **_options(field),
    )  # fmt: skip
    return target(f"field-{field.name}", entry)


def _input(field: Field, understand: Callable[[str], str]) -> Callable[..., ft.Control]:
    """The kind of text field; one that reads what is typed says how it understood it."""
    form = plain_fields.form_of(field)
    if form in ("text", "long_text"):
        return TextInput
    return partial(DayInput if form == "day" else ReadInput, understand=understand)


def _options(field: Field) -> dict[str, Any]:
    form = plain_fields.form_of(field)
    if form == "long_text":
        return {"multiline": True, "min_lines": 2, "max_lines": 8}
    keyboard = KEYBOARDS.get(field.name) or KEYBOARDS.get(form or "")
    return {"keyboard_type": keyboard} if keyboard else {}


def _understood(field: Field, settings: Settings, text: str) -> str:
    ways = {"currency": settings.currency, "locale": settings.locale}
    try:
        value = plain_fields.read(field, text, **ways)
    except ValueError as error:
        return str(error)
    return "" if value is None else plain_fields.words(field, value, settings.locale)


@component
def Chooser(draft: Draft, field: Field, label: str, error: str) -> ft.Control:
    """One of a few, as buttons."""
    chosen, take = use_choice(draft, field.name)

    def choose(value: str) -> None:
        take(value == "yes" if plain_fields.form_of(field) == "yes_no" else value)

    if isinstance(chosen, bool):
        row = choice_row(field.name, YES_NO, "yes" if chosen else "no", choose)
    else:
        offered = [Choice(value, words) for value, words in plain_fields.choices(field)]
        row = choice_row(field.name, offered, chosen, choose)
    wrong = [ft.Text(error, style=theme.SMALL, color=ft.Colors.ERROR)] if error else []
    heading = ft.Text(label, style=theme.SMALL, color=theme.MUTED)
    return stretched([heading, row, *wrong], theme.GAP_S)
