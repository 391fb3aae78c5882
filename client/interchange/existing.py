"""What an import meets in a replica: records by their ids in the file, or else by their names.

An id of our own export is that of a record here, or of one that this import or an earlier one has
made of it, whose id is derived from it: whatever is brought twice is one record. A name, case
ignored, is the oldest record's of that name. The record that a row is about is here already if it
has the id; one of a company's own type, too, if it has the name and stands beneath an account that
is called so. Each is met once, so that two rows of one name are two records. Everything is read
when it is first asked for.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from itertools import count, takewhile
from typing import TYPE_CHECKING, Any

from client import record_types
from client.interchange import declared
from sync_protocol import ids
from sync_protocol.records import (
    Account,
    Contact,
    CustomObject,
    Label,
    Pipeline,
    Price,
    PriceList,
    Product,
    Territory,
    User,
    VisitForm,
    kind_of,
    kinds,
    price_id,
)
from sync_protocol.rules import scopes
from sync_protocol.rules.ancestry import MERGED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from client.interchange.planning import PlannedRow
    from client.replica import Replica
    from sync_protocol.records import Kind, Record


def _derived(old_id: str) -> Iterator[str]:
    """What a record of a file is called here: a further id where what had one was taken back."""
    return (ids.derived("import", old_id, *([str(turn)] if turn else [])) for turn in count())


def stages_of(pipeline: object) -> dict[str, str]:
    """The ids of a pipeline's stages by their names; nothing of anything else."""
    stages = pipeline.stages if isinstance(pipeline, Pipeline) else {}
    return {stage.name.casefold(): stage_id for stage_id, stage in stages.items()}


def _has_parts(one: Record, other: Record) -> bool:
    """Whether it has all stages by name, or all questions, that another one has."""
    asked = [x.questions.keys() if isinstance(x, VisitForm) else set() for x in (other, one)]
    return stages_of(other).keys() <= stages_of(one).keys() and asked[0] <= asked[1]


_READ = ("accounts", "labels", "names", "_contacts", "_called")


