"""What the server would not take: the reason beside the field, and what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client.ui import theme, wording
from client.ui.components.page import card, target
from client.ui.components.sheet import question
from client.ui.components.text import typed_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.ui.views.sync.reading import Refused

HELD_SHOWN = 5


class Answers(NamedTuple):
    """What a person can do about a problem."""

    fix: Callable[[Refused], None]
    again: Callable[[Refused], None]
    discard: Callable[[Refused], None]


def problem_card(refused: Refused, answers: Answers) -> ft.Control:
    """What was to be done, what was typed, why it failed, what waits for it, and the ways out."""
    parked = refused.problem.parked
    icon = ft.Icons.INVENTORY_2_OUTLINED if parked else ft.Icons.PRIORITY_HIGH
    colour = ft.Colors.TERTIARY if parked else ft.Colors.ERROR
    head = ft.Row(
        controls=[
            ft.Icon(icon, color=colour),
            ft.Text(refused.title, style=theme.HEADING, expand=True),
        ]
    )
    reason = [ft.Text(refused.reason, color=colour)] if refused.reason else []
    content = ft.Column(
        spacing=theme.GAP,
        controls=[
            head,
            *reason,
            *[typed_value(*value) for value in refused.values],
            *_held(refused.held),
            ft.Row(wrap=True, controls=_buttons(refused, answers)),
        ],
    )
    name = f"{'parked' if parked else 'refused'}-{refused.problem.changeset.number}"
    return target(name, card(content, width=theme.READABLE_WIDTH))


def discard_question(
    refused: Refused, on_yes: Callable[[Refused], None], on_no: Callable[[], None]
) -> ft.AlertDialog:
    more = len(refused.held)
    with_it = f" What waits for it goes with it: {wording.plural(more, 'change')}." if more else ""
    dialog = question(
        "Discard this change?",
        "The record then shows what the server has. A copy of what you typed is kept on this page"
        f" for 30 days.{with_it}",
        "Discard",
        lambda: on_yes(refused),
        on_no,
    )
    dialog.actions = [_copy(refused), *dialog.actions]
    return dialog


def _buttons(refused: Refused, answers: Answers) -> list[ft.Control]:
    fix = ft.FilledButton("Fix", height=theme.TOUCH, on_click=lambda: answers.fix(refused))
    kind = ft.FilledTonalButton if refused.problem.parked else ft.TextButton
    again = kind("Try again", height=theme.TOUCH, on_click=lambda: answers.again(refused))
    discard = ft.TextButton(
        "Discard", height=theme.TOUCH, on_click=lambda: answers.discard(refused)
    )
    offers_fix = (refused.page or refused.form) and not refused.problem.parked
    return [
        *([target("fix", fix)] if offers_fix else []),
        target("try-again", again),
        _copy(refused),
        target("discard", discard),
    ]


def _held(held: tuple[str, ...]) -> list[ft.Control]:
    if not held:
        return []
    waits = "waits" if len(held) == 1 else "wait"
    more = len(held) - HELD_SHOWN
    lines = [*held[:HELD_SHOWN], *([f"and {more} more"] if more > 0 else [])]
    return [
        ft.Text(f"{len(held)} more {waits} for this one", weight=ft.FontWeight.W_600),
        *[ft.Text(line, style=theme.SMALL, color=theme.MUTED) for line in lines],
    ]


def _copy(refused: Refused) -> ft.Control:
    return ft.TextButton(
        "Copy",
        icon=ft.Icons.COPY_OUTLINED,
        height=theme.TOUCH,
        action=ft.CopyToClipboard(refused.text),
    )
