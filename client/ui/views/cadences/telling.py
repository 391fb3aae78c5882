"""Where a customer stands, in words and in the colours that mean the same on every screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.cadence import rhythm
from client.ui import theme, wording

if TYPE_CHECKING:
    from datetime import date

    from sync_protocol.rules.cadence import Standing, State

COLOURS: dict[State, str] = {
    "overdue": theme.OVERDUE,
    "soon": theme.SOON,
    "never": theme.NEVER,
    "fine": theme.FINE,
}
WORDS: dict[State, str] = {
    "overdue": "Overdue",
    "soon": "Due soon",
    "never": "Never visited",
    "fine": "In time",
    "off": "Not to be visited regularly",
}


def due(standing: Standing, today: date) -> str:
    """In the words "due tomorrow" or "due Mon 3 Nov"; empty if there is no such day."""
    if standing.due is None:
        return ""
    return f"due {wording.midway(wording.day_name(standing.due, today))}"


def told(standing: Standing, today: date) -> str:
    """Overdue: every 4 weeks, due Mon 3 Nov."""
    said = wording.listed([rhythm(standing.days) if standing.days else "", due(standing, today)])
    return f"{WORDS[standing.state]}: {said}" if said else WORDS[standing.state]


def bar(standing: Standing) -> ft.Control:
    """The colour at the left of a card."""
    colour = COLOURS.get(standing.state)
    return ft.Container(width=6, height=44, border_radius=3, bgcolor=colour)
