"""The map: web Mercator as others reckon it, and dots that lose nobody."""

from __future__ import annotations

from itertools import combinations
from math import dist, pi

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from client import atlas
from client.atlas import Frame, Place
from sync_protocol.records import Position

MERCATOR = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
HALF_M = pi * 6_378_137
POSITIONS = st.builds(Position, st.floats(-84, 84), st.floats(-180, 180))
PLACES = st.lists(
    st.builds(
        Place, st.uuids().map(str), st.text(max_size=5), POSITIONS,
        st.sampled_from(("", "#1f6feb", "#b3261e")),
    ),
    max_size=60,
    unique_by=lambda place: place.id,
)  # fmt: skip
ZOOMS = st.floats(atlas.LEAST_ZOOM, atlas.MOST_ZOOM)
SIZES = st.tuples(st.integers(200, 1_600), st.integers(200, 1_200))


@given(POSITIONS, ZOOMS)
def test_a_position_lies_where_web_mercator_says(at: Position, zoom: float) -> None:
    x, y = atlas.pixel(at, zoom)
    east, north = MERCATOR.transform(at.lon, at.lat)
    size = atlas.TILE * 2**zoom
    assert x == pytest.approx((east + HALF_M) / (2 * HALF_M) * size, abs=size * 1e-9)
    assert y == pytest.approx((HALF_M - north) / (2 * HALF_M) * size, abs=size * 1e-9)


@given(POSITIONS, ZOOMS)
def test_what_lies_at_a_pixel_is_the_position_again(at: Position, zoom: float) -> None:
    found = atlas.position(*atlas.pixel(at, zoom), zoom)
    assert found.lat == pytest.approx(at.lat, abs=1e-6)
    assert found.lon == pytest.approx(at.lon, abs=1e-6)


@given(PLACES, ZOOMS, SIZES)
def test_every_place_is_in_one_dot(places: list[Place], zoom: float, size: tuple[int, int]) -> None:
    dots = atlas.gathered(places, zoom, *size)
    assert sorted(place.id for dot in dots for place in dot.places) == sorted(
        place.id for place in places
    )
    for dot in dots:
        assert {place.colour for place in dot.places} == {dot.colour} or dot.colour == ""


@given(PLACES, ZOOMS, SIZES)
def test_no_dot_lies_on_another(places: list[Place], zoom: float, size: tuple[int, int]) -> None:
    drawn = [atlas.pixel(dot.at, zoom) for dot in atlas.gathered(places, zoom, *size)]
    for one, other in combinations(drawn, 2):
        assert dist(one, other) >= atlas.APART


@given(PLACES, ZOOMS, SIZES)
def test_the_order_in_which_places_come_makes_no_difference(
    places: list[Place], zoom: float, size: tuple[int, int]
) -> None:
    assert atlas.gathered(places, zoom, *size) == atlas.gathered(places[::-1], zoom, *size)


@given(st.lists(POSITIONS, min_size=1, max_size=20), SIZES)
def test_a_frame_around_places_shows_them_all(
    places: list[Position], size: tuple[int, int]
) -> None:
    frame = atlas.around(places, *size)
    middle = atlas.pixel(Position(frame.lat, frame.lon), frame.zoom)
    if frame.zoom > atlas.LEAST_ZOOM:
        for place in places:
            x, y = atlas.pixel(place, frame.zoom)
            assert abs(x - middle[0]) <= size[0] / 2
            assert abs(y - middle[1]) <= size[1] / 2


@given(ZOOMS, SIZES)
def test_a_screen_full_of_places_is_no_more_dots_than_a_device_can_draw(
    zoom: float, size: tuple[int, int]
) -> None:
    frame = Frame(50.0, 11.0, zoom, *size)
    x, y = atlas.pixel(Position(frame.lat, frame.lon), zoom)
    steps = [(i, j) for i in range(20) for j in range(20)]
    inside = [
        atlas.position(x + (i / 20 - 0.5) * size[0], y + (j / 20 - 0.5) * size[1], zoom)
        for i, j in steps
    ]
    places = [Place(f"{place}", "", at) for place, at in enumerate(inside)]
    assert len(atlas.gathered(places, zoom, *size)) <= 2 * atlas.MOST_DOTS
