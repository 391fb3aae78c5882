"""Accounts, and the contacts within them."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from sync_protocol.records.base import (
    Entries,
    Id,
    MaybeContent,
    Name,
    Record,
    Short,
    Text,
    Url,
    synced,
)
from sync_protocol.records.parts import Address, Email, Imported, Phone

AccountKind = Literal["company", "household", "institution"]


@synced(
    parents=("territory_id",), search=("name", "addresses", "phones", "emails", "website", "about")
)
class Account(Record, frozen=True, kw_only=True):
    """A customer: a company, a household or an institution. Its territory says who sees it."""

    name: Name
    kind: AccountKind = "company"
    industry: Short = ""
    website: Url = ""
    phones: Entries[Phone] = {}
    emails: Entries[Email] = {}
    addresses: Entries[Address] = {}
    about: Text = ""
    source: Short = ""
    imported: Entries[Imported] = {}
    territory_id: Id = ""
    owner_id: Id = ""
    merged_into: Id = ""
    """The account that goes on in this one's place."""


@synced(parents=("account_id",), search=("name", "phones", "emails", "addresses", "title", "about"))
class Contact(Record, frozen=True, kw_only=True):
    """A person. Without an account, only the owner and administrators see them."""

    name: Name
    given_name: Short = ""
    family_name: Short = ""
    title: Short = ""
    phones: Entries[Phone] = {}
    emails: Entries[Email] = {}
    addresses: Entries[Address] = {}
    website: Url = ""
    about: Text = ""
    birthday: Annotated[str, Meta(pattern=r"^(\d{4}|-)-\d{2}-\d{2}$")] | None = None
    """ISO date, or `--MM-DD` where the year is not known (RFC 6350)."""
    photo: MaybeContent = ""
    source: Short = ""
    imported: Entries[Imported] = {}
    account_id: Id = ""
    owner_id: Id = ""
    merged_into: Id = ""
    """The contact that goes on in this one's place."""
