"""For whom a visit is planned: oneself, or for whoever leads, one of their reps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme
from client.ui.components.choices import Choice, choice_row, dropdown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sync_protocol.records import User

FEW = 3
MINE = "Me"


def whose_days(
    name: str, people: Sequence[User], chosen: str, on_choose: Callable[[str], None]
) -> list[ft.Control]:
    """Nothing where there is nobody else; targets `name-` and `name-<user id>` for a few."""
    if not people:
        return []
    choices = [Choice("", MINE), *(Choice(user.id, user.name) for user in people)]
    if len(people) <= FEW:
        return [choice_row(name, choices, chosen, on_choose)]
    listed = dropdown(
        "Whose days", choices, chosen, on_choose, label="Whose days", width=theme.READABLE_WIDTH
    )
    return [ft.Semantics(identifier=name, content=listed)]
