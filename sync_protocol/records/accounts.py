"""Accounts, and the contacts within them."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from sync_protocol.records.base import (
    Entries,
    Id,
    Instant,
    MaybeContent,
    Name,
    Record,
    Short,
    Text,
    Url,
    synced,
)
from sync_protocol.records.parts import (
    Address,
    CustomValue,
    Email,
    Imported,
    Need,
    Phone,
    Social,
)

AccountKind = Literal["company", "household", "institution"]
ChannelChoice = Literal["preferred", "allowed", "blocked"]
CHANNELS = ("phone", "message", "email", "post", "visit")
"""The entries of `channels`: how a person may be reached, each with its choice."""


@synced(
    parents=("territory_id",),
    search=("name", "addresses", "phones", "emails", "website", "about", "needs", "custom"),
    trees=("parent_id",),
)
class Account(Record, frozen=True, kw_only=True):
    """A customer: a company, a household or an institution. Its territory says who sees it."""

    name: Name
    kind: AccountKind = "company"
    industry: Short = ""
    employees: Annotated[int, Meta(ge=0, lt=1 << 32)] | None = None
    website: Url = ""
    phones: Entries[Phone] = {}
    emails: Entries[Email] = {}
    addresses: Entries[Address] = {}
    socials: Entries[Social] = {}
    channels: Entries[ChannelChoice] = {}
    needs: Entries[Need] = {}
    about: Text = ""
    source: Short = ""
    verified_at: Instant | None = None
    """When somebody last made sure that all this still holds."""
    cadence_days: Annotated[int, Meta(ge=0, le=3_650)] | None = None
    """How often to visit, whatever the cadences say; 0 for never, None for as they say."""
    custom: Entries[CustomValue] = {}
    imported: Entries[Imported] = {}
    territory_id: Id = ""
    parent_id: Id = ""
    """The account this one belongs to: a branch's head office. It says nothing of who sees it."""
    owner_id: Id = ""
    merged_into: Id = ""
    """The account that goes on in this one's place."""


@synced(
    parents=("account_id",),
    search=("name", "phones", "emails", "addresses", "title", "about", "needs", "custom"),
)
class Contact(Record, frozen=True, kw_only=True):
    """A person. Without an account, only the owner and administrators see them."""

    name: Name
    given_name: Short = ""
    family_name: Short = ""
    title: Short = ""
    role: Short = ""
    """The part they play in buying: who decides, who uses, who pays."""
    phones: Entries[Phone] = {}
    emails: Entries[Email] = {}
    addresses: Entries[Address] = {}
    website: Url = ""
    socials: Entries[Social] = {}
    channels: Entries[ChannelChoice] = {}
    needs: Entries[Need] = {}
    about: Text = ""
    birthday: Annotated[str, Meta(pattern=r"^(\d{4}|-)-\d{2}-\d{2}$")] | None = None
    """ISO date, or `--MM-DD` where the year is not known (RFC 6350)."""
    photo: MaybeContent = ""
    source: Short = ""
    verified_at: Instant | None = None
    custom: Entries[CustomValue] = {}
    imported: Entries[Imported] = {}
    account_id: Id = ""
    owner_id: Id = ""
    merged_into: Id = ""
    """The contact that goes on in this one's place."""
