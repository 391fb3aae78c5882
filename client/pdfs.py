"""The first page of a PDF as a picture, on the device and with no network.

PDFium draws it, on phones and in browsers alike: its wheel for Pyodide has 2.7 MB. It is imported
when the first PDF is looked at. Files come from anywhere, so what is very large, asks for a
password or cannot be read has no picture and is opened outside Fieldbook, as any other file; and
however large a page says it is, the picture is no larger than `LONGEST` each way.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pypdfium2 import PdfBitmap

MEDIA_TYPE = "application/pdf"
MOST_BYTES = 25 << 20
LONGEST = 1_400
"""Pixels of the longer side: small print can be read when it is drawn nearer."""
_CHANNELS = 3
_FAST = 1


class Preview(NamedTuple):
    """The first page as a PNG, and how many pages there are."""

    png: bytes
    pages: int


def preview(data: bytes) -> Preview | None:
    """None if there is no page that can be drawn."""
    if not 0 < len(data) <= MOST_BYTES:
        return None
    import pypdfium2  # noqa: PLC0415 - only whoever looks at a PDF needs it

    try:
        document = pypdfium2.PdfDocument(data)
        try:
            page = document[0]
            bitmap = page.render(
                scale=LONGEST / max(page.get_size()),
                rev_byteorder=True,
                bitmap_maker=pypdfium2.PdfBitmap.new_native,
                maybe_alpha=False,
            )
            return Preview(_png(bitmap), len(document))
        finally:
            document.close()
    except (pypdfium2.PdfiumError, ValueError, ZeroDivisionError, IndexError, MemoryError):
        return None


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
