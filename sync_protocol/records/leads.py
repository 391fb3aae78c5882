"""Leads: somebody who may become a customer, until it is known whether they do."""

from __future__ import annotations

from typing import Literal

import msgspec

from sync_protocol.records.base import (
    Entries,
    Id,
    Instant,
    Name,
    Record,
    Short,
    Text,
    Url,
    synced,
)
from sync_protocol.records.parts import Address, CustomValue, Email, Imported, Phone

LeadStatus = Literal["new", "working", "qualified", "disqualified", "converted"]
QUESTIONS = ("budget", "authority", "need", "timing")
"""The entries of `answers`."""


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether one of the questions is answered well: None if it is not known yet."""

    met: bool | None = None
    note: Text = ""


class Conversion(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a lead has become: one cell, because it happens at once."""

    at: Instant
    account_id: Id = ""
    contact_id: Id = ""
    deal_id: Id = ""


@synced(
    parents=("territory_id",),
    search=("name", "company", "title", "phones", "emails", "addresses", "about", "custom"),
)
class Lead(Record, frozen=True, kw_only=True):
    """A person, at a company perhaps, before they are a contact. Without a territory its owner's.

    `reason_id` and `reason` say why it was disqualified; they mean nothing in any other status.
    """

    name: Name
    company: Short = ""
    title: Short = ""
    phones: Entries[Phone] = {}
    emails: Entries[Email] = {}
    addresses: Entries[Address] = {}
    website: Url = ""
    about: Text = ""
    source: Short = ""
    status: LeadStatus = "new"
    answers: Entries[Answer] = {}
    reason_id: Id = ""
    reason: Short = ""
    converted: Conversion | None = None
    custom: Entries[CustomValue] = {}
    imported: Entries[Imported] = {}
    territory_id: Id = ""
    owner_id: Id = ""
    merged_into: Id = ""
