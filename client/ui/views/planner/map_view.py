"""Customers on a map, coloured by their labels: `/map`.

The map draws itself from what is on the device, so it works with no network; pictures of streets
are laid beneath it only where an administrator has named a source of tiles. A tap on a dot tells
who is there; a tap on many comes closer.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import flet as ft
import flet_map as fm

from client import atlas
from client.ui import theme, wording
from client.ui.component import component
from client.ui.components.buttons import icon_button
from client.ui.components.page import screen, target
from client.ui.components.rows import menu_row
from client.ui.hooks import use_app, use_live, use_optional, use_paused, use_stable
from client.ui.layout import RAIL_FROM
from client.ui.views.planner.here import Here, use_here
from sync_protocol.records import Account, Label, Labelling, Position, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.atlas import Dot, Frame
    from client.ui.context import App

BESIDE = 200
"""What stands beside and around the map, in pixels; it may be a little more or less."""
DOT, ONE = 38, 26
LISTED = 6
CLOSER = 2.5
PLAIN = "Places only. An administrator can choose a map to lie beneath, in Company settings."
NOBODY = (
    "No customer has a place here. At the door of one that has none yet, tap I am here on its page."
)
MORE = "Not all customers here are drawn. Come closer to see the rest."


class View(NamedTuple):
    """Where the map was put last, and how often: each time it is drawn anew there."""

    frame: Frame
    turn: int = 0


@component
def MapView() -> ft.Control:
    app, here = use_app(), use_here()
    size = _size(app.page)
    first = ft.use_memo(lambda: View(atlas.start(app.replica, here.position, *size)), [])
    view, set_view = ft.use_state(first)
    frame, set_frame = ft.use_state(view.frame)
    chosen, set_chosen = use_optional(atlas.Dot)
    settings = use_live(lambda replica: replica.settings, Settings)
    seen = use_live(
        lambda replica: atlas.read(replica, frame), Account, Label, Labelling, deps=[frame]
    )
    moved = use_paused(lambda told: set_frame(_told(told, *size)))

    def put(frame: Frame) -> None:
        set_view(lambda old: View(frame, old.turn + 1))
        set_frame(frame)

    def choose(dot: Dot) -> None:
        if len(dot.places) > 1 and frame.zoom < atlas.MOST_ZOOM - 1:
            put(_closer(frame, CLOSER, dot.at))
        set_chosen(dot)

    tap = use_stable(choose)
    ft.use_effect(lambda: put(_at(here.position, size)) if here.position else None, [here.position])
    dots = [*_own(here.position), *[_marker(dot, tap) for dot in seen.dots]]
    shown = _map(settings, view, dots, moved, lambda: set_chosen(None))
    told = MORE if seen.more else NOBODY if not seen.dots else "" if settings.tiles else PLAIN
    body = ft.Stack(
        expand=True,
        controls=[
            shown,
            _zoom(lambda by: put(_closer(frame, by))),
            *([_card(app, chosen, lambda: set_chosen(None))] if chosen else _hint(told)),
        ],
    )
    return screen("Map", body, on_back=lambda: app.go("/near"), actions=[_here(here, put, size)])


def _size(page: Any) -> tuple[float, float]:
    """How large the map will be, near enough to gather dots by."""
    width, height = page.width or 390, page.height or 844
    rail = BESIDE if width >= RAIL_FROM else 0
    return max(200.0, width - rail), max(200.0, height - BESIDE)


def _told(told: str, width: float, height: float) -> Frame:
    lat, lon, zoom = map(float, told.split())
    return atlas.Frame(lat, lon, zoom, width, height)


def _closer(frame: Frame, by: float, at: Position | None = None) -> Frame:
    zoom = max(atlas.LEAST_ZOOM, min(atlas.MOST_ZOOM, frame.zoom + by))
    middle = at or Position(frame.lat, frame.lon)
    return frame._replace(lat=middle.lat, lon=middle.lon, zoom=zoom)


def _at(here: Position, size: tuple[float, float]) -> Frame:
    return atlas.Frame(here.lat, here.lon, atlas.CLOSE_ZOOM, *size)


def _map(
    settings: Settings,
    view: View,
    dots: list[fm.Marker],
    moved: Callable[[str], None],
    away: Callable[[], None],
) -> ft.Control:
    def hear(event: fm.MapPositionChangeEvent) -> None:
        middle = event.camera.center
        moved(f"{middle.latitude} {middle.longitude} {event.camera.zoom}")

    turning = fm.InteractionFlag.ALL & ~fm.InteractionFlag.ROTATE
    layers = [
        *_tiles(settings),
        fm.MarkerLayer(markers=dots),
    ]
    return target(
        "map",
        fm.Map(
            key=f"map-{view.turn}",
            expand=True,
            layers=layers,
            bgcolor=ft.Colors.SURFACE_CONTAINER,
            initial_center=_point(Position(view.frame.lat, view.frame.lon)),
            initial_zoom=view.frame.zoom,
            min_zoom=atlas.LEAST_ZOOM,
            max_zoom=atlas.MOST_ZOOM,
            interaction_configuration=fm.InteractionConfiguration(flags=turning),
            on_position_change=hear,
            on_tap=lambda _event: away(),
        ),
        label="Map of customers",
    )


def _tiles(settings: Settings) -> list[Any]:
    """The map beneath, and whose it is; nothing is asked of anybody unless it was chosen."""
    if not settings.tiles:
        return []
    credit = fm.SimpleAttribution(
        text=settings.tiles_credit,
        alignment=ft.Alignment.BOTTOM_LEFT,
        text_style=ft.TextStyle(size=12, color=ft.Colors.ON_SURFACE),
    )
    return [
        fm.TileLayer(url_template=settings.tiles, user_agent_package_name="app.fieldbook"), credit,
    ]  # fmt: skip


def _point(at: Position) -> fm.MapLatitudeLongitude:
    return fm.MapLatitudeLongitude(at.lat, at.lon)


def _marker(dot: Dot, tap: Callable[[Dot], None]) -> fm.Marker:
    many = len(dot.places)
    size = ONE if many == 1 else DOT
    fill = dot.colour or ft.Colors.PRIMARY
    ink = theme.on_colour(dot.colour) if dot.colour else ft.Colors.ON_PRIMARY
    count = [ft.Text(f"{many:,}", size=13, weight=ft.FontWeight.W_600, color=ink)]
    circle = ft.Container(
        width=size,
        height=size,
        border_radius=size / 2,
        bgcolor=fill,
        border=ft.Border.all(2, ft.Colors.SURFACE),
        alignment=ft.Alignment.CENTER,
        content=count[0] if many > 1 else None,
    )
    name = dot.places[0].name if many == 1 else wording.plural(many, "customer")
    touched = ft.Container(
        width=theme.TOUCH,
        height=theme.TOUCH,
        alignment=ft.Alignment.CENTER,
        on_click=lambda _event: tap(dot),
        content=circle,
    )
    return fm.Marker(
        key=f"{dot.places[0].id}-{many}",
        width=theme.TOUCH,
        height=theme.TOUCH,
        coordinates=_point(dot.at),
        content=target(f"dot-{dot.places[0].id}", touched, button=True, label=name),
    )


def _own(at: Position | None) -> list[fm.Marker]:
    """Where the device is."""
    if at is None:
        return []
    ring = ft.Container(
        width=20,
        height=20,
        border_radius=10,
        bgcolor=ft.Colors.TERTIARY,
        border=ft.Border.all(3, ft.Colors.SURFACE),
        tooltip="You are here",
    )
    return [fm.Marker(key="own", width=20, height=20, coordinates=_point(at), content=ring)]


def _zoom(closer: Callable[[float], None]) -> ft.Control:
    def button(name: str, icon: ft.IconData, words: str, by: float) -> ft.Control:
        return target(
            name,
            icon_button(icon, words, bgcolor=ft.Colors.SURFACE, on_click=lambda _event: closer(by)),
        )

    buttons = [
        button("map-closer", ft.Icons.ADD, "Closer", 1),
        button("map-farther", ft.Icons.REMOVE, "Farther", -1),
    ]
    return ft.Container(
        ft.Column(tight=True, spacing=theme.GAP, controls=buttons), right=12, top=12
    )


def _hint(told: str) -> list[ft.Control]:
    if not told:
        return []
    words = ft.Text(told, style=theme.SMALL, color=theme.MUTED)
    return [
        ft.Container(
            words, left=12, right=12, bottom=12, padding=theme.GAP,
            border_radius=theme.RADIUS_S, bgcolor=ft.Colors.SURFACE,
        )
    ]  # fmt: skip


def _card(app: App, dot: Dot, close: Callable[[], None]) -> ft.Control:
    """Who is there; a tap opens their page."""
    rows = [
        menu_row(f"there-{place.id}", ft.Icons.STOREFRONT_OUTLINED, place.name, "",
                 partial(app.go, f"/accounts/{place.id}"))
        for place in dot.places[:LISTED]
    ]  # fmt: skip
    rest = len(dot.places) - LISTED
    more = [ft.Text(f"And {rest:,} more", style=theme.SMALL, color=theme.MUTED)] if rest > 0 else []
    away = icon_button(ft.Icons.CLOSE, "Close", on_click=lambda _event: close())
    listed = ft.Column(tight=True, spacing=0, expand=True, controls=[*rows, *more])
    content = ft.Row(
        vertical_alignment=ft.CrossAxisAlignment.START,
        controls=[listed, target("map-close", away)],
    )
    return ft.Container(
        content, left=12, right=12, bottom=12, padding=theme.GAP,
        border_radius=theme.RADIUS, bgcolor=ft.Colors.SURFACE,
    )  # fmt: skip


def _here(here: Here, put: Callable[[Frame], None], size: tuple[float, float]) -> ft.Control:
    def go() -> None:
        if here.position is not None:
            put(_at(here.position, size))
        here.ask()

    return target(
        "map-here",
        icon_button(
            ft.Icons.MY_LOCATION, "Where I am", disabled=here.busy, on_click=lambda _event: go()
        ),
    )
