"""The addresses of planning."""

from __future__ import annotations

import flet as ft

from client.ui.screens import Screen

PLANNER_ROUTES = [
    ft.Route(path="planner", component=Screen("planner.page:PlannerView")),
    ft.Route(path="calendar", component=Screen("planner.calendar_view:CalendarView")),
    ft.Route(path="near", component=Screen("planner.near_view:NearView")),
    ft.Route(path="map", component=Screen("planner.map_view:MapView")),
    ft.Route(path="rounds", component=Screen("planner.rounds_view:RoundsView")),
    ft.Route(path="rounds/new", component=Screen("planner.rounds_view:RoundView")),
    ft.Route(path="rounds/:id", component=Screen("planner.rounds_view:RoundView")),
    ft.Route(path="route/:day", component=Screen("planner.route_view:RouteView")),
]
