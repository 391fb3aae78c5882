"""The sign of each record type: one and the same wherever records of that type are named."""

from __future__ import annotations

import flet as ft

SIGNS: dict[str, ft.IconData] = {
    "account": ft.Icons.STOREFRONT_OUTLINED,
    "contact": ft.Icons.PERSON_OUTLINE,
    "lead": ft.Icons.PERSON_SEARCH_OUTLINED,
    "deal": ft.Icons.HANDSHAKE_OUTLINED,
    "task": ft.Icons.TASK_ALT,
    "case": ft.Icons.REPORT_PROBLEM_OUTLINED,
    "activity": ft.Icons.EVENT_NOTE_OUTLINED,
    "quote": ft.Icons.DESCRIPTION_OUTLINED,
    "salesorder": ft.Icons.SHOPPING_CART_OUTLINED,
    "product": ft.Icons.INVENTORY_2_OUTLINED,
}
