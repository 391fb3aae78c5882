"""Why deals were won and lost: `/endings`, reason by reason, the commonest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import endings, money
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components import states
from client.ui.components.page import card, reading, scroll, section, target
from client.ui.hooks import use_app, use_live
from sync_protocol.records import Deal, Reason, Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.endings import Ending
    from client.ui.context import App

ABOUT = "Of all deals that are closed. Only deals on this device count."
UNSEEN = "A reason not visible to you"
NO_REASON = "No reason chosen"


@component
def EndingsView() -> ft.Control:
    app = use_app()
    found = use_live(endings.endings, Deal, Reason, Settings)
    parts = [
        _part(app, "Won", "won", found.won, ft.Colors.PRIMARY),
        _part(app, "Lost", "lost", found.lost, ft.Colors.ERROR),
    ]
    shown = [ft.Text(ABOUT, color=theme.MUTED), *parts] if any(found) else [_none(app)]
    return reading("Won and lost", scroll(shown), on_back=lambda: app.go("/more"))


def _part(
    app: App, title: str, how: str, found: Sequence[Ending], colour: ft.ColorValue
) -> ft.Control:
    total = sum(each.deals for each in found)
    rows = [_ending(app, how, each, total, colour) for each in found]
    nothing = ft.Text(f"No deal was {how} yet.", color=theme.MUTED)
    stack = ft.Column(tight=True, spacing=theme.GAP_L, controls=rows or [nothing])
    return section(title, [card(stack)], total)


def _ending(app: App, how: str, ending: Ending, total: int, colour: ft.ColorValue) -> ft.Control:
    """Its name and share, a bar as long as that, and how many deals of what worth."""
    share = ending.deals / total
    name = ending.name or (UNSEEN if ending.reason_id else NO_REASON)
    head = ft.Row(
        spacing=theme.GAP,
        controls=[
            ft.Text(name, style=theme.BODY, expand=True, max_lines=2),
            ft.Text(f"{round(100 * share)} %", style=theme.HEADING),
        ],
    )
    bar = ft.ProgressBar(
        value=share, color=colour, bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST,
        border_radius=theme.RADIUS_S, bar_height=6, semantics_label=f"{name}: share",
    )  # fmt: skip
    worth = ft.Text(told(app, ending), style=theme.SMALL, color=theme.MUTED)
    shown = ft.Column(tight=True, spacing=theme.GAP_S, controls=[head, bar, worth])
    return target(f"{how}-{ending.reason_id}", shown)


def told(app: App, ending: Ending) -> str:
    """`3 deals, 1,200.00 EUR + 80.00 CHF`."""
    locale = app.replica.settings.locale
    worth = " + ".join(money.shown(amount, currency, locale) for currency, amount in ending.sums)
    return wording.listed([wording.plural(ending.deals, "deal"), worth])


def _none(app: App) -> ft.Control:
    return states.none_yet(
        ft.Icons.PIE_CHART_OUTLINE,
        "No deal is closed yet",
        "Close a deal as won or lost and say why; here you see what decides.",
        "Pipeline",
        lambda: app.go("/deals"),
    )
