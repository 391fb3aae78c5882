"""The addresses of planning."""

from __future__ import annotations

import flet as ft

from client.ui.views.planner.calendar_view import CalendarView
from client.ui.views.planner.map_view import MapView
from client.ui.views.planner.near_view import NearView
from client.ui.views.planner.page import PlannerView
from client.ui.views.planner.rounds_view import RoundsView, RoundView
from client.ui.views.planner.route_view import RouteView

PLANNER_ROUTES = [
    ft.Route(path="planner", component=PlannerView),
    ft.Route(path="calendar", component=CalendarView),
    ft.Route(path="near", component=NearView),
    ft.Route(path="map", component=MapView),
    ft.Route(path="rounds", component=RoundsView),
    ft.Route(path="rounds/new", component=RoundView),
    ft.Route(path="rounds/:id", component=RoundView),
    ft.Route(path="route/:day", component=RouteView),
]
