"""Names in one line: which way they are read, and what large text does to rows."""

from __future__ import annotations

import flet as ft
import pytest

from client.ui import theme
from client.ui.components.choices import Choice, choice_row
from client.ui.components.line import reads_to_the_left
from client.ui.components.rows import row
from client.ui.components.virtual_list import Place
from client.ui.layout import Layout


@pytest.mark.parametrize("name", ["מכולת", "  12 مقهى", "שלום Café", "«محمد»"])
def test_names_in_hebrew_and_arabic_read_to_the_left(name: str) -> None:
    assert reads_to_the_left(name)


@pytest.mark.parametrize("name", ["", "12", "Café שלום", "北京", "🍺 Bar", "Кафе"])
def test_other_names_read_to_the_right(name: str) -> None:
    assert not reads_to_the_left(name)


def test_rows_grow_with_large_text_and_do_not_shrink_with_small() -> None:
    layout = Layout()
    layout.measured(2.0)
    assert layout.tall(72) == 144
    layout.measured(0.8)
    assert layout.tall(72) == 72


def test_a_list_shows_a_row_where_large_text_has_put_it() -> None:
    place, asked = Place(), []
    place.text, place.scroll_to = 2.0, asked.append
    place.show(10, 50)
    assert asked == [11 * 100 - place.viewport]


@pytest.mark.parametrize(("name", "rtl"), [("مكتب", True), ("Café", False)])
def test_rows_are_cut_at_the_end_to_which_they_are_read(name: str, rtl: bool) -> None:
    shown = row(ft.Icons.STOREFRONT_OUTLINED, name, name)
    lines = shown.content.controls[1].content.controls
    assert [line.rtl for line in lines] == [rtl, rtl]
    assert {line.overflow for line in lines} == {ft.TextOverflow.ELLIPSIS}


def test_a_choice_with_a_long_name_grows_and_a_short_one_is_as_high_as_a_thumb() -> None:
    names = [Choice("a", "Key account of the whole south-east"), Choice("b", "Partner")]
    long, short = (x.content for x in choice_row("label", names, "", print).controls)
    assert (long.height, short.height) == (None, theme.TOUCH)
