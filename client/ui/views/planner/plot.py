"""A plain drawing of places: where they lie to each other, without a map and without a network.

North is up and a bar tells the scale. It is drawn to a given size, so that nothing jumps, in the
middle of a ground as wide as what is around it.
"""

from __future__ import annotations

from itertools import chain
from math import cos, floor, log10, radians
from typing import TYPE_CHECKING, NamedTuple

import flet as ft
import flet.canvas as cv

from client.nearby import METRES_PER_DEGREE
from client.presence import distance
from client.ui import theme
from client.ui.components.page import target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync_protocol.records import Position

MARGIN = 28
RADIUS = 13
BAR = 120
"""The longest bar that tells the scale."""
LEAST_M = 200
"""Places nearer to each other are not blown up to fill the drawing."""
HERE = ""


class Point(NamedTuple):
    """A place; `label` is what stands in its dot, empty for where one is oneself."""

    label: str
    place: Position


class Drawn(NamedTuple):
    """Where the points lie in the drawing, and how many metres a pixel is."""

    at: tuple[tuple[float, float], ...]
    metres: float


def plot(points: Sequence[Point], width: float, height: float, *, way: bool = True) -> ft.Control:
    """The points, joined in their order if there is a `way`."""
    drawn = projected([point.place for point in points], width, height)
    dots = [_dot(point, at) for point, at in zip(points, drawn.at, strict=True)]
    shapes = [*([_way(drawn.at)] if way and dots[1:] else []), *chain.from_iterable(dots)]
    picture = ft.Container(
        width=theme.READABLE_WIDTH,
        height=height,
        alignment=ft.Alignment.CENTER,
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        border_radius=theme.RADIUS,
        clip_behavior=ft.ClipBehavior.HARD_EDGE,
        content=ft.Stack(
            width=width,
            height=height,
            controls=[
                cv.Canvas(width=width, height=height, shapes=shapes),
                ft.Container(_scale(drawn.metres), left=12, bottom=8),
                ft.Container(
                    ft.Icon(ft.Icons.NORTH, size=18, color=theme.MUTED, tooltip="North is up"),
                    right=12,
                    top=8,
                ),
            ],
        ),
    )
    return target("plot", picture, label=f"Drawing of {len(points)} places")


def projected(places: Sequence[Position], width: float, height: float) -> Drawn:
    """Flat, as a region of some hundred kilometres nearly is, and with the same scale both ways."""
    if not places:
        return Drawn((), 1.0)
    lats, lons = [x.lat for x in places], [x.lon for x in places]
    lat, lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    along = METRES_PER_DEGREE * cos(radians(lat))
    wide = max(LEAST_M, (max(lons) - min(lons)) * along)
    high = max(LEAST_M, (max(lats) - min(lats)) * METRES_PER_DEGREE)
    metres = max(wide / (width - 2 * MARGIN), high / (height - 2 * MARGIN))
    at = tuple(
        (
            width / 2 + (x.lon - lon) * along / metres,
            height / 2 - (x.lat - lat) * METRES_PER_DEGREE / metres,
        )
        for x in places
    )
    return Drawn(at, metres)


def bar_m(metres: float) -> float:
    """The largest of 1, 2, 5, 10... metres that fits the bar."""
    most = metres * BAR
    power = 10.0 ** floor(log10(most))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= most)


def _scale(metres: float) -> ft.Control:
    length = bar_m(metres)
    bar = ft.Container(width=length / metres, height=3, bgcolor=theme.MUTED)
    words = ft.Text(distance(length), style=theme.SMALL, color=theme.MUTED)
    return ft.Column(tight=True, spacing=2, controls=[words, bar])


def _way(at: Sequence[tuple[float, float]]) -> cv.Shape:
    first, *rest = at
    return cv.Path(
        elements=[cv.Path.MoveTo(*first), *(cv.Path.LineTo(*point) for point in rest)],
        paint=ft.Paint(color=ft.Colors.OUTLINE, stroke_width=2, style=ft.PaintingStyle.STROKE),
    )


def _dot(point: Point, at: tuple[float, float]) -> list[cv.Shape]:
    own = point.label == HERE
    fill = ft.Colors.TERTIARY if own else ft.Colors.PRIMARY
    dot = cv.Circle(*at, radius=RADIUS / 2 if own else RADIUS, paint=ft.Paint(color=fill))
    style = ft.TextStyle(size=13, weight=ft.FontWeight.W_600, color=ft.Colors.ON_PRIMARY)
    return [dot, cv.Text(*at, value=point.label, style=style, alignment=ft.Alignment.CENTER)]
