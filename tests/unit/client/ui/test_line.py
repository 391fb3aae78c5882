"""Names in one line: which way they are read, and what large text does to rows."""

from __future__ import annotations

import pytest

from client.ui.components.line import reads_to_the_left
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
