"""The frame around every screen: bottom bar on a phone, rail on anything wider, the sync strip."""

from __future__ import annotations

import flet as ft

from client.ui.component import component
from client.ui.components.page import target
from client.ui.components.sync_strip import SyncStrip
from client.ui.hooks import use_app, use_layout
from client.ui.layout import Size
from client.ui.views.visits.banner import RunningBanner
from client.ui.views.whats_new import NewsStrip

Places = tuple[tuple[str, str, ft.IconData, ft.IconData], ...]
PLACES: Places = (
    ("/", "Today", ft.Icons.TODAY_OUTLINED, ft.Icons.TODAY),
    ("/contacts", "Contacts", ft.Icons.PEOPLE_OUTLINE, ft.Icons.PEOPLE),
    ("/accounts", "Accounts", ft.Icons.STOREFRONT_OUTLINED, ft.Icons.STOREFRONT),
    ("/deals", "Pipeline", ft.Icons.VIEW_KANBAN_OUTLINED, ft.Icons.VIEW_KANBAN),
    ("/more", "More", ft.Icons.MENU, ft.Icons.MENU),
)
ON_PHONE = tuple(place for place in PLACES if place[0] != "/accounts")
"""A thumb has room for four and the +; there, accounts are one tap from contacts, by a switch."""
NEW = "/new"
OF_TODAY = (NEW, "/tasks", "/visit", "/activities", "/plan", "/route/")
"""What is part of the day although its route does not say so."""


@component
def Shell() -> ft.Control:
    """Lays out the place bar, the strip and the screen of the current route.

    The screen stands at the same place in the tree in every layout: in Flet 1.0.5 a component that
    is moved elsewhere, when the window crosses a breakpoint, takes its children along unmounted.
    """
    app, layout = use_app(), use_layout()
    outlet, location = ft.use_route_outlet(), ft.use_route_location()
    ft.use_effect(app.taps.arrive, [location])
    phone = layout.size is Size.PHONE
    current = _place(location, ON_PHONE if phone else PLACES)
    rail = None if phone else Rail(current=current, extended=layout.size is Size.OFFICE)
    bar = BottomBar(current=current) if phone else None
    middle = ft.Column(
        expand=True,
        spacing=0,
        controls=[
            SyncStrip(),
            RunningBanner(),
            NewsStrip(),
            ft.Container(outlet, expand=True),
            ft.Container(bar, visible=phone),
        ],
    )
    return ft.SafeArea(
        expand=True,
        content=ft.Row(
            expand=True,
            spacing=0,
            controls=[
                ft.Container(rail, visible=not phone),
                ft.VerticalDivider(width=1, visible=not phone),
                middle,
            ],
        ),
    )


@component
def BottomBar(current: int) -> ft.Control:
    """Today, Contacts, the round + in the middle, Pipeline, More."""
    app = use_app()
    half = len(ON_PHONE) // 2
    plus = ft.NavigationBarDestination(
        icon=ft.Container(
            width=40,
            height=40,
            border_radius=20,
            bgcolor=ft.Colors.PRIMARY,
            content=ft.Icon(ft.Icons.ADD, color=ft.Colors.ON_PRIMARY),
            alignment=ft.Alignment.CENTER,
        ),
        label="New",
    )
    shown = [
        ft.NavigationBarDestination(icon=icon, selected_icon=chosen, label=name)
        for _route, name, icon, chosen in ON_PHONE
    ]
    routes = [route for route, *_rest in ON_PHONE]
    routes.insert(half, NEW)
    shown.insert(half, plus)

    def go(event: ft.Event[ft.NavigationBar]) -> None:
        place = int(event.data or 0)
        app.go(_new_route(app.page.route) if place == half else routes[place])

    return target(
        "bottom-bar",
        ft.NavigationBar(
            destinations=shown,
            selected_index=current + (1 if current >= half else 0),
            height=72,
            on_change=go,
        ),
    )


@component
def Rail(current: int, extended: bool) -> ft.Control:
    """The same places at the side, the + above them."""
    app = use_app()
    return ft.NavigationRail(
        selected_index=current,
        extended=extended,
        min_extended_width=200,
        label_type=None if extended else ft.NavigationRailLabelType.ALL,
        leading=target(
            "new",
            ft.FloatingActionButton(
                icon=ft.Icon(ft.Icons.ADD, semantics_label=None if extended else "New"),
                content="New" if extended else None,
                tooltip="New (Alt+N)",
                elevation=0,
                on_click=lambda: app.go(_new_route(app.page.route)),
            ),
        ),
        destinations=[
            ft.NavigationRailDestination(icon=icon, selected_icon=chosen, label=name)
            for _route, name, icon, chosen in PLACES
        ],
        on_change=lambda event: app.go(PLACES[int(event.data or 0)][0]),
    )


def _place(location: str, places: Places) -> int:
    """Which place a route belongs to; the last one holds all the rest."""
    if places is ON_PHONE and f"{location}/".startswith("/accounts/"):
        location = "/contacts"
    for index, (route, *_rest) in enumerate(places[:-1]):
        if location == route or (route != "/" and location.startswith(route + "/")):
            return index
    return 0 if location.startswith(OF_TODAY) else len(places) - 1


def _new_route(location: str) -> str:
    """Where + leads: on a record's page the new thing is about that record."""
    place, record_id, *_below = [*location.strip("/").split("/"), ""]
    on_record = record_id not in ("", "new") and place in ("contacts", "accounts")
    return f"{NEW}/{place}/{record_id}" if on_record else NEW