class Existing:
    """`accounts` and `labels` are ids by name; whoever makes one adds it."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._made: dict[str, str] = {}
        self._taken: set[str] = set()
        self._own: dict[str, dict[str, list[CustomObject]]] = {}
        self._defined_here: dict[str, list[Any]] = {}
        self._by_name: dict[str, dict[str, str]] = {}

    def made(self, old_id: str, new_id: str) -> None:
        """Remember what has become of a record of the file, whose `old_id` may not be known."""
        self._taken.add(new_id)
        if old_id:
            self._made[old_id] = new_id

    def learn(self, record: Record) -> None:
        """Know a record by its name that rows name so."""
        if isinstance(record, Label):
            self.labels[record.name.casefold()] = record.id
        elif isinstance(record, Territory):
            self.names["territory_id"][record.name.casefold()] = record.id
        if known := self._by_name.get(kind_of(record).name):
            known.setdefault(declared.called(record).casefold(), record.id)

    @property
    def renames(self) -> dict[str, str]:
        """What has become of the ids of the file so far; whoever knows more adds it."""
        return self._made

    def fresh_id(self, struct: type[Record], old_id: str) -> str:
        """The id for a record to be made of one of the file; empty for any, if that has none."""
        if not old_id:
            return ""
        return next(one for one in _derived(old_id) if self._replica.get(struct, one) is None)

    def forget_names(self) -> None:
        """Read names anew: what was added to them has been taken back."""
        for name in _READ:
            self.__dict__.pop(name, None)

    def account(self, old_id: str, name: str, rather: str = "") -> str:
        """The id of an account, `rather` this one if it is called so; empty if there is none."""
        found = self._by_id(Account, old_id)
        if found or not name:
            return found
        plain = name.casefold()
        if rather and self._called.get(rather) == plain:
            return rather
        return self.accounts.get(plain, "")

    def has_account(self, row: PlannedRow) -> bool:
        """Whether a row's account is here by its id."""
        return bool(self._by_id(Account, row.ids.get("account_id", "")))

    def contact(self, old_id: str, name: str, account_id: str) -> str:
        """The id of a contact, rather one of this account; empty if there is none."""
        found = self._by_id(Contact, old_id)
        if found or not name:
            return found
        plain = name.casefold()
        return self._contacts.get((plain, account_id)) or self._contacts.get((plain, None), "")

    def match(self, row: PlannedRow) -> Record | None:
        """The record that a row is about, if it is here; it is met no second time."""
        about = row.own or row.contact or row.account or row.other
        if about is None:
            return None
        of = record_types.name_of(about)
        found = self._by_id(type(about), row.ids.get("id", ""), of)
        if not found and row.own is not None:
            found = self._alike(row, row.own)
        if not found and row.other is not None:
            found = self._defined(row.other)
        if not found or found in self._taken:
            return None
        self._taken.add(found)
        return self._replica.get(type(about), found)

    def _alike(self, row: PlannedRow, own: CustomObject) -> str:
        """A record of an own type that is called so, beneath the account that the row names."""
        account_id = self._by_id(Account, row.ids.get("account_id", ""))
        name = row.references.get("account_id", "").casefold()
        alike = self._named(own.type_id).get(own.name.casefold(), ())
        return next(
            (one.id for one in alike
             if one.id not in self._taken and self._is_beneath(one, account_id, name)),
            "",
        )  # fmt: skip

    def _defined(self, other: Record) -> str:
        """What the company has defined under that name, a pipeline only with all such stages."""
        kind = kind_of(other)
        if isinstance(other, Price):
            both = (PriceList, other.price_list_id), (Product, other.product_id)
            one = price_id(*(self._by_id(*each) for each in both))
            return one if self._replica.get(Price, one) else ""
        if kind.name not in declared.DEFINED or "name" not in kind.fields:
            return ""
        of, code = getattr(other, "of", ""), getattr(other, "code", "")
        alike = [
            one.id for one in self._shared(kind)
            if one.name.casefold() == other.name.casefold()  # type: ignore[attr-defined]
            and getattr(one, "of", "") == self._made.get(of, of)
            and getattr(one, "code", "") == code
            and _has_parts(one, other)
            and one.id not in self._taken
        ]  # fmt: skip
        return min(alike, default="")

    def _shared(self, kind: Kind) -> list[Any]:
        if kind.name not in self._defined_here:
            self._defined_here[kind.name] = list(self._replica.find(kind.struct))
        return self._defined_here[kind.name]

    def user(self, old_id: str, name: str) -> str:
        """Somebody here by their id or their name; empty if nobody is."""
        return self._by_id(User, old_id) or self.names["owner_id"].get(name.casefold(), "")

    def territory(self, old_id: str, name: str) -> str:
        found = self._by_id(Territory, old_id)
        return found or self.names["territory_id"].get(name.casefold(), "")

    def called(self, kind: Kind, name: str) -> str:
        """The oldest record of a type that is called so; empty if none is."""
        if name and kind.name not in self._by_name:
            found = reversed(self._replica.find(kind.struct, order_by="id"))
            named = ((declared.called(one).casefold(), one.id) for one in found)
            self._by_name[kind.name] = dict(named)
        return self._by_name[kind.name].get(name.casefold(), "") if name else ""

    def record(self, kind: Kind, old_id: str) -> str:
        """The id here of a record of the file; empty if it is not shown here."""
        return self._by_id(kind.struct, old_id)

    def _is_beneath(self, one: CustomObject, account_id: str, name: str) -> bool:
        """Whether it stands beneath this account, or one called so; beneath none, if none is."""
        if account_id or not name:
            return one.account_id == account_id
        return self._called.get(one.account_id) == name

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
    def _called(self) -> dict[str, str]:
        """The accounts' names by their ids."""
        return {x.id: x.name.casefold() for x in self._replica.find(Account)}

    @cached_property
    def _contacts(self) -> dict[tuple[str, str | None], str]:
        found: dict[tuple[str, str | None], str] = {}
        for contact in self._replica.find(Contact):
            plain = contact.name.casefold()
            found.setdefault((plain, contact.account_id), contact.id)
            found.setdefault((plain, None), contact.id)
        return found

    def _by_id(self, struct: type[Record], old_id: str, of: str = "") -> str:
        """The id here of a record of the file that is shown here, and of that type."""
        if not old_id or old_id in self._made:
            return self._made.get(old_id, "")
        brought = takewhile(lambda one: self._replica.get(struct, one), _derived(old_id))
        return next((one for one in (old_id, *brought) if self._fits(struct, one, of)), "")

    def _fits(self, struct: type[Record], record_id: str, of: str) -> bool:
        found = self._replica.get(struct, record_id)
        if found is None or not self._is_shown(found):
            return False
        return of in ("", record_types.name_of(found))

    def _is_shown(self, record: Record) -> bool:
        """Neither deleted nor beneath what is, and not merged: as a list would show it."""
        merged: str = getattr(record, MERGED, "")
        if record.deleted or merged:
            return False
        kind = kind_of(record)
        links = (*kind.parents, "record_kind")
        fields: dict[str, Any] = {name: getattr(record, name, "") for name in links}
        above = ((kinds().get(name), one) for name, one in scopes.parents_of(kind, fields))
        found = (self._replica.get(known.struct, one) for known, one in above if known)
        return all(parent is None or self._is_shown(parent) for parent in found)

    def _named(self, type_id: str) -> dict[str, list[CustomObject]]:
        """The records of an own type by name as the import found them, the oldest first."""
        if type_id not in self._own:
            found: dict[str, list[CustomObject]] = defaultdict(list)
            for own in self._replica.find(CustomObject, type_id=type_id):
                found[own.name.casefold()].append(own)
            self._own[type_id] = found
        return self._own[type_id]
