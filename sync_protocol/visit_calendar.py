"""Planned visits as a calendar (iCalendar, RFC 5545): the same from a device and from the server.

Times go out in UTC, which every calendar understands; a visit's id is its UID, so what is taken in
again, from a file or from the feed, moves what has moved and adds nothing twice. DTSTAMP is when
the visit last changed where that is known, so the same visits are the same bytes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync_protocol.records import Account, Activity, Address, Contact, Lead

OWN = "@fieldbook"
"""What a UID of ours ends with, after the visit's id."""
NOBODY = "a customer"


class Appointment(NamedTuple):
    """A visit with whom it is with, as far as whoever asks may see them."""

    visit: Activity
    changed_ms: int
    account: Account | None = None
    contact: Contact | None = None
    lead: Lead | None = None


def calendar(workspace: str, appointments: Iterable[Appointment], visit_min: int) -> bytes:
    """These visits as one calendar; each is reckoned with `visit_min` minutes."""
    from icalendar import Calendar  # noqa: PLC0415 - only whoever makes a calendar needs it

    made = Calendar()
    made.add("prodid", "-//Fieldbook//Planned visits//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("x-wr-calname", f"Visits: {workspace}")
    for appointment in appointments:
        made.add_component(_event(appointment, timedelta(minutes=visit_min)))
    return bytes(made.to_ical())


def uid(visit_id: str) -> str:
    return f"{visit_id}{OWN}"


def one_line(address: Address) -> str:
    """An address in a line, as calendars and maps read it."""
    town = " ".join(filter(None, (address.postal_code, address.town)))
    street = " ".join(address.street.split())
    return ", ".join(filter(None, (street, town, address.region, address.country)))


def _event(appointment: Appointment, length: timedelta) -> Any:
    from icalendar import Event, vGeo  # noqa: PLC0415

    visit, account = appointment.visit, appointment.account
    begins = datetime.fromtimestamp(visit.at // 1000, UTC)
    event = Event()
    event.add("uid", uid(visit.id))
    event.add("dtstamp", datetime.fromtimestamp(appointment.changed_ms // 1000, UTC))
    event.add("dtstart", begins)
    event.add("dtend", begins + length)
    event.add("summary", f"Visit: {_whom(appointment)}")
    event.add("status", "CONFIRMED")
    addresses = list(account.addresses.values()) if account else []
    if addresses and (line := one_line(addresses[0])):
        event.add("location", line)
    place = next((x.position for x in addresses if x.position is not None), None)
    if place is not None:
        event["geo"] = vGeo((place.lat, place.lon))
    if visit.note:
        event.add("description", visit.note)
    return event


def _whom(appointment: Appointment) -> str:
    people = (appointment.account, appointment.contact, appointment.lead)
    return ", ".join(person.name for person in people if person is not None) or NOBODY
