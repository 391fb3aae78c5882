"""The sheets of bulk edit: labels with their counts, the fields to choose from, the value."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft

from client.ui import theme
from client.ui.components.fields import TextInput
from client.ui.components.page import target
from client.ui.components.rows import menu_row
from client.ui.components.sheet import question, sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.ui.views.lists.facets import Facet
    from sync_protocol.records import Label

SEVERAL = 8
YES_NO = (("true", "Yes"), ("false", "No"))


class Doing(NamedTuple):
    """Which sheet is up: `label`, `edit` (`path` once the field is chosen), `delete`, or none."""

    what: str = ""
    path: str = ""
    problem: str = ""


def labels(
    lines: Sequence[tuple[Label, int]],
    total: int,
    on_tap: Callable[[Label, int], None],
    on_close: Callable[[], None],
) -> ft.BottomSheet:
    """Each label with how many carry it: a tap puts it on all, another takes it off all."""
    rows = [_label(label, count, total, on_tap) for label, count in lines]
    nothing = [ft.Text("There are no labels yet. Add one on a record's page.")]
    return sheet("Labels", rows or nothing, on_close, tall=len(rows) > SEVERAL)


def fields(offered: Sequence[Facet], count: str, show: Callable[..., None]) -> ft.BottomSheet:
    rows = [
        menu_row(
            f"bulk-field-{facet.path}",
            ft.Icons.EDIT_OUTLINED,
            facet.title,
            on_click=partial(show, "edit", facet.path),
        )
        for facet in offered
    ]
    return sheet(f"Edit {count}", rows, lambda: show(""), tall=len(rows) > SEVERAL)


def value(
    facet: Facet,
    title: str,
    problem: str,
    on_value: Callable[[Facet, str | None], None],
    on_text: Callable[[str], None],
) -> Callable[[Callable[..., None]], ft.BottomSheet]:
    """Choices to tap, or a field; None as the value is what was typed into it."""
    empty = target(
        "bulk-empty",
        ft.TextButton("Leave empty", height=theme.TOUCH, on_click=lambda _e: on_value(facet, "")),
    )
    choices = facet.choices or (YES_NO if facet.form == "yes_no" else ())
    rows: list[Any] = [
        menu_row(
            f"bulk-value-{chosen}",
            ft.Icons.ARROW_FORWARD,
            name,
            on_click=partial(on_value, facet, chosen),
        )
        for chosen, name in choices
    ]
    if not rows:
        save = ft.FilledButton(
            "Set it", height=theme.TALL, on_click=lambda _event: on_value(facet, None)
        )
        field = TextInput(facet.title, on_text, error=problem, autofocus=True, key=facet.path)
        rows = [field, target("bulk-save", save)]
    return lambda show: sheet(
        title, rows, lambda: show(""), actions=[empty], tall=len(rows) > SEVERAL
    )


def asks_to_delete(
    count: str, on_yes: Callable[[], None], show: Callable[[str], None]
) -> ft.AlertDialog:
    return question(
        f"Delete {count}?",
        "They go from every device, with all that hangs beneath them. Undo brings them back.",
        "Delete",
        on_yes,
        lambda: show(""),
    )


def _label(
    label: Label, count: int, total: int, on_tap: Callable[[Label, int], None]
) -> ft.Control:
    icons = {0: ft.Icons.CHECK_BOX_OUTLINE_BLANK, total: ft.Icons.CHECK_BOX}
    icon = icons.get(count, ft.Icons.INDETERMINATE_CHECK_BOX)
    return target(
        f"bulk-label-{label.name}",
        ft.Container(
            height=theme.TOUCH,
            border_radius=theme.RADIUS_S,
            ink=True,
            on_click=lambda _event: on_tap(label, count),
            content=ft.Row(
                spacing=12,
                controls=[
                    ft.Icon(icon, color=ft.Colors.PRIMARY if count else theme.MUTED),
                    ft.Container(width=14, height=14, border_radius=7, bgcolor=label.colour),
                    ft.Text(label.name, style=theme.BODY, expand=True, max_lines=1),
                    ft.Text(f"on {count:,} of {total:,}", style=theme.SMALL, color=theme.MUTED),
                ],
            ),
        ),
        button=True,
        checked=count == total,
        label=label.name,
    )
