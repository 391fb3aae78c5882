"""Renewals come up by themselves: opened when the app starts and when the pipeline is looked at.

What was opened is told on the pipeline, where it shows: a bar over the first screen would be in the
way of what somebody came for.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from client import dealing
from client.ui import wording

if TYPE_CHECKING:
    from client.ui.context import App

UNTOLD = "renewals opened"


def renew(app: App) -> None:
    """Open the renewals that have come due for this user."""
    due = dealing.renewals_due(app.replica)
    if not due or not dealing.first_stage(app.replica, "renewal"):
        return
    if app.act("", partial(dealing.open_renewals, app.replica)):
        app.keep(UNTOLD, lambda: (len(due), app.replica.last_act()))


def renew_and_tell(app: App) -> None:
    """The same; then say what was opened here or since the start, with Undo."""
    renew(app)
    count, act = app.kept(UNTOLD) or (0, "")
    app.forget(UNTOLD)
    if count:
        said = f"{wording.plural(count, 'renewal')} opened"
        app.say(said, "Undo", lambda: app.undo(act))
