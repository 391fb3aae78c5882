"""Visits of this user's rounds come up by themselves when the app starts.

It is told in the planner, where they show: a bar over the first screen would be in the way of what
somebody came for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from client import rounds
from client.ui import wording

if TYPE_CHECKING:
    from client.ui.context import App


UNTOLD = "rounds planned"


def plan_rounds(app: App) -> None:
    """Plan what has come near."""
    made = rounds.make(app.replica)
    if made:
        app.keep(UNTOLD, lambda: (made, app.replica.last_act()))


def tell_rounds(app: App) -> None:
    """Say what was planned since the start, with Undo."""
    made, act = app.kept(UNTOLD) or (0, "")
    app.forget(UNTOLD)
    if made:
        said = f"{wording.plural(made, 'visit')} of your rounds planned"
        app.say(said, "Undo", lambda: app.undo(act))
