"""The lists of records as they are declared: the same list and table that accounts have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui.component import component
from client.ui.views.lists.listing import Listing
from client.ui.views.records.section import listed

if TYPE_CHECKING:
    from client.ui.plain import Plain

HINT = "Name, account, label, note"
FIRST = "The first one is yours."


@component
def PlainSection(plain: Plain) -> ft.Control:
    return listed(listing_of(plain))


def listing_of(plain: Plain) -> Listing:
    return Listing(
        plain.of,
        plain.route,
        plain.one,
        plain.many,
        plain.icon,
        back="/more",
        hint=HINT if plain.type_id else "Name",
        about=plain.about or FIRST,
    )
