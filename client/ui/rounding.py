"""Visits of this user's rounds come up by themselves when the app starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client import rounds
from client.ui import wording

if TYPE_CHECKING:
    from client.ui.context import App


def plan_rounds(app: App) -> None:
    """Plan what has come near, and say so."""
    made = rounds.make(app.replica)
    if made:
        act = app.replica.last_act()
        said = f"{wording.plural(made, 'visit')} of your rounds planned"
        app.say(said, "Undo", lambda: app.undo(act))
