"""The menu of places, in groups of what one does there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import flet as ft

from client.ui.components.page import section
from client.ui.components.rows import menu_row
from client.ui.views.plain.places import PlainPlaces
from client.ui.views.twins.proposals import DuplicatesRow

if TYPE_CHECKING:
    from client.ui.context import App


class Place(NamedTuple):
    """A row of the menu, target `more-<name>`."""

    name: str
    icon: ft.IconData
    title: str
    route: str


def places(app: App, *, admin: bool, oversees: bool) -> tuple[list[ft.Control], list[ft.Control]]:
    """All of them that this user may see: what one does with customers, and what serves it."""
    doing = [
        section("Customers", [_rows(app, _CUSTOMERS), DuplicatesRow()]),
        section("Days and tasks", [_rows(app, _DAYS)]),
        section("Selling", [_rows(app, _SELLING), PlainPlaces()]),
    ]
    serving = [
        section("The team's words", [_rows(app, _WORDS)]),
        section("In and out", [_rows(app, _IN_AND_OUT)]),
        section("What happened", [_rows(app, _HAPPENED + (_OVERSIGHT if oversees else ()))]),
        *([section("Administration", [_rows(app, _ADMIN)])] if admin else []),
        section("Help", [_rows(app, _HELP)]),
    ]
    return doing, serving


def _rows(app: App, group: tuple[Place, ...]) -> ft.Control:
    rows = [
        menu_row(f"more-{place.name}", place.icon, place.title, "", partial(app.go, place.route))
        for place in group
    ]
    return ft.Column(spacing=0, controls=rows)


_CUSTOMERS = (
    Place("accounts", ft.Icons.STOREFRONT_OUTLINED, "Accounts", "/accounts"),
    Place("leads", ft.Icons.PERSON_SEARCH_OUTLINED, "Leads", "/leads"),
    Place("attention", ft.Icons.RULE, "Needs attention", "/attention"),
)
_DAYS = (
    Place("planner", ft.Icons.CALENDAR_VIEW_WEEK_OUTLINED, "Plan", "/planner"),
    Place("near", ft.Icons.NEAR_ME_OUTLINED, "Near me", "/near"),
    Place("map", ft.Icons.MAP_OUTLINED, "Map", "/map"),
    Place("tasks", ft.Icons.TASK_ALT, "Tasks", "/tasks"),
    Place("cases", ft.Icons.REPORT_PROBLEM_OUTLINED, "Cases", "/cases"),
    Place("rounds", ft.Icons.ROUTE_OUTLINED, "Rounds", "/rounds"),
    Place("cadences", ft.Icons.EVENT_REPEAT, "Cadences", "/cadences"),
)
_SELLING = (
    Place("quotes", ft.Icons.DESCRIPTION_OUTLINED, "Quotes", "/quotes"),
    Place("orders", ft.Icons.SHOPPING_CART_OUTLINED, "Orders", "/orders"),
    Place("products", ft.Icons.INVENTORY_2_OUTLINED, "Products", "/products"),
    Place("pricelists", ft.Icons.SELL_OUTLINED, "Price lists", "/pricelists"),
    Place("winrates", ft.Icons.EMOJI_EVENTS_OUTLINED, "Win rates", "/winrates"),
    Place("results", ft.Icons.QUERY_STATS, "How it went", "/results"),
    Place("endings", ft.Icons.PIE_CHART_OUTLINE, "Won and lost", "/endings"),
)
_WORDS = (
    Place("labels", ft.Icons.LABEL_OUTLINE, "Labels", "/labels"),
    Place("rules", ft.Icons.AUTO_MODE, "Label rules", "/rules"),
    Place("suggestions", ft.Icons.AUTO_AWESOME_OUTLINED, "Suggested labels", "/suggestions"),
    Place("outcomes", ft.Icons.CHECKLIST, "Outcomes", "/outcomes"),
    Place("purposes", ft.Icons.FLAG_OUTLINED, "Purposes", "/purposes"),
    Place("reasons", ft.Icons.HELP_CENTER_OUTLINED, "Reasons", "/reasons"),
)
_IN_AND_OUT = (
    Place("calendar", ft.Icons.CALENDAR_MONTH_OUTLINED, "Calendar", "/calendar"),
    Place("import", ft.Icons.FILE_UPLOAD_OUTLINED, "Import", "/import"),
    Place("export", ft.Icons.FILE_DOWNLOAD_OUTLINED, "Export", "/export"),
)
_HAPPENED = (
    Place("did", ft.Icons.UNDO, "What you did", "/did"),
    Place("queue", ft.Icons.SYNC, "Sync", "/queue"),
    Place("notices", ft.Icons.NOTIFICATIONS_NONE, "Notices", "/notices"),
)
_OVERSIGHT = (Place("conflicts", ft.Icons.COMPARE_ARROWS, "Conflicts", "/conflicts"),)
_ADMIN = (
    Place("users", ft.Icons.MANAGE_ACCOUNTS_OUTLINED, "People", "/admin/users"),
    Place("teams", ft.Icons.GROUPS_OUTLINED, "Teams", "/admin/teams"),
    Place("territories", ft.Icons.MAP_OUTLINED, "Territories", "/admin/territories"),
    Place("pipelines", ft.Icons.VIEW_KANBAN_OUTLINED, "Pipelines", "/admin/pipelines"),
    Place("fields", ft.Icons.DASHBOARD_CUSTOMIZE_OUTLINED, "Custom fields", "/admin/fields"),
    Place("forms", ft.Icons.CHECKLIST_RTL, "Visit forms", "/admin/forms"),
    Place("types", ft.Icons.CATEGORY_OUTLINED, "Record types", "/admin/types"),
    Place("packs", ft.Icons.CARD_GIFTCARD, "Starter packs", "/admin/packs"),
    Place("devices", ft.Icons.DEVICES_OUTLINED, "Devices", "/admin/devices"),
    Place("settings", ft.Icons.SETTINGS_OUTLINED, "Company settings", "/admin/settings"),
)
_HELP = (
    Place("first-steps", ft.Icons.DIRECTIONS_WALK, "First steps", "/first-steps"),
    Place("help", ft.Icons.HELP_OUTLINE, "How it works", "/help"),
    Place("whats-new", ft.Icons.NEW_RELEASES_OUTLINED, "What's new", "/whats-new"),
    Place("password", ft.Icons.PASSWORD, "Change password", "/password"),
)
