"""Forms of a few fields: what was typed is kept by name, a problem is said beside its field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft

from client import money
from client.ui.component import component
from client.ui.components.fields import TextInput
from client.ui.components.money_input import MoneyInput
from client.ui.components.page import target
from client.ui.hooks import use_stable

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.errors import Invalid
    from client.ui.meanwhile import Values


class Problem(NamedTuple):
    """What is wrong with a field; empty if nothing is."""

    field: str = ""
    message: str = ""

    def at(self, field: str) -> str:
        return self.message if field == self.field else ""


def problem_of(error: Invalid) -> Problem:
    return Problem(error.field, error.message)


@component
def TypedField(
    values: Values,
    field: str,
    label: str,
    problem: Problem,
    *,
    on_typed: Callable[[], None] | None = None,
    **options: Any,
) -> ft.Control:
    """A text field that keeps what is typed in `values[field]`; the target `field-<field>`.

    It shows what others write there until somebody types into it.
    """
    hear = _use_typing(values, field, on_typed)
    initial = values.get(field, "")
    entry = TextInput(label, hear, initial, problem.at(field), key=values.turns[field], **options)
    return target(f"field-{field}", entry)


@component
def TypedPrice(
    values: Values, field: str, label: str, currency: str, problem: Problem, **options: Any
) -> ft.Control:
    """The same for the price of one, which `price_in` reads."""
    hear = _use_typing(values, field)
    entry = MoneyInput(
        label, hear, values[field], currency, problem.at(field),
        decimals=money.FINE, key=values.turns[field], **options,
    )  # fmt: skip
    return target(f"field-{field}", entry)


def price_in(values: Values, field: str, currency: str, locale: str) -> money.Reading:
    """The price of one as it was typed."""
    return money.read(values[field], currency, decimals=money.FINE, locale=locale)


def _use_typing(
    values: Values, field: str, on_typed: Callable[[], None] | None = None
) -> Callable[[str], None]:
    """Keep what is typed; put back as it was, the field shows what others have made of it."""
    _version, set_version = ft.use_state(0)

    def hear(text: str) -> None:
        values[field] = text
        if values[field] != text:
            set_version(values.turns[field])
        if on_typed:
            on_typed()

    return use_stable(hear)


def stretched(controls: list[ft.Control], spacing: int = 12) -> ft.Control:
    """Fields one beneath the other, as wide as their place."""
    return ft.Column(
        tight=True,
        spacing=spacing,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=controls,
    )
