"""Cases: what a customer has trouble with, until it is resolved."""

from __future__ import annotations

from typing import Literal

import msgspec

from sync_protocol.records.activities import Priority
from sync_protocol.records.base import Entries, Id, Instant, Name, Record, Text, synced
from sync_protocol.records.parts import CustomValue

CaseStatus = Literal["open", "in_progress", "resolved"]


class CaseState(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a case stands, since when, and how it was resolved: one cell.

    A resolution belongs to its moment, so neither is ever left beside somebody else's status. `at`
    may be left out until a case is resolved: it then stands so since it was opened.
    """

    status: CaseStatus
    at: Instant | None = None
    resolution: Text = ""


@synced(parents=("account_id", "contact_id"), search=("title", "about", "state", "custom"))
class Case(Record, frozen=True, kw_only=True):
    """Something that is wrong at a customer's. `activity_id` is the visit on which it was opened.

    It stays with the customer when that visit is deleted.
    """

    title: Name
    about: Text = ""
    opened_at: Instant
    state: CaseState = CaseState("open")
    priority: Priority = "normal"
    custom: Entries[CustomValue] = {}
    activity_id: Id = ""
    account_id: Id = ""
    contact_id: Id = ""
    assignee_id: Id = ""
    owner_id: Id = ""
