"""Planned visits as a calendar file for the phone's calendar; the server's feed has the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_protocol import visit_calendar
from sync_protocol.records import Account, Contact, Lead
from sync_protocol.visit_calendar import Appointment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.replica import Replica
    from sync_protocol.records import Activity


def calendar(replica: Replica, visits: Sequence[Activity]) -> bytes:
    """These visits as one file."""
    settings = replica.settings
    appointments = [_appointment(replica, visit) for visit in visits]
    return visit_calendar.calendar(settings.name, appointments, settings.visit_min)


def _appointment(replica: Replica, visit: Activity) -> Appointment:
    return Appointment(
        visit,
        replica.now(),
        replica.get(Account, visit.account_id) if visit.account_id else None,
        replica.get(Contact, visit.contact_id) if visit.contact_id else None,
        replica.get(Lead, visit.lead_id) if visit.lead_id else None,
    )
