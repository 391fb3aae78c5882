"""On a customer's page: the leads they came from, where comments and files of that time are."""

from __future__ import annotations

from functools import partial

import flet as ft

from client import leading
from client.ui.component import component
from client.ui.components.page import card, section
from client.ui.components.rows import menu_row
from client.ui.hooks import use_app, use_live
from client.ui.views.leads.words import where_of
from sync_protocol.records import Account, Contact, Lead


@component
def CameFrom(record: Account | Contact) -> ft.Control:
    """Nothing, for all who were no lead."""
    app = use_app()
    found = use_live(lambda replica: leading.came_from(replica, record), Lead, deps=[record.id])
    if not found:
        return ft.Container(visible=False)
    rows: list[ft.Control] = [
        menu_row(
            f"came-from-{lead.id}",
            ft.Icons.PERSON_SEARCH_OUTLINED,
            lead.name,
            where_of(lead),
            partial(app.go, f"/leads/{lead.id}"),
        )
        for lead in found
    ]
    return section("Was a lead", [card(ft.Column(spacing=0, controls=rows), padding=0)])
