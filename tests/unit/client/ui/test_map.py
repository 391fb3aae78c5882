"""The map: customers as dots in their labels' colours, with no tile asked of anybody by default."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft
import flet_map as fm
import pytest

from client import atlas
from sync_protocol.records import Address, Label, Position, entries
from tests.unit.client.ui.harness import opened

if TYPE_CHECKING:
    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office

NEAR = ((50.24, 11.33), (50.2401, 11.3301), (50.6, 11.9))


@pytest.fixture
def placed(office: Office) -> Office:
    """Two customers door to door, one far from them."""
    for account, at in zip(office.accounts, NEAR, strict=True):
        office.replica.update(account, addresses=entries(Address(position=Position(*at))))
    return office


def dots(screen: Screen) -> list[str]:
    return [x for x in screen.identifiers() if x.startswith("dot-")]


def map_of(screen: Screen) -> fm.Map:
    return screen.all(fm.Map)[-1]


async def test_customers_too_near_to_each_other_are_one_dot_that_comes_closer(
    placed: Office,
) -> None:
    async with opened(placed.replica, "/map") as screen:
        await screen.until_target("map")
        assert len(dots(screen)) == 2
        before = map_of(screen).initial_zoom
        (many,) = [x for x in dots(screen) if screen.target(x).label == "2 customers"]
        await screen.tap(many)
        await screen.until(lambda: map_of(screen).initial_zoom > before)
        await screen.until_says("Café Müller")
        await screen.tap(f"there-{placed[1].id}")
        await screen.until(lambda: screen.page.route == f"/accounts/{placed[1].id}")


async def test_a_dot_has_the_colour_of_its_label(placed: Office) -> None:
    placed.replica.label(placed[2], "Prospect")
    (label,) = placed.replica.find(Label, name="Prospect")
    async with opened(placed.replica, "/map") as screen:
        await screen.until_target(f"dot-{placed[2].id}")
        circles = screen.all(ft.Container, within=screen.target(f"dot-{placed[2].id}"))
        assert label.colour in [x.bgcolor for x in circles]


async def test_moving_the_map_shows_who_is_there(placed: Office) -> None:
    async with opened(placed.replica, "/map") as screen:
        await screen.until(lambda: len(dots(screen)) == 2)
        camera = {"center": {"latitude": 50.24, "longitude": 11.33}, "zoom": 17.9,
                  "min_zoom": 2, "max_zoom": 18, "rotation": 0}  # fmt: skip
        told = {"coordinates": camera["center"], "camera": camera, "has_gesture": True}
        await screen.event(map_of(screen), "position_change", told)
        await screen.until(lambda: f"dot-{placed[2].id}" not in dots(screen))


async def test_nobody_is_asked_for_tiles_unless_somebody_chose_them(placed: Office) -> None:
    async with opened(placed.replica, "/map") as screen:
        await screen.until_target("map")
        assert screen.all(fm.TileLayer) == []
        assert screen.says("Places only")


async def test_without_anybody_on_it_the_world_is_shown(office: Office) -> None:
    async with opened(office.replica, "/map") as screen:
        await screen.until_target("map")
        assert map_of(screen).initial_zoom == atlas.LEAST_ZOOM
        assert dots(screen) == []


async def test_near_me_leads_to_the_map(office: Office) -> None:
    async with opened(office.replica, "/near") as screen:
        await screen.tap("open-map")
        await screen.until_target("map")


async def test_an_administrator_chooses_the_tiles(admins_office: Office) -> None:
    replica = admins_office.replica
    async with opened(replica, "/admin/settings") as screen:
        await screen.type("Map tiles", "http://tiles.example/{z}/{x}/{y}.png")
        await screen.tap("save")
        await screen.until_says("Tiles must come over https://.")
        await screen.type("Map tiles", "https://tiles.example/{z}/{x}/{y}.png")
        await screen.tap("save")
        await screen.until_says("Say whose map it is")
        await screen.type("Credit of the map", "Example mappers")
        await screen.tap("save")
        await screen.until(lambda: replica.settings.tiles_credit == "Example mappers")
        await screen.go("/map")
        await screen.until_target("map")
        (layer,) = screen.all(fm.TileLayer)
        assert layer.url_template == "https://tiles.example/{z}/{x}/{y}.png"
        (credit,) = screen.all(fm.SimpleAttribution)
        assert credit.text == "Example mappers"
        assert not screen.says("Places only")


async def test_a_map_without_customers_says_how_they_get_a_place(office: Office) -> None:
    async with opened(office.replica, "/map") as screen:
        await screen.until_says("No customer has a place here.")
        assert not dots(screen)
