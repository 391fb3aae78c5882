"""The flag of a visit's position in words, and the switch by which a rep turns positions off."""

from __future__ import annotations

import flet as ft

from client import presence
from client.ui import theme
from client.ui.component import component
from client.ui.components.page import card, section, target
from client.ui.components.ticks import switch
from client.ui.hooks import use_app, use_live
from client.ui.views.visits.place import PlaceHere
from sync_protocol.records import Account, Activity

ICONS = {
    "verified": ft.Icons.WHERE_TO_VOTE_OUTLINED,
    "outside": ft.Icons.WRONG_LOCATION_OUTLINED,
    "unverified": ft.Icons.NOT_LISTED_LOCATION_OUTLINED,
}
ABOUT = (
    "When a visit begins or ends, Fieldbook asks this device once where it is and notes how far "
    "that was from the customer. It never stops you, and nothing is asked in between. Off: visits "
    "are saved without it and say so."
)


@component
def PresenceSection(visit: Activity) -> ft.Control:
    """What was noted; where the address is the one to blame, the way to mend it."""
    account = use_live(
        lambda replica: replica.get(Account, visit.account_id) if visit.account_id else None,
        Account, deps=[visit.account_id],
    )  # fmt: skip
    found = visit.presence
    if found is None:
        return ft.Container()
    mend = account is not None and (found.why == "no_address" or found.state == "outside")
    line = ft.Row(
        controls=[
            ft.Icon(ICONS[found.state], color=theme.MUTED),
            ft.Text(presence.told(visit), style=theme.BODY, expand=True),
        ]
    )
    away = [PlaceHere(account, anew=True, key="place")] if mend else []
    return section("Position", [target("presence", card(line)), *away])


@component
def PositionSwitch() -> ft.Control:
    """Of this device alone: it is the rep's to decide."""
    app = use_app()
    on, set_on = ft.use_state(presence.is_on(app.replica))

    def turn(wanted: bool) -> None:
        presence.switch(app.replica, on=wanted)
        set_on(wanted)

    return section(
        "Position",
        [
            target(
                "position-switch",
                switch("Note my position at visits", turn, on=on),
            ),
            ft.Text(ABOUT, style=theme.SMALL, color=theme.MUTED),
        ],
    )  # fmt: skip
