"""How a file looks that is shown whole, and what is said of one that is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme
from client.ui.components import states
from client.ui.views.files.reading import icon_of

if TYPE_CHECKING:
    from sync_protocol.records import Attachment

HEIGHT = 520
PAGE_HEIGHT = 720
"""Of a page to be read, where there is room for it."""
NEARER = 6
"""How much nearer one may look."""


def outside(file: Attachment, why: str = "") -> ft.Control:
    """A file that another program shows, and why this one does not."""
    said = " ".join(filter(None, (why, "It opens outside Fieldbook.")))
    return states.empty(icon_of(file.media_type), file.name, said)


def picture(src: str | bytes) -> ft.Control:
    broken = states.empty(
        ft.Icons.BROKEN_IMAGE_OUTLINED,
        "This picture cannot be shown",
        "It may be damaged, or of a kind that this device does not know.",
    )
    return ft.Image(src=src, fit=ft.BoxFit.CONTAIN, gapless_playback=True, error_content=broken)


def viewer(shown: ft.InteractiveViewer, height: int = HEIGHT) -> ft.Control:
    """The frame in which a picture can be moved and drawn nearer."""
    shown.max_scale = NEARER
    return ft.Container(
        height=height,
        border_radius=theme.RADIUS,
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOW,
        alignment=ft.Alignment.CENTER,
        content=shown,
    )
