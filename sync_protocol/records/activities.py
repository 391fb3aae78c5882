"""What was done with a customer, and what is to be done."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from sync_protocol import ids
from sync_protocol.records.base import Entries, Id, Instant, Name, Record, Short, Text, synced
from sync_protocol.records.parts import CustomValue, Position

ActivityKind = Literal["visit", "call", "note", "email", "meeting", "demo", "chat"]
Priority = Literal["low", "normal", "high"]
ActivityStatus = Literal["planned", "running", "done", "cancelled"]


class Presence(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether the device was where the customer is, as it was judged at that moment: one cell.

    `verified` and `outside` compare `distance_m` with the company's radius, taking the accuracy of
    the fix into account; `unverified` knows no good position of one of the two, and `why` says so.
    """

    state: Literal["verified", "outside", "unverified"]
    distance_m: Annotated[float, Meta(ge=0)] | None = None
    radius_m: Annotated[float, Meta(ge=0)] | None = None
    why: Short = ""


class OutcomeGiven(msgspec.Struct, frozen=True, omit_defaults=True):
    """How it went, and why: one cell, because a reason belongs to its outcome."""

    outcome_id: Id
    reason: Short = ""


@synced(parents=("account_id", "contact_id", "lead_id"), search=("note", "custom"))
class Activity(Record, frozen=True, kw_only=True):
    """One touchpoint. A visit is the kind with a plan and positions.

    `at` is when it happened, or is planned to happen; lists and timelines go by it. The deal it was
    about does not hold it: it stays with the customer when the deal is deleted.
    """

    kind: ActivityKind
    at: Instant
    status: ActivityStatus = "done"
    ended_at: Instant | None = None
    outcome: OutcomeGiven | None = None
    note: Text = ""
    position: Position | None = None
    presence: Presence | None = None
    purpose_id: Id = ""
    answers: Entries[CustomValue] = {}
    """What was answered in forms, by the id of the question."""
    custom: Entries[CustomValue] = {}
    account_id: Id = ""
    contact_id: Id = ""
    lead_id: Id = ""
    deal_id: Id = ""
    owner_id: Id = ""


@synced(parents=("account_id", "contact_id", "lead_id"), search=("title", "about", "custom"))
class Task(Record, frozen=True, kw_only=True):
    """Something to be done by its `assignee_id`, by the end of the day `due` or at `time` on it.

    `repeat` is a recurrence rule (RFC 5545, without its DTSTART, which is `due`); whoever does the
    task makes the next one, whose id is derived, so that two devices make the same.
    """

    title: Name
    due: date | None = None
    time: Annotated[str, Meta(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$", max_length=5)] = ""
    """On a 24-hour clock in the workspace's time zone; empty for the whole day."""
    priority: Priority = "normal"
    repeat: Annotated[str, Meta(max_length=300)] = ""
    remind_min: Annotated[int, Meta(ge=0, le=40_320)] | None = None
    """How many minutes before it is due its assignee is reminded."""
    done_at: Instant | None = None
    about: Text = ""
    custom: Entries[CustomValue] = {}
    account_id: Id = ""
    contact_id: Id = ""
    lead_id: Id = ""
    deal_id: Id = ""
    activity_id: Id = ""
    assignee_id: Id = ""
    owner_id: Id = ""


def repeated_id(task_id: str, due: date) -> str:
    """The one next task that follows a repeated one, the same on every device."""
    return ids.derived("repeated", task_id, due.isoformat())
