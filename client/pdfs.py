"""The pages of a PDF as pictures, one at a time, on the device and with no network.

PDFium draws them, on phones and in browsers alike: its wheel for Pyodide has 2.7 MB. It is imported
when the first PDF is looked at. Files come from anywhere, so what is very large, asks for a
password or cannot be read has no picture, says why, and is opened outside Fieldbook as any other
file; and however large a page says it is, the picture is no larger than `LONGEST` each way.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pypdfium2 import PdfBitmap, PdfPage

MEDIA_TYPE = "application/pdf"
MOST_BYTES = 25 << 20
LONGEST = 1_400
"""Pixels of the longer side: small print can be read when it is drawn nearer."""
_CHANNELS = 3
_FAST = 1


EMPTY = "This file is empty."
TOO_LARGE = "It is too large to be drawn here."
LOCKED = "It is protected by a password, so it cannot be drawn here."
BROKEN = "It is damaged, or not a PDF after all, and cannot be drawn here."
BROKEN_PAGE = "This page is damaged and cannot be drawn."


class NotDrawn(Exception):
    """There is no picture of it; the message says why, in a sentence."""


class Sheet(NamedTuple):
    """A page as a PNG, which one it is, counted from 0, and how many there are."""

    png: bytes
    place: int
    pages: int


def draw(data: bytes, place: int = 0) -> Sheet:
    """One page, the last if there are not so many. Raises `NotDrawn`."""
    if not data:
        raise NotDrawn(EMPTY)
    if len(data) > MOST_BYTES:
        raise NotDrawn(TOO_LARGE)
    import pypdfium2  # noqa: PLC0415 - only whoever looks at a PDF needs it

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise NotDrawn(LOCKED if locked else BROKEN) from error
    pages = 0
    try:
        pages = len(document)
        at = max(0, min(place, pages - 1))
        return Sheet(_drawn(document[at]), at, pages)
    except (pypdfium2.PdfiumError, ValueError, ZeroDivisionError, IndexError, MemoryError) as error:
        raise NotDrawn(BROKEN_PAGE if pages > 1 else BROKEN) from error
    finally:
        document.close()


def _drawn(page: PdfPage) -> bytes:
    import pypdfium2  # noqa: PLC0415 - as above

    bitmap = page.render(
        scale=LONGEST / max(page.get_size()),
        rev_byteorder=True,
        bitmap_maker=pypdfium2.PdfBitmap.new_native,
        maybe_alpha=False,
    )
    return _png(bitmap)


def _png(bitmap: PdfBitmap) -> bytes:
    """The bitmap's rows, each as it is (PNG's filter 0), deflated."""
    raw, wide = bytes(bitmap.buffer), bitmap.width * _CHANNELS
    rows = b"".join(
        b"\0" + raw[start : start + wide]
        for start in range(0, bitmap.height * bitmap.stride, bitmap.stride)
    )
    head = struct.pack(">IIBBBBB", bitmap.width, bitmap.height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in (
            (b"IHDR", head), (b"IDAT", zlib.compress(rows, _FAST)), (b"IEND", b""),
        )
    )  # fmt: skip
