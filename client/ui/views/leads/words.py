"""What statuses and questions of leads are called, and how a status looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flet as ft

from client.ui import theme, wording

if TYPE_CHECKING:
    from sync_protocol.records import Lead
    from sync_protocol.records.leads import LeadStatus

STATUSES: dict[LeadStatus, str] = {
    "new": "New",
    "working": "Working",
    "qualified": "Qualified",
    "disqualified": "Disqualified",
    "converted": "Converted",
}
QUESTIONS = {
    "budget": ("Budget", "Is there money for it?"),
    "authority": ("Authority", "Do we talk to whoever decides?"),
    "need": ("Need", "Do they need what we have?"),
    "timing": ("Timing", "Is it to be soon?"),
}
_LOOKS: dict[LeadStatus, tuple[ft.Colors, ft.Colors]] = {
    "new": (ft.Colors.PRIMARY_CONTAINER, ft.Colors.ON_PRIMARY_CONTAINER),
    "working": (ft.Colors.TERTIARY_CONTAINER, ft.Colors.ON_TERTIARY_CONTAINER),
    "qualified": (ft.Colors.PRIMARY, ft.Colors.ON_PRIMARY),
    "disqualified": (ft.Colors.SURFACE_CONTAINER_HIGHEST, ft.Colors.ON_SURFACE),
    "converted": (ft.Colors.SECONDARY_CONTAINER, ft.Colors.ON_SECONDARY_CONTAINER),
}


def status_pill(status: LeadStatus) -> ft.Control:
    back, front = _LOOKS[status]
    return ft.Container(
        ft.Text(STATUSES[status], style=theme.SMALL, color=front, no_wrap=True),
        bgcolor=back,
        border_radius=theme.RADIUS,
        padding=ft.Padding.symmetric(horizontal=10, vertical=2),
    )


def where_of(lead: Lead) -> str:
    """Company and town, in one line."""
    town = next((a.town for a in lead.addresses.values() if a.town), "")
    return wording.listed([lead.title, lead.company, town])
