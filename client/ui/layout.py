"""The three shapes of the screen, by width alone; and how large people have their text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import flet as ft

RAIL_FROM = 600
PANES_FROM = 840
WIDE_FROM = 1200


class Size(Enum):
    """PHONE: bottom bar, one pane. TABLET: rail, two panes from 840. OFFICE: rail, wide tables."""

    PHONE = "phone"
    TABLET = "tablet"
    OFFICE = "office"


def size_of(width: float) -> Size:
    if width < RAIL_FROM:
        return Size.PHONE
    return Size.TABLET if width < WIDE_FROM else Size.OFFICE


@ft.observable
@dataclass
class Layout:
    """The current shape; changes only when a breakpoint is crossed, or the size of text."""

    size: Size = Size.PHONE
    two_panes: bool = False
    text: float = 1.0
    """How much larger than designed text is drawn, as the device's or browser's settings say."""

    def fit(self, width: float) -> None:
        """Follow a new page width, in logical pixels."""
        size, two_panes = size_of(width), width >= PANES_FROM
        if size is not self.size:
            self.size = size
        if two_panes != self.two_panes:
            self.two_panes = two_panes

    def measured(self, text: float) -> None:
        """Follow what was measured of the text's size (see `Ruler`)."""
        if (rounded := round(text, 2)) != self.text:
            self.text = rounded

    def tall(self, height: int) -> int:
        """The height of a row whose lines grow with the text."""
        return round(height * max(1.0, self.text))
