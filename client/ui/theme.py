"""The tokens of the look: every size, radius, colour and text style comes from here.

Material 3 from one calm seed, light and dark. Components name roles (`ft.Colors.PRIMARY`), never
shades; only labels and outcomes bring colours of their own, and `on_colour` keeps text on them at
the contrast that WCAG 2.1 asks for (4.5:1, by its definition of relative luminance).
"""

from __future__ import annotations

import flet as ft

SEED = "#2e6b5e"

GAP_S, GAP, GAP_L, GAP_XL = 4, 8, 16, 24
RADIUS_S, RADIUS, RADIUS_L = 8, 12, 20
TOUCH = 48
"""The least height of anything that is tapped."""
TALL = 56
"""The height of what is tapped most, in a hurry."""
READABLE_WIDTH = 720
"""Text and forms grow no wider than this."""
BESIDE_WIDTH = 1180
"""Two columns of them, where the screen has room for two."""
LIST_PANE_WIDTH = 380
PREFERENCE = "theme"
"""Under which the replica keeps the chosen mode."""
BAR_MS = 6_000
"""How long a bar at the bottom stays."""
BAR_ABOVE = 84
"""On a phone it floats above the places, which stay in reach."""
BAR_WIDTH = 480

TITLE = ft.TextStyle(size=22, weight=ft.FontWeight.W_600)
HEADING = ft.TextStyle(size=16, weight=ft.FontWeight.W_600)
BODY = ft.TextStyle(size=15)
SMALL = ft.TextStyle(size=13)
MUTED = ft.Colors.ON_SURFACE_VARIANT

OVERDUE = "#b3261e"
SOON = "#b26a00"
NEVER = "#5f6b7a"
FINE = "#2e7d32"
"""Whether a customer waits for a visit, on every screen alike."""

PALETTE = (
    "#c62828", "#ad1457", "#6a1b9a", "#4527a0", "#283593", "#1565c0", "#00695c", "#2e7d32",
    "#558b2f", "#9e6b00", "#d84315", "#4e342e", "#5f6b7a", "#f9a825", "#9ccc65", "#4fc3f7",
)  # fmt: skip
"""The colours offered for labels and outcomes."""


def theme(brightness: ft.Brightness) -> ft.Theme:
    """The app's theme; light and dark come from the same seed."""
    del brightness  # Flet derives both schemes from the seed
    return ft.Theme(
        color_scheme_seed=SEED,
        visual_density=ft.VisualDensity.STANDARD,
        list_tile_theme=ft.ListTileTheme(min_vertical_padding=GAP),
        snackbar_theme=ft.SnackBarTheme(behavior=ft.SnackBarBehavior.FLOATING),
    )


def apply(page: ft.Page, chosen: str) -> None:
    """Show the page in the chosen mode: `light`, `dark`, or whatever the device prefers."""
    page.theme_mode = ft.ThemeMode(chosen) if chosen else ft.ThemeMode.SYSTEM
    page.update()


def on_colour(background: str) -> str:
    """Black or white, whichever is easier to read on a `#rrggbb` background."""
    luminance = _luminance(background)
    on_white = 1.05 / (luminance + 0.05)
    on_black = (luminance + 0.05) / 0.05
    return "#ffffff" if on_white >= on_black else "#000000"


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    dark = 0.03928
    return channel / 12.92 if channel <= dark else ((channel + 0.055) / 1.055) ** 2.4
