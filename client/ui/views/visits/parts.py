"""What a visit carries beyond how it went, on its page while it runs and whenever it is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.ui.views.cases.section import VisitCases
from client.ui.views.forms.filling import FormsSection
from client.ui.views.visits.order import OrderSection
from client.ui.views.visits.photos import PhotosSection
from client.ui.views.visits.presence import PresenceSection
from client.ui.views.visits.purpose import PurposeSection
from client.ui.views.visits.signature import SignatureSection

if TYPE_CHECKING:
    import flet as ft

    from sync_protocol.records import Activity


def visit_parts(visit: Activity) -> list[ft.Control]:
    """Nothing for other kinds of activities."""
    if visit.kind != "visit":
        return []
    return [
        PurposeSection(visit, key=f"purpose {visit.id}"),
        FormsSection(visit.id, key=f"forms {visit.id}"),
        PresenceSection(visit, key=f"presence {visit.id}"),
        OrderSection(visit, key=f"order {visit.id}"),
        VisitCases(visit, key=f"cases {visit.id}"),
        PhotosSection(visit.id, key=f"photos {visit.id}"),
        SignatureSection(visit.id, key=f"signature {visit.id}"),
    ]
