"""Renewals come up by themselves: opened when the app starts and when the pipeline is looked at."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from client import dealing
from client.ui import wording

if TYPE_CHECKING:
    from client.ui.context import App


def renew(app: App) -> None:
    """Open the renewals that have come due for this user, and say so."""
    due = dealing.renewals_due(app.replica)
    if due and dealing.first_stage(app.replica, "renewal"):
        said = f"{wording.plural(len(due), 'renewal')} opened"
        app.act(said, partial(dealing.open_renewals, app.replica))
