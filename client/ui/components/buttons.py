"""Buttons that show only a sign, menus and chips: each has a spoken name and room for a thumb.

Flutter gives a tooltip to the box around a button, not to the button, so whoever hears the screen
would hear "button" and nothing else. The sign itself therefore carries the name. A chip by itself
is some 34 to 40 high; here it fills what a thumb needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client.ui import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

CHIP_AIR = ft.Padding.symmetric(horizontal=8)
"""The height gives the room above and beneath; more of it would push large text out."""


def icon_button(
    icon: ft.IconData | ft.Icon,
    name: str,
    *,
    width: float = theme.TOUCH,
    height: float = theme.TOUCH,
    **options: Any,
) -> ft.IconButton:
    """A button that is only a sign; `name` is spoken, and shown while the pointer rests on it."""
    return ft.IconButton(_named(icon, name), tooltip=name, width=width, height=height, **options)


def menu_button(
    name: str,
    items: Sequence[ft.PopupMenuItem],
    icon: ft.IconData | ft.Icon = ft.Icons.MORE_VERT,
    **options: Any,
) -> ft.PopupMenuButton:
    """A sign that opens a menu."""
    return ft.PopupMenuButton(
        icon=_named(icon, name),
        tooltip=name,
        width=theme.TOUCH,
        height=theme.TOUCH,
        items=list(items),
        **options,
    )


def chip(label: str, **options: Any) -> ft.Chip:
    """What is chosen, left out or asked for with one tap."""
    return ft.Chip(label=label, height=theme.TOUCH, padding=CHIP_AIR, **options)


def _named(icon: ft.IconData | ft.Icon, name: str) -> ft.Icon:
    if isinstance(icon, ft.Icon):
        icon.semantics_label = name
        return icon
    return ft.Icon(icon, semantics_label=name)
