"""Where a column's values go: the vocabulary of a mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from client.interchange import pairs
from sync_protocol.records import Account, Contact, kind_of

if TYPE_CHECKING:
    from sync_protocol.records import Field


class Target(NamedTuple):
    """A field of the record to be.

    Columns with the same `group` describe one address, or say which kind a phone or an e-mail is;
    `kind` is work, home and so on; `line` orders the lines of a street.
    """

    field: str
    group: str = ""
    kind: str = ""
    line: int = 0


Mapping = dict[str, Target]
"""Column key -> target; a column that is not named is kept as an imported value."""

IMPORTED = Target("imported")
SKIP = Target("skip")

NAMES = ("name", "given_name", "middle_name", "family_name", "prefix", "suffix", "organisation")
SINGLE = ("title", "industry", "account_kind", "website", "birthday", "source")
ADDRESS = (
    "street", "po_box", "extended", "postal_code", "town", "region", "country", "full_address",
    "lat", "lon", "accuracy", "fixed_at", "address_kind",
)  # fmt: skip
ENTRIES = ("phone", "phone_kind", "email", "email_kind")
REFERENCES = {
    "territory": "territory_id", "owner": "owner_id", "parent": "parent_id",
    "contact": "contact_id",
}  # fmt: skip
"""Written as names in a file; the importer finds the records."""
IDS = ("id", "account_id", "parent_id", "contact_id")
ID_HEADINGS = {
    "id": "Fieldbook ID",
    "account_id": "Fieldbook ID of organisation",
    "parent_id": "Fieldbook ID of parent account",
    "contact_id": "Fieldbook ID of contact",
}
"""By which an import of our own export tells apart what has one name."""
FILE = "Fieldbook file"
"""Where in the same package a file is that the record names."""
FIELDS = (
    *NAMES, *SINGLE, "about", *ENTRIES, *ADDRESS, *pairs.FIELDS, "label", "labels", "territory",
    "owner", "parent", "company_card", "custom", "id", "account_id", "parent_id", "imported",
    "skip",
)  # fmt: skip
"""Every field a target may name in a file of accounts or contacts.

`labels` holds several, separated; `label` exactly one. `custom` is a custom field: its `group` is
what that is called, or else the column's heading is.
"""
OWN_FIELDS = (
    "name", "organisation", "contact", "owner", "about", "label", "labels", "custom", "id",
    "account_id", "contact_id", "imported", "skip",
)  # fmt: skip
"""The same in a file of a company's own records."""

_OWN_WAY = frozenset({
    "deleted", "name", "given_name", "family_name", "kind", "industry", "title", "website",
    "phones", "emails", "addresses", "about", "birthday", "photo", "source", "imported",
    "territory_id", "owner_id", "account_id", "parent_id",
})  # fmt: skip


def other_fields(struct: type[Account | Contact]) -> list[Field]:
    """Declared fields that need no treatment of their own: they travel under their names."""
    fields = kind_of(struct).fields.values()
    return [f for f in fields if f.name not in _OWN_WAY and f.storage != "json"]
