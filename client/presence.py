"""Where a device was during a visit: written beside the visit once it is known, told in words.

A visit is saved first; its position follows when there is one, as part of the same act, so that one
undo takes both. The better of what the beginning and the end of a visit say stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from client import visiting
from sync_protocol.records import Account, Activity, Address, Contact, Lead
from sync_protocol.rules import presence

if TYPE_CHECKING:
    from client.replica import Replica
    from sync_protocol.records.activities import Presence
    from sync_protocol.records.parts import Position
    from sync_protocol.rules.presence import Why

PREFERENCE = "position"
OFF = "off"
MINUTE_MS = 60_000
KILOMETRE_M = 1_000
REASONS = {
    "switched_off": "position is switched off on the device",
    "denied": "the device did not allow its position",
    "no_fix": "no position could be had",
    "mocked": "the position was made up by another app",
    "no_address": "the customer's address has no position yet",
    "old": "the position was an old one",
    "vague": "the position was too vague",
    "edge": "the position was at the edge of the radius",
}
HEADS = {"verified": "On site", "outside": "Outside", "unverified": "Not verified"}


class Fix(NamedTuple):
    """A position, or why there is none."""

    position: Position | None
    why: Why = "no_fix"


# --- the switch ---


def is_on(replica: Replica) -> bool:
    """Whether this device may note its position; its user says so, and sees it in More."""
    return replica.preference(PREFERENCE) != OFF


def switch(replica: Replica, *, on: bool) -> None:
    replica.prefer(PREFERENCE, "" if on else OFF)


# --- acts ---


def note(replica: Replica, visit_id: str, fix: Fix) -> None:
    """Write what a fix says beside a visit, unless better is known; nothing if it was undone."""
    visit = replica.get(Activity, visit_id)
    if visit is None or visit.deleted or visit.status not in ("running", "done"):
        return
    found = _judged(replica, visit, fix)
    if presence.better(visit.presence, found):
        with replica.changeset("Position of visit", action=visiting.action_of(visit)):
            replica.update(visit, presence=found, position=fix.position)


def set_place(replica: Replica, record: Account | Contact, entry: str, here: Position) -> None:
    """An address of a customer is here; a new one if `entry` names none."""
    known = record.addresses.get(entry, Address())
    placed = msgspec.structs.replace(known, position=here)
    changed = record.addresses | {entry or replica.new_id(): placed}
    with replica.changeset("Position of address"):
        replica.update(record, addresses=changed)


def places(replica: Replica, visit: Activity) -> list[Position]:
    """Where the customer of a visit is, as far as the addresses say."""
    with_whom = (
        replica.get(Account, visit.account_id) if visit.account_id else None,
        replica.get(Contact, visit.contact_id) if visit.contact_id else None,
        replica.get(Lead, visit.lead_id) if visit.lead_id else None,
    )
    addresses = [x for record in with_whom if record for x in record.addresses.values()]
    return [address.position for address in addresses if address.position is not None]


def _judged(replica: Replica, visit: Activity, fix: Fix) -> Presence:
    if fix.position is None:
        return presence.unknown(fix.why)
    radius = replica.settings.radius_m
    return presence.judge(fix.position, places(replica, visit), radius, replica.now())


# --- words ---


def told(visit: Activity) -> str:
    """The flag of a visit with its distance, accuracy and age; empty if nothing was noted."""
    found, position = visit.presence, visit.position
    if found is None:
        return ""
    parts = [REASONS.get(found.why, "")] if found.state == "unverified" else []
    if found.distance_m is not None:
        parts.append(f"{distance(found.distance_m)} from the address")
    if position is not None and position.accuracy_m is not None:
        parts.append(f"accurate to {distance(position.accuracy_m)}")
    if position is not None and position.fixed_at is not None:
        parts.append(_age(visit, position.fixed_at))
    return f"{HEADS[found.state]}: {', '.join(filter(None, parts))}"


def distance(metres: float) -> str:
    """34 m, 2.3 km."""
    if metres < KILOMETRE_M:
        return f"{metres:.0f} m"
    return f"{metres / KILOMETRE_M:,.1f} km"


def _age(visit: Activity, fixed_at: int) -> str:
    """How old the fix was at the beginning or end of the visit, whichever it was taken at."""
    ages = [moment - fixed_at for moment in (visit.at, visit.ended_at) if moment is not None]
    minutes = min(abs(age) for age in ages) // MINUTE_MS
    return "taken just then" if minutes < 1 else f"{minutes} min old"
