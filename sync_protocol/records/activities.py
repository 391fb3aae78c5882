"""What was done with a customer, and what is to be done."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from sync_protocol.records.base import Id, Instant, Name, Record, Short, Text, synced
from sync_protocol.records.parts import Position

ActivityKind = Literal["visit", "call", "note", "email", "meeting", "demo", "chat"]
ActivityStatus = Literal["planned", "running", "done", "cancelled"]


class OutcomeGiven(msgspec.Struct, frozen=True, omit_defaults=True):
    """How it went, and why: one cell, because a reason belongs to its outcome."""

    outcome_id: Id
    reason: Short = ""


@synced(parents=("account_id", "contact_id"), search=("note",))
class Activity(Record, frozen=True, kw_only=True):
    """One touchpoint. A visit is the kind with a plan and positions.

    `at` is when it happened, or is planned to happen; lists and timelines go by it.
    """

    kind: ActivityKind
    at: Instant
    status: ActivityStatus = "done"
    ended_at: Instant | None = None
    outcome: OutcomeGiven | None = None
    note: Text = ""
    position: Position | None = None
    account_id: Id = ""
    contact_id: Id = ""
    owner_id: Id = ""


@synced(parents=("account_id", "contact_id"), search=("title",))
class Task(Record, frozen=True, kw_only=True):
    """Something to be done by its `assignee_id`, by the end of the day `due`."""

    title: Name
    due: date | None = None
    done_at: Instant | None = None
    about: Text = ""
    account_id: Id = ""
    contact_id: Id = ""
    activity_id: Id = ""
    assignee_id: Id = ""
    owner_id: Id = ""
