"""The way of a day in kilometres, and the two switches it needs: the company's and one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client import travelling
from client.presence import distance
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.page import section, target
from client.ui.components.rows import row
from client.ui.components.ticks import switch
from client.ui.hooks import use_app, use_live
from sync_protocol.records import SETTINGS_ID, Account, Activity, Settings

if TYPE_CHECKING:
    from datetime import date

COMPANY = (
    "About how far a rep drove on a day, from the positions of the day's visits. Each rep decides "
    "on their own device whether it is reckoned; nobody else sees it."
)
OWN = (
    "Your company reckons ways. If you agree, the planner says about how far you drove on a day, "
    "from the positions of your visits; nothing is recorded in between, and only you see it."
)


@component
def TravelLine(day: date) -> ft.Control:
    """An estimate, and called one; nothing unless both switches are on or there were no visits."""
    found = use_live(
        lambda replica: travelling.of_day(replica, day), Account, Activity, Settings, deps=[day]
    )
    if found is None or not found.visits:
        return ft.Container()
    left = found.visits - found.placed
    rest = f"; {wording.plural(left, 'visit')} without a place left out" if left else ""
    told = f"Estimated from {wording.plural(found.placed, 'visit')}{rest}"
    icon = ft.Icons.DIRECTIONS_CAR_OUTLINED
    return target("travelled", row(icon, f"About {distance(found.metres)} driven", told))


@component
def TravelSwitch() -> ft.Control:
    """The rep's own, of this device; not there while the company does not ask."""
    app = use_app()
    asked = use_live(travelling.asked_for, Settings)
    on, set_on = ft.use_state(travelling.agreed(app.replica))

    def turn(wanted: bool) -> None:
        travelling.agree(app.replica, yes=wanted)
        set_on(wanted)

    if not asked:
        return ft.Container()
    control = switch("Reckon my kilometres", turn, on=on)
    about = ft.Text(OWN, style=theme.SMALL, color=theme.MUTED)
    return section("Kilometres", [target("travel-switch", control), about])


@component
def CompanySwitch() -> ft.Control:
    """The company's, for administrators; it saves at once."""
    app = use_app()
    settings = use_live(lambda replica: replica.get(Settings, SETTINGS_ID), Settings)
    if settings is None:
        return ft.Container()

    def turn(on: bool) -> None:
        said = "Ways are reckoned for reps who agree" if on else "Ways are not reckoned any more"
        app.change(settings, said, travel=on)

    control = switch("Kilometres between visits", turn, on=settings.travel)
    about = ft.Text(COMPANY, style=theme.SMALL, color=theme.MUTED)
    return section("Kilometres", [target("travel", control), about])
