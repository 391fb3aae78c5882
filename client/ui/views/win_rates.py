"""How often one wins against each competitor: `/winrates`, the best first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import flet as ft

from client import rivals
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.page import reading, scroll, target
from client.ui.components.rows import row
from client.ui.hooks import use_app, use_live
from client.ui.naming import page_of_its_own
from sync_protocol.records import Competitor, Deal

if TYPE_CHECKING:
    from client.rivals import Rival, Standing
    from client.ui.context import App

ABOUT = (
    "Of the deals that are closed and in which a competitor is named. "
    "Only deals on this device count."
)


@component
def WinRatesView() -> ft.Control:
    app = use_app()
    found = use_live(rivals.rivals, Competitor, Deal)
    shown = [_row(app, rival) for rival in found] or [_nobody(app)]
    return reading(
        "Win rates",
        scroll([ft.Text(ABOUT, color=theme.MUTED), *shown]),
        on_back=lambda: app.go("/more"),
    )


def told(standing: Standing) -> str:
    """`Won 1 of 3 deals, 2 open`."""
    waiting = f"{standing.open:,} open" if standing.open else ""
    won, lost = standing.score
    if not won + lost:
        return wording.listed([waiting, "none decided yet"])
    decided = wording.plural(won + lost, "deal")
    return wording.listed([f"Won {won:,} of {decided}", waiting])


def _row(app: App, rival: Rival) -> ft.Control:
    rate = rival.standing.score.rate
    share = [] if rate is None else [ft.Text(f"{rate} %", style=theme.HEADING)]
    go = partial(app.go, page_of_its_own("competitor", rival.id))
    shown = row(
        ft.Icons.FLAG_OUTLINED, rival.name, told(rival.standing), on_click=go,
        end=[*share, ft.Icon(ft.Icons.CHEVRON_RIGHT, color=theme.MUTED)],
    )  # fmt: skip
    return target(f"rival-{rival.id}", shown, button=True)


def _nobody(app: App) -> ft.Control:
    return states.none_yet(
        ft.Icons.EMOJI_EVENTS_OUTLINED,
        "No competitor is named on a deal yet",
        "Name them on a deal, and see here how often you win.",
        "Competitors",
        lambda: app.go("/competitors"),
    )
