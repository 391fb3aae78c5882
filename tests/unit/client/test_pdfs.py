"""The pages of a PDF as pictures, whatever is in the file."""

from __future__ import annotations

import io
from contextlib import suppress

import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from client import pdfs


def a_pdf(pages: int = 1, size: tuple[float, float] = (210, 297)) -> bytes:
    """White pages; the first has a red box on it."""
    made = FPDF(unit="mm", format=size)
    for place in range(pages):
        made.add_page()
        if not place:
            made.set_fill_color(255, 0, 0)
            made.rect(0, 0, size[0] / 2, size[1] / 2, style="F")
    return bytes(made.output())


def test_a_page_is_drawn_in_its_colours_and_the_pages_counted() -> None:
    found = pdfs.draw(a_pdf(pages=4))
    assert (found.place, found.pages) == (0, 4)
    with Image.open(io.BytesIO(found.png)) as picture:
        picture.load()
        assert picture.format == "PNG"
        assert max(picture.size) == pdfs.LONGEST
        assert picture.getpixel((200, 200)) == (255, 0, 0)
        assert picture.getpixel((900, 1300)) == (255, 255, 255)


def test_any_page_is_drawn_and_none_beyond_the_last() -> None:
    data = a_pdf(pages=3)
    first, second = pdfs.draw(data), pdfs.draw(data, 1)
    assert (second.place, second.pages) == (1, 3)
    assert second.png != first.png
    assert pdfs.draw(data, 9).place == 2


def test_a_page_of_any_size_becomes_a_picture_of_one_size() -> None:
    for size in ((10, 10), (5_000, 20), (4_000, 4_000)):
        with Image.open(io.BytesIO(pdfs.draw(a_pdf(size=size)).png)) as picture:
            assert max(picture.size) == pdfs.LONGEST


def locked() -> bytes:
    made = FPDF()
    made.set_encryption(owner_password="o", user_password="u")
    made.add_page()
    return bytes(made.output())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", pdfs.EMPTY),
        (b"%PDF-1.7" + bytes(pdfs.MOST_BYTES), pdfs.TOO_LARGE),
        (b"no PDF at all", pdfs.BROKEN),
        (a_pdf()[:200], pdfs.BROKEN),
        (locked(), pdfs.LOCKED),
    ],
    ids=["empty", "too large", "something else", "cut off", "locked"],
)
def test_what_cannot_be_drawn_says_why(data: bytes, said: str) -> None:
    with pytest.raises(pdfs.NotDrawn) as raised:
        pdfs.draw(data)
    assert str(raised.value) == said


WHOLE = a_pdf()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(WHOLE)), st.binary(max_size=40))
def test_a_damaged_file_never_does_more_than_have_no_picture(place: int, noise: bytes) -> None:
    for damaged in (WHOLE[:place], WHOLE[:place] + noise + WHOLE[place + len(noise) :]):
        with suppress(pdfs.NotDrawn):
            assert pdfs.draw(damaged).png
