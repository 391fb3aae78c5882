"""More: who I am, how it looks, everything that is not a daily place, and signing out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client import APP
from client.ui import naming, theme
from client.ui.component import component
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import beside, card, reading, scroll, section
from client.ui.components.record_row import avatar
from client.ui.hooks import use_app, use_layout, use_live
from client.ui.layout import Size
from client.ui.views.more.places import places
from client.ui.views.more.sign_out import SignOut
from client.ui.views.planner.travel import TravelSwitch
from client.ui.views.sync.device import DeviceSection
from client.ui.views.unfinished import UnfinishedRow
from client.ui.views.visits.presence import PositionSwitch
from sync_protocol.records import Role, Settings, User
from sync_protocol.rules import permissions

if TYPE_CHECKING:
    from client.replica import Replica

THEMES = (
    Choice("system", "As the device", ft.Icons.BRIGHTNESS_AUTO_OUTLINED),
    Choice("light", "Light", ft.Icons.LIGHT_MODE_OUTLINED),
    Choice("dark", "Dark", ft.Icons.DARK_MODE_OUTLINED),
)
OVERSEERS: tuple[Role, ...] = ("manager", "office", "admin")
"""Who looks after the work of others: conflicts are theirs to see."""


class Me(NamedTuple):
    name: str
    email: str
    role: str
    workspace: str
    admin: bool
    oversees: bool


@component
def MoreView() -> ft.Control:
    """In an office, what one does with customers stands beside the rest."""
    app, office = use_app(), use_layout().size is Size.OFFICE
    me = use_live(read_me, User, Settings)
    width = theme.BESIDE_WIDTH if office else theme.READABLE_WIDTH
    body = [
        _who(me),
        UnfinishedRow(),
        beside(*places(app, admin=me.admin, oversees=me.oversees)),
        Look(),
        PositionSwitch(),
        TravelSwitch(),
        DeviceSection(),
        SignOut(),
        ft.Text(APP.capitalize(), style=theme.SMALL, color=theme.MUTED),
    ]
    return reading("More", scroll(body, width=width), width=width)


def read_me(replica: Replica) -> Me:
    user, session, actor = replica.user, replica.session, replica.actor
    return Me(
        name=user.name if user else replica.email,
        email=session.email if session else replica.email,
        role=naming.ROLES[user.role][0] if user else "",
        workspace=replica.settings.name,
        admin=actor is not None and permissions.may_administer(actor),
        oversees=user is not None and user.role in OVERSEERS,
    )


@component
def Look() -> ft.Control:
    app = use_app()
    chosen, set_chosen = ft.use_state(app.replica.preference(theme.PREFERENCE) or THEMES[0].value)

    def choose(value: str) -> None:
        app.replica.prefer(theme.PREFERENCE, value)
        set_chosen(value)
        theme.apply(app.page, value)

    return section("Look", [choice_row("theme", THEMES, chosen, choose)])


def _who(me: Me) -> ft.Control:
    line = " - ".join(filter(None, [me.role, me.workspace]))
    return card(
        ft.Row(
            spacing=theme.GAP_L,
            controls=[
                avatar(me.name, round_avatar=True, size=56),
                ft.Column(
                    expand=True,
                    tight=True,
                    spacing=2,
                    controls=[
                        ft.Text(me.name, style=theme.HEADING),
                        ft.Text(me.email, color=theme.MUTED),
                        ft.Text(line, color=theme.MUTED),
                    ],
                ),
            ],
        )
    )
