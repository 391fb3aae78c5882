"""What a company adds of its own: fields of record types, and whole record types."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from sync_protocol.records.base import Entries, Id, Name, Record, Short, Text, synced
from sync_protocol.records.parts import CustomValue, Imported

CustomType = Literal[
    "text", "long_text", "number", "money", "date", "choice", "choices",
    "yes_no", "link", "email", "phone",
]  # fmt: skip


class Option(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of the choices of a field; its id is what records hold, so it can be renamed."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    place: int = 0
    archived: bool = False


@synced(shared=True, search=("name",))
class CustomField(Record, frozen=True, kw_only=True):
    """A field that an administrator has added to the record type `of`.

    `of` is a record type's name, or the id of an `ObjectType`. Values are in the `custom` entries
    of records, under this record's id, and stay there whatever becomes of the definition.
    """

    name: Name
    of: Annotated[str, Meta(min_length=1, max_length=40)]
    type: CustomType = "text"
    options: Entries[Option] = {}
    required: bool = False
    about: Text = ""
    place: int = 0
    archived: bool = False


@synced(shared=True, search=("name", "plural"), unique=("name",))
class ObjectType(Record, frozen=True, kw_only=True):
    """A record type of the company's own: contracts, projects, machines."""

    name: Name
    plural: Short = ""
    icon: Short = ""
    about: Text = ""
    archived: bool = False
    clash: Short = ""


@synced(parents=("account_id", "contact_id"), search=("name", "about", "custom"))
class CustomObject(Record, frozen=True, kw_only=True):
    """One record of an `ObjectType`."""

    name: Name
    type_id: Id
    about: Text = ""
    custom: Entries[CustomValue] = {}
    imported: Entries[Imported] = {}
    account_id: Id = ""
    contact_id: Id = ""
    owner_id: Id = ""
