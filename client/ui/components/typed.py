"""Forms of a few fields: what was typed is kept by name, a problem is said beside its field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft

from client.ui.component import component
from client.ui.components.fields import TextInput
from client.ui.components.page import target
from client.ui.hooks import use_stable

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.errors import Invalid


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
    values: dict[str, str],
    field: str,
    label: str,
    problem: Problem,
    *,
    on_typed: Callable[[], None] | None = None,
    **options: Any,
) -> ft.Control:
    """A text field that keeps what is typed in `values[field]`; the target `field-<field>`."""

    def heard(text: str) -> None:
        values[field] = text
        if on_typed:
            on_typed()

    hear = use_stable(heard)
    initial = values.get(field, "")
    return target(f"field-{field}", TextInput(label, hear, initial, problem.at(field), **options))


def stretched(controls: list[ft.Control], spacing: int = 12) -> ft.Control:
    """Fields one beneath the other, as wide as their place."""
    return ft.Column(
        tight=True,
        spacing=spacing,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=controls,
    )
