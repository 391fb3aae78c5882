"""Planned visits as a calendar file (iCalendar, RFC 5545) for the phone's own calendar.

Times go out in UTC, which every calendar understands; a visit's id is its UID, so taking the file
in again moves what has moved and adds nothing twice.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from client.nearby import place_of
from sync_protocol.records import Account, Contact, Lead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.replica import Replica
    from sync_protocol.records import Activity, Address

OWN = "@fieldbook"
"""What a UID of ours ends with, after the visit's id."""


def calendar(replica: Replica, visits: Sequence[Activity]) -> bytes:
    """These visits as one file."""
    from icalendar import Calendar  # noqa: PLC0415 - only whoever makes a calendar needs it

    made = Calendar()
    made.add("prodid", "-//Fieldbook//Planned visits//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("x-wr-calname", f"Visits: {replica.settings.name}")
    for visit in visits:
        made.add_component(_event(replica, visit))
    return bytes(made.to_ical())


def one_line(address: Address) -> str:
    """An address in a line, as calendars and maps read it."""
    town = " ".join(filter(None, (address.postal_code, address.town)))
    street = " ".join(address.street.split())
    return ", ".join(filter(None, (street, town, address.region, address.country)))


def _event(replica: Replica, visit: Activity) -> Any:
    from icalendar import Event, vGeo  # noqa: PLC0415

    account = replica.get(Account, visit.account_id) if visit.account_id else None
    begins = datetime.fromtimestamp(visit.at / 1000, UTC).replace(microsecond=0)
    event = Event()
    event.add("uid", f"{visit.id}{OWN}")
    event.add("dtstamp", datetime.fromtimestamp(replica.now() // 1000, UTC))
    event.add("dtstart", begins)
    event.add("dtend", begins + timedelta(minutes=replica.settings.visit_min))
    event.add("summary", f"Visit: {_name(replica, visit, account)}")
    event.add("status", "CONFIRMED")
    address = next(iter(account.addresses.values()), None) if account else None
    if address is not None and (line := one_line(address)):
        event.add("location", line)
    if (place := place_of(account)) is not None:
        event["geo"] = vGeo((place.lat, place.lon))
    if visit.note:
        event.add("description", visit.note)
    return event


def _name(replica: Replica, visit: Activity, account: Account | None) -> str:
    contact = replica.get(Contact, visit.contact_id) if visit.contact_id else None
    lead = replica.get(Lead, visit.lead_id) if visit.lead_id else None
    names = [record.name for record in (account, contact, lead) if record is not None]
    return ", ".join(names) or "a customer"
