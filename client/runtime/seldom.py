"""Packages that few acts need; in the browser they lie in an archive of their own.

A start unpacks what the first screens need, half of it all. Whoever opens a PDF, prints a quote or
shows a code for the first time waits while `js.fieldbook` unpacks the rest, once; like everything
else of the app it is on the device by then.
"""

from __future__ import annotations

import importlib
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.machinery import ModuleSpec

PACKAGES = frozenset(
    (
        "exifread",
        "font_manrope",
        "fontTools",
        "fpdf",
        "icalendar",
        "pypdfium2",
        "pypdfium2_cfg",
        "pypdfium2_raw",
        "segno",
        "vobject",
    )
)
"""Their top-level names, as they are imported and as they lie in the archive."""


class Seldom(MetaPathFinder):
    """Comes last, so it is asked for what is not there; leaves once everything is."""

    def __init__(self, unpack: Callable[[], None]) -> None:
        self._unpack = unpack

    def find_spec(self, name: str, *_where: object) -> ModuleSpec | None:
        if name not in PACKAGES:
            return None
        self._unpack()  # where it fails, the next import asks again
        sys.meta_path.remove(self)
        importlib.invalidate_caches()
        return PathFinder.find_spec(name)


def install(unpack: Callable[[], None]) -> None:
    """Have `unpack` called when one of them is first imported."""
    sys.meta_path[:] = [one for one in sys.meta_path if not isinstance(one, Seldom)]
    sys.meta_path.append(Seldom(unpack))
