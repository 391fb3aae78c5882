"""Titles: beside the buttons where their words fit, else on a line of their own beneath."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft
import pytest

from client.ui import theme
from tests.unit.client.ui.harness import OFFICE, PHONE, opened

if TYPE_CHECKING:
    from tests.unit.client.ui.harness import Screen
    from tests.unit.client.ui.office import Office


def stands_beneath(screen: Screen, title: str) -> bool:
    """Whether a title has a line to itself; it is on the screen once in any case."""
    (heading,) = [
        x for x in screen.all(ft.Semantics, heading_level=1) if title in screen.words(x)
    ]  # fmt: skip
    (row,) = [x for x in screen.all(ft.Row) if heading in x.controls]
    return row.controls == [heading]


async def test_a_title_shares_its_line_with_the_buttons_while_its_words_fit(
    office: Office,
) -> None:
    async with opened(office.replica, "/rounds") as screen:
        await screen.until_says("Rounds")
        assert not stands_beneath(screen, "Rounds")


async def test_in_large_text_a_title_whose_word_would_be_broken_stands_beneath_the_buttons(
    office: Office,
) -> None:
    async with opened(office.replica, "/rounds") as screen:
        await screen.until_says("Rounds")
        await screen.with_text(200)
        await screen.until(lambda: stands_beneath(screen, "Rounds"))
        await screen.tap("add")
        await screen.until(lambda: screen.page.route == "/rounds/new")


@pytest.mark.parametrize(("size", "beneath"), [(PHONE, True), (OFFICE, False)])
async def test_a_name_of_one_long_word_has_the_whole_width_of_a_phone(
    office: Office, size: tuple[float, float], beneath: bool
) -> None:
    name = "Getraenkefachgrosshandelsgesellschaft Sued"
    account = office.replica.update(office[0], name=name)
    async with opened(office.replica, f"/accounts/{account.id}", size) as screen:
        await screen.until(
            lambda: any(name in screen.words(x) for x in screen.all(ft.Semantics, heading_level=1))
        )
        assert stands_beneath(screen, name) is beneath


async def test_a_name_of_middling_words_is_set_smaller_beside_the_buttons(office: Office) -> None:
    account = office.replica.update(office[0], name="Wirtshaus Adler")
    async with opened(office.replica, f"/accounts/{account.id}") as screen:
        await screen.until_says("Wirtshaus Adler")
        assert not stands_beneath(screen, "Wirtshaus Adler")
        (heading,) = screen.all(ft.Semantics, heading_level=1)
        (told,) = screen.all(ft.Text, within=heading)
        assert told.style == theme.HEADING


async def test_in_large_text_a_word_wider_than_the_screen_is_set_as_small_as_it_needs(
    office: Office,
) -> None:
    account = office.replica.update(office[0], name="Getraenkefachmarkt")
    async with opened(office.replica, f"/accounts/{account.id}") as screen:
        await screen.until_says("Getraenkefachmarkt")
        await screen.with_text(200)
        await screen.until(lambda: stands_beneath(screen, "Getraenkefachmarkt"))
        (heading,) = screen.all(ft.Semantics, heading_level=1)
        (told,) = screen.all(ft.Text, within=heading)
        assert isinstance(told.style, ft.TextStyle)
        assert 15 / 2 < (told.style.size or 0) < (theme.HEADING.size or 0)


async def test_a_word_that_no_readable_size_has_room_for_is_left_as_it_is(office: Office) -> None:
    account = office.replica.update(office[0], name="G" * 60)
    async with opened(office.replica, f"/accounts/{account.id}") as screen:
        await screen.until_says("G" * 60)
        (heading,) = screen.all(ft.Semantics, heading_level=1)
        (told,) = screen.all(ft.Text, within=heading)
        assert told.style == theme.HEADING


@pytest.mark.parametrize("size", [(820.0, 1180.0), OFFICE])
async def test_a_title_is_large_wherever_there_is_room(
    office: Office, size: tuple[float, float]
) -> None:
    account = office.replica.update(office[0], name="Wirtshaus Adler")
    async with opened(office.replica, f"/accounts/{account.id}", size) as screen:
        await screen.until_says("Wirtshaus Adler")
        styles = [x.style for x in screen.all(ft.Text) if x.value == "Wirtshaus Adler"]
        assert theme.TITLE in styles
