"""What a planned row becomes in a replica: new records, or what it adds to those that are here.

A record that is here already (see `Existing`) takes over what its row says; what the row leaves
empty stays as it is, and entries such as phones are joined by those they are not among. A name
that nobody here has is said; nothing that a row says of a record's own type is lost by that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from client import pictures
from client.errors import Invalid, NotAllowed
from client.interchange import declared
from client.interchange.existing import Existing
from client.interchange.problems import Problem, Problems
from client.interchange.referring import Referring
from client.interchange.sources import Photo, size_text
from sync_protocol.records import (
    Attachment,
    Imported,
    Label,
    Labelling,
    Price,
    Record,
    entries,
    kind_of,
    labelling_id,
    price_id,
)
from sync_protocol.rules.validity import heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from client.interchange.planning import PlannedRow
    from client.replica import Replica
    from sync_protocol.records import Account, CustomObject

KEYED = frozenset({"custom", "channels"}) | declared.KEYED
"""Fields whose entries' ids say what they are, so that one takes another's place."""
R = TypeVar("R", bound=Record)


class Landing:
    """One import under way: `counts` of what was made, `problems` with rows.

    `renames` are ids of the file that are known to be others here.
    """

    def __init__(
        self, replica: Replica, territory_id: str, renames: Mapping[str, str] = {}
    ) -> None:
        self.counts = dict.fromkeys(("accounts", "contacts", "labels", "own", "others", "known"), 0)
        self.problems = Problems()
        self._replica = replica
        self._territory = territory_id
        self._beneath: list[tuple[PlannedRow, Account]] = []
        """Accounts with the row that names the one they belong to, which may come later."""
        self._existing = Existing(replica)
        self._existing.renames.update(renames)
        self._referring = Referring(replica, self._existing, territory_id, self.problems)

    def define(self, records: Iterable[Record]) -> None:
        """Create what rows refer to as it is, ids included; what was deleted here comes back."""
        for record in records:
            known = self._replica.get(type(record), record.id)
            if known is None:
                self._replica.create(record)
            elif known.deleted:
                self._replica.restore(known)

    def row(self, row: PlannedRow) -> None:
        """Write a row whole or not at all. Raises `NotAllowed`."""
        counts, beneath = dict(self.counts), len(self._beneath)
        try:
            with self._replica.changeset("Import row"):
                about = self._record(row)
                if about is not None:
                    self._label(about, row.labels)
        except Invalid as error:  # planning leaves none, but one bad row must not stop the rest
            self.problems.add(Problem(row.line, error.field, error.message))
            self.counts = counts
            del self._beneath[beneath:]
            self._existing.forget_names()
        else:
            if about is not None:
                self._existing.made(row.ids.get("id", ""), about.id)

    def place_beneath(self, most: int) -> bool:
        """Put some accounts beneath those that they belong to; False at the end."""
        part, self._beneath = self._beneath[:most], self._beneath[most:]
        for row, account in part:
            name = row.references["parent_id"]
            parent_id = self._existing.account(row.ids.get("parent_id", ""), name)
            if not parent_id:
                self._say_nobody(row, "parent_id", "account", name)
                continue
            try:
                self._replica.update(account, parent_id=parent_id)
            except Invalid as error:
                self.problems.add(Problem(row.line, error.field, error.message))
        return self._referring.place_some(most - len(part)) or bool(self._beneath)

    def _record(self, row: PlannedRow) -> Record | None:
        """What the row is about."""
        if row.own is not None:
            return self._own(row, row.own)
        if row.other is not None:
            return self._other(row, row.other)
        if row.contact is not None:
            return self._contact(row)
        return self._account(row) if row.account is not None else None

    def _account(self, row: PlannedRow) -> Account:
        """The account of the row, whether that is about it or about somebody there."""
        assert row.account is not None  # noqa: S101 - asked by those who have one
        references = self._references(row)
        known = None if row.contact else self._existing.match(row)
        old_id = row.ids.get("account_id" if row.contact else "id", "")
        fresh = {"territory_id": self._territory} | references
        planned = self._named(row.account, old_id)
        account: Account = self._landed("accounts", known, planned, references, fresh)
        self._existing.accounts.setdefault(account.name.casefold(), account.id)
        if row.references.get("parent_id"):
            self._beneath.append((row, account))
        return account

    def _contact(self, row: PlannedRow) -> Record:
        assert row.contact is not None  # noqa: S101 - the row has one
        known: Any = self._existing.match(row)
        held = known.account_id if known else ""
        account_id = self._existing.account(row.ids.get("account_id", ""), row.account_key, held)
        if row.account is not None and not account_id:
            account_id = self._account(row).id
        links = {"owner_id": self._references(row, tell=False).get("owner_id", "")}
        links |= {"account_id": account_id}
        if photo := self._photo(row):
            links["photo"] = self._replica.put_blob(photo.data, photo.media_type)
        links = {field: value for field, value in links.items() if value}
        planned = self._named(row.contact, row.ids.get("id", ""))
        return self._landed("contacts", known, planned, links, links)

    def _own(self, row: PlannedRow, planned: CustomObject) -> Record:
        """A record of a company's own type, and what it belongs to."""
        known: Any = self._existing.match(row)
        links, missed = self._linked(row, known.account_id if known else "")
        kept = entries(*planned.imported.values(), *missed)
        whole = msgspec.structs.replace(planned, imported=kept)
        named = self._named(whole, row.ids.get("id", ""))
        return self._landed("own", known, named, links, links)

    def _other(self, row: PlannedRow, planned: Record) -> Record | None:
        """A record of any other type, its references led to what is here."""
        known = self._existing.match(row)
        of = kind_of(planned).name
        if known is not None and of in declared.DEFINED:
            self.counts["known"] += 1
            return known
        if known is None and of in declared.NEVER_MADE:
            return None
        whole = self._referring.led(row, planned)
        if isinstance(whole, Attachment) and known is None:
            whole = self._with_file(row, whole)
        if whole is None:
            return None
        named = self._named(whole, row.ids.get("id", ""))
        try:
            landed = self._landed("labels" if of == "label" else "others", known, named, {}, {})
        except NotAllowed as error:
            self.problems.add(Problem(row.line, "", str(error)))
            return None
        self._existing.learn(landed)
        self._referring.landed(row, landed)
        return landed

    def _photo(self, row: PlannedRow) -> Photo | None:
        """A card's own picture, or a package's as it is."""
        data = row.files["photo"]() if "photo" in row.files else None
        return Photo(data, pictures.JPEG) if data else row.photo

    def _with_file(self, row: PlannedRow, attachment: Attachment) -> Attachment | None:
        """An attachment whose file is here; None where it comes without."""
        if self._replica.has_file(attachment.content):
            return attachment
        data = row.files["content"]() if "content" in row.files else None
        if not data:
            size = size_text(attachment.size)
            said = f"{attachment.name} ({size}) is not in this file, and is left out."
            self.problems.add(Problem(row.line, "", said))
            return None
        content = self._replica.put_blob(data, attachment.media_type)
        return msgspec.structs.replace(attachment, content=content, size=len(data))

    def _named(self, planned: R, old_id: str) -> R:
        """A record under the id that it will have if it is new."""
        if isinstance(planned, Price):
            new_id = price_id(planned.price_list_id, planned.product_id)
            return msgspec.structs.replace(planned, id=new_id)
        return msgspec.structs.replace(planned, id=self._existing.fresh_id(type(planned), old_id))

    def _landed(
        self, counted: str, known: Any, planned: R, links: dict[str, str], fresh: dict[str, str]
    ) -> R:
        """The record: new with what is `fresh`, or the known one with what is said of it."""
        if known is None:
            self.counts[counted] += 1
            return self._replica.create(msgspec.structs.replace(planned, **fresh))
        self.counts["known"] += 1
        updated: R = self._replica.update(known, **_added(self._replica, known, planned) | links)
        return updated

    def _linked(self, row: PlannedRow, held: str) -> tuple[dict[str, str], list[Imported]]:
        """What a record belongs to, and the names that nobody has, to be kept in it.

        `held` is the account that it is beneath already.
        """
        links, missed, existing = self._references(row), [], self._existing
        names = {x: row.references.get(x, "") for x in ("account_id", "contact_id")}
        account_id = existing.account(row.ids.get("account_id", ""), names["account_id"], held)
        contact_id = existing.contact(
            row.ids.get("contact_id", ""), names["contact_id"], account_id
        )
        for field, found in (("account_id", account_id), ("contact_id", contact_id)):
            what, name = field.removesuffix("_id"), names[field]
            if found:
                links[field] = found
            elif name:
                self._say_nobody(row, field, what, name)
                missed.append(Imported(what.capitalize(), name))
        return links, missed

    def _references(self, row: PlannedRow, *, tell: bool = True) -> dict[str, str]:
        """Territory and owner by their names; names nobody has are passed over, and said."""
        found = {}
        for field, name in row.references.items():
            if field not in self._existing.names:
                continue
            record_id = self._existing.names[field].get(name.casefold(), "")
            if record_id:
                found[field] = record_id
            elif name and tell:
                self._say_nobody(row, field, field.removesuffix("_id"), name)
        return found

    def _label(self, record: Record, names: tuple[str, ...]) -> None:
        labels = self._existing.labels
        for name in names:
            label_id = labels.get(name.casefold(), "")
            if not label_id:
                label_id = self._replica.create(Label(name=name)).id
                labels[name.casefold()] = label_id
                self.counts["labels"] += 1
            self._put(record, label_id)

    def _put(self, record: Record, label_id: str) -> None:
        put = Labelling(
            id=labelling_id(label_id, record.id),
            label_id=label_id,
            record_kind=kind_of(record).name,
            record_id=record.id,
        )
        if self._replica.get(Labelling, put.id) is None:
            self._replica.create(put)
        else:
            self._replica.put_label(record, label_id)

    def _say_nobody(self, row: PlannedRow, field: str, what: str, name: str) -> None:
        said = f"There is no {what} called {name!r}."
        self.problems.add(Problem(row.line, heading(field), said))


def _added(replica: Replica, known: Record, planned: Record) -> dict[str, Any]:
    """What a row says beyond what is known of a record."""
    changes: dict[str, Any] = {}
    for field in kind_of(known).fields.values():
        held, said = getattr(known, field.name), getattr(planned, field.name)
        if field.name in KEYED:
            changes[field.name] = held | said
        elif field.entry is not None:
            new = [value for value in said.values() if value not in held.values()]
            changes[field.name] = held | {replica.new_id(): value for value in new}
        elif field.required or said != field.default:
            changes[field.name] = said
    return changes
