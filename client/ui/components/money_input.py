"""Fields for exact amounts and numbers: they take what people write, and say how it was understood.

What was typed is reported as it is with each keystroke; the amount as it was read, or what is wrong
with it, appears beneath the field once typing rests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flet as ft

from client import money
from client.ui import theme
from client.ui.component import component
from client.ui.components.fields import TextInput
from client.ui.components.understood import ReadInput
from client.ui.hooks import use_app, use_paused, use_stable

if TYPE_CHECKING:
    from collections.abc import Callable


@component
def MoneyInput(
    label: str,
    on_text: Callable[[str], None],
    initial: str = "",
    currency: str = "EUR",
    error: str = "",
    *,
    decimals: int | None = None,
    **options: Any,
) -> ft.Control:
    """What is typed is text, also at first; `error` is said beneath, as by `TextInput`.

    `decimals` allows more of them than the currency has: a price for one unit may be fine.
    """
    locale = use_app().replica.settings.locale
    rested, set_rested = ft.use_state("")
    rest = use_paused(set_rested)

    def understood(text: str) -> money.Reading:
        return money.read(text, currency, decimals=decimals, locale=locale)

    def hear(text: str) -> None:
        on_text(text)
        rest(text)

    field = TextInput(
        label,
        use_stable(hear),
        initial,
        error,
        suffix=currency,
        keyboard_type=ft.KeyboardType.NUMBER,
        **options,
    )
    return ft.Column(
        tight=True,
        spacing=2,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        controls=[field, *_told(understood(rested), currency, locale, error)],
    )


@component
def NumberInput(
    label: str,
    on_text: Callable[[str], None],
    initial: str = "",
    error: str = "",
    *,
    decimals: int,
    **options: Any,
) -> ft.Control:
    """A number that is no money, as a quantity; what it was read as is said where that differs."""
    locale = use_app().replica.settings.locale

    def words(text: str) -> str:
        amount = money.read(text, "", decimals=decimals, locale=locale).amount
        return money.shown(amount, "", locale) if amount else ""

    field: ft.Control = ReadInput(
        label, on_text, words, initial, error, keyboard_type=ft.KeyboardType.NUMBER, **options
    )
    return field


def _told(read: money.Reading, currency: str, locale: str, error: str) -> list[ft.Control]:
    if read.problem:
        return [] if error else [_beneath(read.problem, ft.Colors.ERROR)]
    return [_beneath(f"= {money.shown(read.amount, currency, locale)}")] if read.amount else []


def _beneath(text: str, color: ft.ColorValue = theme.MUTED) -> ft.Control:
    return ft.Container(
        padding=ft.Padding.only(left=12), content=ft.Text(text, style=theme.SMALL, color=color)
    )
