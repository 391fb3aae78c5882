"""The first page of a PDF as a picture, whatever is in the file."""

from __future__ import annotations

import io

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


def test_the_first_page_is_drawn_in_its_colours_and_the_pages_counted() -> None:
    found = pdfs.preview(a_pdf(pages=4))
    assert found is not None
    assert found.pages == 4
    with Image.open(io.BytesIO(found.png)) as picture:
        picture.load()
        assert picture.format == "PNG"
        assert max(picture.size) == pdfs.LONGEST
        assert picture.getpixel((200, 200)) == (255, 0, 0)
        assert picture.getpixel((900, 1300)) == (255, 255, 255)


def test_a_page_of_any_size_becomes_a_picture_of_one_size() -> None:
    for size in ((10, 10), (5_000, 20), (4_000, 4_000)):
        found = pdfs.preview(a_pdf(size=size))
        assert found is not None
        with Image.open(io.BytesIO(found.png)) as picture:
            assert max(picture.size) == pdfs.LONGEST


def test_what_is_empty_or_too_large_has_no_picture() -> None:
    assert pdfs.preview(b"") is None
    assert pdfs.preview(b"%PDF-1.7" + bytes(pdfs.MOST_BYTES)) is None


WHOLE = a_pdf()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(WHOLE)), st.binary(max_size=40))
def test_a_damaged_file_never_does_more_than_have_no_picture(place: int, noise: bytes) -> None:
    for damaged in (WHOLE[:place], WHOLE[:place] + noise + WHOLE[place + len(noise) :]):
        found = pdfs.preview(damaged)
        assert found is None or found.png
