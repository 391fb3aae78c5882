"""Open items from the books, on the import screen: what a table would bring, and what it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.interchange import invoices
from client.ui import theme, wording
from client.ui.components.choices import Choice
from client.ui.components.page import card, section

if TYPE_CHECKING:
    from client.interchange.invoices import Done
    from client.interchange.sources import Source

CHOICE = Choice(invoices.KIND, "An open invoice", ft.Icons.RECEIPT_LONG_OUTLINED)
MEANT = {
    "customer": "Customer", "number": "Invoice", "due": "Due", "total": "Amount",
    "currency": "Currency", "paid": "Paid",
}  # fmt: skip
NEEDED = ("customer", "number")
UNNAMED = (
    "A table of open invoices has the columns Customer and Invoice, and best Due. Name them so in "
    "its first line, and choose the file again."
)


def preview(source: Source, would: Done | None) -> list[ft.Control]:
    """How many would come, and which columns say so."""
    understood = invoices.meanings(source)
    told = "Counting what it would bring..." if would is None else summary(would)
    lines: list[ft.Control] = [
        ft.Text(source.filename, style=theme.HEADING),
        ft.Text(told, style=theme.BODY),
    ]
    if not all(field in understood for field in NEEDED):
        lines.append(ft.Text(UNNAMED, style=theme.BODY, color=ft.Colors.ERROR))
    columns: list[ft.Control] = [
        ft.Text(f"{MEANT[field]}: {heading}", style=theme.BODY)
        for field, heading in understood.items()
    ]
    counted = ft.Column(expand=True, tight=True, spacing=theme.GAP_S, controls=lines)
    read = ft.Column(expand=True, tight=True, spacing=theme.GAP_S, controls=columns)
    return [
        card(ft.Row(controls=[counted])),
        *([section("Columns that are read", [card(ft.Row(controls=[read]))])] if columns else []),
    ]


def start_words(would: Done | None) -> str:
    return "Counting..." if would is None else f"Import {would.made + would.changed}"


def summary(would: Done) -> str:
    """`12 new invoices, 3 changed, 40 already here`."""
    parts = (
        wording.plural(would.made, "new invoice") if would.made else "",
        f"{would.changed:,} changed" if would.changed else "",
        f"{would.same:,} already here" if would.same else "",
    )
    return wording.listed(parts) or "Nothing that could be brought"


def brought(done: Done) -> str:
    """What the import has done, in a sentence's end."""
    return f"{wording.plural(done.made, 'invoice')} added, {done.changed:,} changed."
