"""More: who I am, how it looks, everything that is not a daily place, and signing out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client import APP
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.choices import Choice, choice_row
from client.ui.components.page import card, reading, scroll, section, target
from client.ui.components.record_row import avatar
from client.ui.components.rows import menu_row
from client.ui.hooks import use_app, use_live, use_sync
from client.ui.views.plain.places import PlainPlaces
from client.ui.views.sync.device import DeviceSection
from client.ui.views.sync.reading import sentence
from client.ui.views.twins.proposals import DuplicatesRow
from client.ui.views.unfinished import UnfinishedRow
from client.ui.views.visits.presence import PositionSwitch
from sync_protocol.records import Role, Settings, User
from sync_protocol.rules import permissions

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from client.replica import Replica
    from client.ui.context import App

THEMES = (
    Choice("system", "As the device", ft.Icons.BRIGHTNESS_AUTO_OUTLINED),
    Choice("light", "Light", ft.Icons.LIGHT_MODE_OUTLINED),
    Choice("dark", "Dark", ft.Icons.DARK_MODE_OUTLINED),
)
WIPES = "All data is removed from this device. Signing in again needs a connection."
LISTED = 6
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
    app = use_app()
    me = use_live(read_me, User, Settings)
    return reading(
        "More",
        scroll(
            [
                _who(me),
                Look(),
                PositionSwitch(),
                UnfinishedRow(),
                DuplicatesRow(),
                section("Data", [_places(app, _DATA if me.oversees else _DATA[:-1])]),
                PlainPlaces(),
                *([section("Administration", [_places(app, _ADMIN)])] if me.admin else []),
                section("Help", [_places(app, _HELP)]),
                DeviceSection(),
                SignOut(),
                ft.Text(APP.capitalize(), style=theme.SMALL, color=theme.MUTED),
            ]
        ),
    )


def read_me(replica: Replica) -> Me:
    user, session, actor = replica.user, replica.session, replica.actor
    return Me(
        name=user.name if user else replica.email,
        email=session.email if session else replica.email,
        role=user.role.capitalize() if user else "",
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


@component
def SignOut() -> ft.Control:
    """Asks first, and names what would be lost."""
    app = use_app()
    use_sync()
    asking, set_asking = ft.use_state(False)
    busy, set_busy = ft.use_state(False)

    async def leave() -> None:
        set_asking(False)
        set_busy(True)
        app.save_typed()
        await app.loop.stop()
        await app.replica.sign_out(wipe=True)
        app.on_signed_out()

    ft.use_dialog(
        sign_out_question(app.replica, leave, lambda: set_asking(False)) if asking else None
    )
    return ft.Container(
        padding=ft.Padding.symmetric(vertical=theme.GAP_L),
        content=target(
            "sign-out",
            ft.OutlinedButton(
                "Signing out" if busy else "Sign out",
                icon=ft.Icons.LOGOUT,
                height=theme.TOUCH,
                disabled=busy,
                style=ft.ButtonStyle(color=ft.Colors.ERROR, icon_color=ft.Colors.ERROR),
                on_click=lambda: set_asking(True),
            ),
        ),
    )


def sign_out_question(
    replica: Replica, on_yes: Callable[[], Awaitable[None]], on_no: Callable[[], None]
) -> ft.AlertDialog:
    """What signing out removes; unsent work is listed by name."""
    lost = _lost(replica)
    answer = "Sign out and lose them" if lost else "Sign out"
    return ft.AlertDialog(
        modal=True,
        scrollable=True,
        title=ft.Text("Sign out?"),
        content=ft.Column(
            tight=True,
            width=theme.BAR_WIDTH,
            spacing=theme.GAP,
            controls=[ft.Text(WIPES), *_warning(lost)],
        ),
        on_dismiss=lambda _event: on_no(),
        actions=[
            target(
                "answer-no", ft.TextButton("Stay signed in", height=theme.TOUCH, on_click=on_no)
            ),
            target(
                "answer-yes",
                ft.FilledButton(
                    answer,
                    height=theme.TOUCH,
                    bgcolor=ft.Colors.ERROR,
                    color=ft.Colors.ON_ERROR,
                    on_click=on_yes,
                ),
            ),
        ],
    )


def _lost(replica: Replica) -> list[str]:
    """Every edit that the server does not have, in words."""
    waiting = [changeset for changeset in replica.pending() if changeset.changes]
    refused = [x for problem in replica.problems() for x in (problem.changeset, *problem.held)]
    return [sentence(replica, changeset) for changeset in [*waiting, *refused]]


def _warning(lost: list[str]) -> list[ft.Control]:
    if not lost:
        return []
    heading = f"{wording.plural(len(lost), 'change')} not sent yet would be lost:"
    more = len(lost) - LISTED
    lines = [*lost[:LISTED], *([f"and {more} more"] if more > 0 else [])]
    return [
        ft.Text(heading, weight=ft.FontWeight.W_600, color=ft.Colors.ERROR),
        *[ft.Text(line) for line in lines],
    ]


_DATA = (
    ("accounts", ft.Icons.STOREFRONT_OUTLINED, "Accounts", "/accounts"),
    ("leads", ft.Icons.PERSON_SEARCH_OUTLINED, "Leads", "/leads"),
    ("tasks", ft.Icons.TASK_ALT, "Tasks", "/tasks"),
    ("attention", ft.Icons.RULE, "Needs attention", "/attention"),
    ("labels", ft.Icons.LABEL_OUTLINE, "Labels", "/labels"),
    ("outcomes", ft.Icons.CHECKLIST, "Outcomes", "/outcomes"),
    ("purposes", ft.Icons.FLAG_OUTLINED, "Purposes", "/purposes"),
    ("winrates", ft.Icons.EMOJI_EVENTS_OUTLINED, "Win rates", "/winrates"),
    ("reasons", ft.Icons.RULE, "Reasons", "/reasons"),
    ("quotes", ft.Icons.DESCRIPTION_OUTLINED, "Quotes", "/quotes"),
    ("orders", ft.Icons.SHOPPING_CART_OUTLINED, "Orders", "/orders"),
    ("products", ft.Icons.INVENTORY_2_OUTLINED, "Products", "/products"),
    ("pricelists", ft.Icons.SELL_OUTLINED, "Price lists", "/pricelists"),
    ("import", ft.Icons.FILE_UPLOAD_OUTLINED, "Import", "/import"),
    ("export", ft.Icons.FILE_DOWNLOAD_OUTLINED, "Export", "/export"),
    ("did", ft.Icons.UNDO, "What you did", "/did"),
    ("queue", ft.Icons.SYNC, "Sync", "/queue"),
    ("notices", ft.Icons.NOTIFICATIONS_NONE, "Notices", "/notices"),
    ("conflicts", ft.Icons.COMPARE_ARROWS, "Conflicts", "/conflicts"),
)
_ADMIN = (
    ("users", ft.Icons.MANAGE_ACCOUNTS_OUTLINED, "People", "/admin/users"),
    ("teams", ft.Icons.GROUPS_OUTLINED, "Teams", "/admin/teams"),
    ("territories", ft.Icons.MAP_OUTLINED, "Territories", "/admin/territories"),
    ("pipelines", ft.Icons.VIEW_KANBAN_OUTLINED, "Pipelines", "/admin/pipelines"),
    ("fields", ft.Icons.DASHBOARD_CUSTOMIZE_OUTLINED, "Custom fields", "/admin/fields"),
    ("types", ft.Icons.CATEGORY_OUTLINED, "Record types", "/admin/types"),
    ("devices", ft.Icons.DEVICES_OUTLINED, "Devices", "/admin/devices"),
    ("settings", ft.Icons.SETTINGS_OUTLINED, "Company settings", "/admin/settings"),
)
_HELP = (
    ("help", ft.Icons.HELP_OUTLINE, "How it works", "/help"),
    ("password", ft.Icons.PASSWORD, "Change password", "/password"),
)


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


def _places(app: App, places: tuple[tuple[str, ft.IconData, str, str], ...]) -> ft.Control:
    rows = [
        menu_row(f"more-{name}", icon, title, "", partial(app.go, route))
        for name, icon, title, route in places
    ]
    return ft.Column(spacing=0, controls=rows)
