"""What differs between contacts, accounts and leads, as data."""

from __future__ import annotations

from typing import NamedTuple

import flet as ft

from sync_protocol.records import Account, Contact, Lead


class Book(NamedTuple):
    """One of the address books. `by` is the field by which an activity names its record."""

    struct: type[Account | Contact | Lead]
    kind: str
    route: str
    one: str
    title: str
    by: str
    icon: ft.IconData
    new_icon: ft.IconData

    def at(self, record_id: str, *rest: str) -> str:
        """The route of a record's page, or of what lies beneath it."""
        return "/".join((self.route, record_id, *rest))


CONTACTS = Book(
    Contact, "contact", "/contacts", "contact", "Contacts", "contact_id",
    ft.Icons.PEOPLE_OUTLINE, ft.Icons.PERSON_ADD_ALT_1_OUTLINED,
)  # fmt: skip
ACCOUNTS = Book(
    Account, "account", "/accounts", "account", "Accounts", "account_id",
    ft.Icons.STOREFRONT_OUTLINED, ft.Icons.ADD_BUSINESS_OUTLINED,
)  # fmt: skip
LEADS = Book(
    Lead, "lead", "/leads", "lead", "Leads", "lead_id",
    ft.Icons.PERSON_SEARCH_OUTLINED, ft.Icons.PERSON_ADD_ALT_1_OUTLINED,
)  # fmt: skip
