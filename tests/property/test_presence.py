"""Positions: distances are those of the surveyors, and no verdict claims more than is known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from sync_protocol.geo import metres
from sync_protocol.records.parts import Position
from sync_protocol.rules.presence import FRESH_MS, better, judge, unknown

NOW = 1_790_000_000_000
ELLIPSOID = Geod(ellps="WGS84")
latitudes = st.floats(-89.9, 89.9)
longitudes = st.floats(-180, 180)
places = st.builds(Position, latitudes, longitudes)
radii = st.floats(10, 100_000)
ages = st.integers(-1000, 2 * FRESH_MS)


@st.composite
def fixes(draw: st.DrawFn) -> Position:
    """Near a place or anywhere, of any accuracy and age."""
    accuracy = draw(st.none() | st.floats(0, 5_000))
    return Position(draw(latitudes), draw(longitudes), accuracy, NOW - draw(ages))


@st.composite
def near(draw: st.DrawFn) -> tuple[Position, Position]:
    """A place, and a fix within some kilometres of it."""
    place = draw(st.builds(Position, st.floats(-80, 80), st.floats(-170, 170)))
    away = st.floats(-0.02, 0.02)
    fix = draw(
        st.builds(
            Position,
            away.map(lambda x: place.lat + x),
            away.map(lambda x: place.lon + x),
            st.floats(0, 3_000),
            st.just(NOW),
        )
    )
    return place, fix


@given(places, places)
def test_distances_are_those_of_the_reference_library(a: Position, b: Position) -> None:
    _there, _back, expected = ELLIPSOID.inv(a.lon, a.lat, b.lon, b.lat)
    assert abs(metres(a, b) - expected) < 0.001


@given(near(), radii)
def test_what_is_verified_lies_within_and_what_is_outside_lies_surely_beyond(
    pair: tuple[Position, Position], radius: float
) -> None:
    place, fix = pair
    found = judge(fix, [place], radius, NOW)
    distance, accuracy = metres(place, fix), fix.accuracy_m or 0
    if found.state == "verified":
        assert distance <= radius
        assert accuracy <= radius
    elif found.state == "outside":
        assert distance - accuracy > radius
    else:
        assert found.why in ("vague", "edge")
        assert distance - accuracy <= radius


@given(near(), radii, radii)
def test_a_larger_radius_never_turns_a_visit_on_site_into_one_outside(
    pair: tuple[Position, Position], one: float, other: float
) -> None:
    place, fix = pair
    small, large = sorted((one, other))
    if judge(fix, [place], small, NOW).state == "verified":
        assert judge(fix, [place], large, NOW).state == "verified"
    if judge(fix, [place], large, NOW).state == "outside":
        assert judge(fix, [place], small, NOW).state == "outside"


@given(fixes(), st.lists(places, max_size=4), radii)
def test_the_nearest_address_counts_and_every_doubt_has_its_word(
    fix: Position, addresses: list[Position], radius: float
) -> None:
    found = judge(fix, addresses, radius, NOW)
    assert bool(found.why) == (found.state == "unverified")
    if not addresses:
        assert found == unknown("no_address")
    else:
        nearest = min(addresses, key=lambda place: metres(fix, place))
        assert found == judge(fix, [nearest], radius, NOW)
    if fix.fixed_at is not None and NOW - fix.fixed_at > FRESH_MS:
        assert found.state == "unverified"


@given(fixes(), fixes(), places, radii)
def test_the_better_of_two_is_kept_whichever_came_first(
    one: Position, other: Position, place: Position, radius: float
) -> None:
    first, second = (judge(fix, [place], radius, NOW) for fix in (one, other))
    assert better(None, first)
    assert not (better(first, second) and better(second, first))
    kept = second if better(first, second) else first
    assert "verified" not in {first.state, second.state} or kept.state == "verified"
