"""What an import meets in a replica: records by their ids in the file, or else by their names.

An id of our own export is that of a record here, or of one that this import has made of it; a
name, case ignored, is the oldest record's of that name. A record of a company's own type that is
here already is the one of the same id, or of the same name beneath the same account; each is met
once, so that two rows of one name are two records. Everything is read when it is first asked for.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sync_protocol.records import Account, Contact, CustomObject, Label, Territory, User

if TYPE_CHECKING:
    from client.interchange.planning import PlannedRow
    from client.replica import Replica

Key = tuple[str, str]
"""A name without case, and the account's id."""
_READ = ("accounts", "labels", "names", "_contacts")


class Existing:
    """`accounts` and `labels` are ids by name; whoever makes one adds it."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._made: dict[str, str] = {}
        self._taken: set[str] = set()
        self._own: dict[str, dict[Key, list[str]]] = {}

    def made(self, old_id: str, new_id: str) -> None:
        """Remember what has become of a record of the file, whose `old_id` may not be known."""
        self._taken.add(new_id)
        if old_id:
            self._made[old_id] = new_id

    def forget_names(self) -> None:
        """Read names anew: what was added to them has been taken back."""
        for name in _READ:
            self.__dict__.pop(name, None)

    def account(self, old_id: str, name: str) -> str:
        """The id of an account; empty if there is none."""
        return self._by_id(Account, old_id) or self.accounts.get(name.casefold(), "")

    def contact(self, old_id: str, name: str, account_id: str) -> str:
        """The id of a contact, rather one of this account."""
        found = self._by_id(Contact, old_id)
        if found or not name:
            return found
        plain = name.casefold()
        return self._contacts.get((plain, account_id)) or self._contacts.get((plain, None), "")

    def match(self, row: PlannedRow) -> CustomObject | None:
        """The record of an own type that a row is about; it is met no second time."""
        own, name = row.own, row.references.get("account_id", "")
        if own is None:
            return None
        found = self._by_id(CustomObject, row.ids.get("id", ""), type_id=own.type_id)
        account_id = self.account(row.ids.get("account_id", ""), name)
        if not found and (account_id or not name):
            here = self._named(own.type_id).get((own.name.casefold(), account_id), ())
            found = next((i for i in here if i not in self._taken), "")
        if not found or found in self._taken:
            return None
        self._taken.add(found)
        return self._replica.get(CustomObject, found)

    @cached_property
    def accounts(self) -> dict[str, str]:
        return {x.name.casefold(): x.id for x in reversed(self._replica.find(Account))}

    @cached_property
    def labels(self) -> dict[str, str]:
        return {x.name.casefold(): x.id for x in reversed(self._replica.find(Label))}

    @cached_property
    def names(self) -> dict[str, dict[str, str]]:
        """Territories and people, by the field that names them."""
        return {
            "territory_id": {x.name.casefold(): x.id for x in self._replica.find(Territory)},
            "owner_id": {x.name.casefold(): x.id for x in self._replica.find(User)},
        }

    @cached_property
    def _contacts(self) -> dict[tuple[str, str | None], str]:
        found: dict[tuple[str, str | None], str] = {}
        for contact in self._replica.find(Contact):
            plain = contact.name.casefold()
            found.setdefault((plain, contact.account_id), contact.id)
            found.setdefault((plain, None), contact.id)
        return found

    def _by_id(self, struct: type[Any], old_id: str, **where: Any) -> str:
        if not old_id or old_id in self._made:
            return self._made.get(old_id, "")
        return next(iter(self._replica.ids(struct, id=old_id, **where)), "")

    def _named(self, type_id: str) -> dict[Key, list[str]]:
        """The records of an own type as they were before the import, the oldest first."""
        if type_id not in self._own:
            found: dict[Key, list[str]] = defaultdict(list)
            for own in self._replica.find(CustomObject, type_id=type_id):
                found[own.name.casefold(), own.account_id].append(own.id)
            self._own[type_id] = found
        return self._own[type_id]
