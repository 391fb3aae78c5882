"""Writing a plan into a replica, for the screen and for the command line alike.

An import may be larger than one changeset can be, so it is many that share one action: one undo
takes all of it back. Each is written within some milliseconds and then the loop gets its turn, so
the screen stays alive even in a browser, where there is only one thread. Whatever was written when
an import is stopped is complete in itself and can be undone.
"""

from __future__ import annotations

import asyncio
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from client import pictures
from client.errors import Invalid
from client.interchange.existing import Existing
from client.interchange.planning import Problem
from client.interchange.sources import Photo
from sync_protocol.records import Imported, Label, Labelling, entries, kind_of, labelling_id

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from client.interchange.planning import Plan, PlannedRow
    from client.replica import Replica
    from sync_protocol.records import Account, CustomObject, Record

    Smaller = Callable[[bytes], Awaitable[bytes | None]]

NO_PICTURE = "The picture could not be read and was left out."
SLICE_S = 0.03
"""How long one changeset may take to write."""
MAX_CHANGES = 250
MAX_BYTES = 400_000
"""Well under what one changeset may hold: one more row always fits."""


class Done(NamedTuple):
    """What an import has written as the act `key`; `problems` are rows that were refused.

    Of the company's own records `own` are new; `known` were here, and have taken values over.
    """

    key: str
    rows: int
    accounts: int
    contacts: int
    labels: int
    own: int
    known: int
    problems: tuple[Problem, ...]


async def write(
    replica: Replica,
    plan: Plan,
    *,
    territory_id: str = "",
    on_progress: Callable[[int], None] = lambda _rows: None,
    is_stopped: Callable[[], bool] = lambda: False,
    smaller: Smaller | None = None,
) -> Done:
    """Create all that the plan describes; accounts go into `territory_id` unless a row names one.

    `on_progress` hears the number of rows done. Accounts that exist already by name are joined by
    the contacts of the file, not made again; records of the company's own types that exist already
    (see `Existing`) take over what the file says of them. Pictures are kept as `smaller` makes
    them, and left out where it cannot. Raises `NotAllowed`.
    """
    name = f"Import {plan.source.filename}"[:200]
    writing = _Writing(replica, territory_id)
    action = replica.new_id()
    rows = plan.rows()
    more = True
    while more and not is_stopped():
        with replica.changeset(name, action=action):
            more = writing.some(rows)
        on_progress(writing.rows)
        await writing.make_smaller(smaller)
        await asyncio.sleep(0)
    more = True
    while more:
        with replica.changeset(name, action=action):
            more = writing.place_beneath()
        await asyncio.sleep(0)
    return writing.done(action)


class _Writing:
    """One import under way: what exists by name, and what was counted."""

    def __init__(self, replica: Replica, territory_id: str) -> None:
        self.rows = 0
        self._replica = replica
        self._territory = territory_id
        self._counts = {"accounts": 0, "contacts": 0, "labels": 0, "own": 0, "known": 0}
        self._problems: list[Problem] = []
        self._beneath: list[tuple[PlannedRow, Account]] = []
        """Accounts with the row that names the one they belong to, which may come later."""
        self._pictured: PlannedRow | None = None
        """The row that comes next, if it has a picture: that is made ready between changesets."""
        self._existing = Existing(replica)

    def done(self, key: str) -> Done:
        return Done(key=key, rows=self.rows, **self._counts, problems=tuple(self._problems))

    def some(self, rows: Iterator[PlannedRow]) -> bool:
        """Write rows until the changeset is full or the time is up; False at the end."""
        loop = asyncio.get_running_loop()
        until, size, changes = loop.time() + SLICE_S, 0, 0
        ready, self._pictured = self._pictured, None
        for row in chain([ready] if ready else [], rows):
            if row.photo is not None and row is not ready:
                self._pictured = row
                return True
            self._row(row)
            self.rows += 1
            size += len(msgspec.msgpack.encode((row.account, row.contact, row.own)))
            changes += 2 + 2 * len(row.labels)  # a label may be new, too
            if changes >= MAX_CHANGES or size >= MAX_BYTES or loop.time() >= until:
                return True
        return False

    async def make_smaller(self, smaller: Smaller | None) -> None:
        """The picture of the row that comes next; one that nobody can read is left out."""
        row = self._pictured
        if row is None or row.photo is None or smaller is None:
            return
        data = await smaller(row.photo.data)
        if data is None:
            self._problems.append(Problem(row.line, "", NO_PICTURE))
        self._pictured = row._replace(photo=Photo(data, pictures.JPEG) if data else None)

    def place_beneath(self) -> bool:
        """Put some accounts beneath those that they belong to; False at the end."""
        part, self._beneath = self._beneath[:MAX_CHANGES], self._beneath[MAX_CHANGES:]
        for row, account in part:
            name = row.references["parent_id"]
            parent_id = self._existing.account(row.ids.get("parent_id", ""), name)
            if not parent_id:
                self._problems.append(Problem(row.line, "parent_id", _nobody("account", name)))
                continue
            try:
                self._replica.update(account, parent_id=parent_id)
            except Invalid as error:
                self._problems.append(Problem(row.line, error.field, error.message))
        return bool(self._beneath)

    def _row(self, row: PlannedRow) -> None:
        counts, beneath = dict(self._counts), len(self._beneath)
        try:
            with self._replica.changeset("Import row"):
                made = self._own(row, row.own) if row.own else self._customers(row)
        except Invalid as error:  # planning leaves none, but one bad row must not stop the rest
            self._problems.append(Problem(row.line, error.field, error.message))
            self._counts = counts
            del self._beneath[beneath:]
            self._existing.forget_names()
        else:
            if made is not None:
                self._existing.made(row.ids.get("id", ""), made.id)

    def _customers(self, row: PlannedRow) -> Record | None:
        """What the row is about, if it is new."""
        replica, made = self._replica, None
        references = self._references(row)
        account_id = self._existing.account(row.ids.get("account_id", ""), row.account_key)
        if row.account is not None and not account_id:
            fields = {"territory_id": self._territory} | references
            made = replica.create(msgspec.structs.replace(row.account, **fields))
            account_id = made.id
            self._counts["accounts"] += 1
            self._existing.accounts.setdefault(row.account.name.casefold(), account_id)
            if row.references.get("parent_id"):
                self._beneath.append((row, made))
        if row.contact is not None:
            photo = replica.put_blob(row.photo.data, row.photo.media_type) if row.photo else ""
            owner = {k: v for k, v in references.items() if k == "owner_id"}
            contact = replica.create(
                msgspec.structs.replace(row.contact, account_id=account_id, photo=photo, **owner)
            )
            self._counts["contacts"] += 1
            self._label(contact, row.labels)
            return contact
        if made is not None:
            self._label(made, row.labels)
        return made

    def _own(self, row: PlannedRow, planned: CustomObject) -> Record:
        """The record of a company's own type, new or with what the row adds to it."""
        replica, known = self._replica, self._existing.match(row)
        planned, links = self._linked(row, planned)
        if known is None:
            made = replica.create(msgspec.structs.replace(planned, **links))
            self._counts["own"] += 1
        else:
            made = replica.update(known, **_added(replica, known, planned), **links)
            self._counts["known"] += 1
        self._label(made, row.labels)
        return made

    def _linked(
        self, row: PlannedRow, planned: CustomObject
    ) -> tuple[CustomObject, dict[str, str]]:
        """What a record belongs to; a name that nobody has is kept in it, and said."""
        links, existing = self._references(row), self._existing
        names = {x: row.references.get(x, "") for x in ("account_id", "contact_id")}
        account_id = existing.account(row.ids.get("account_id", ""), names["account_id"])
        found = {
            "account_id": account_id,
            "contact_id": existing.contact(
                row.ids.get("contact_id", ""), names["contact_id"], account_id
            ),
        }
        kept = [*planned.imported.values()]
        for field, name in names.items():
            if found[field]:
                links[field] = found[field]
            elif name:
                what = field.removesuffix("_id")
                self._problems.append(Problem(row.line, field, _nobody(what, name)))
                kept.append(Imported(what.capitalize(), name))
        return msgspec.structs.replace(planned, imported=entries(*kept)), links

    def _references(self, row: PlannedRow) -> dict[str, str]:
        """Territory and owner by their names; names nobody has are passed over, and said."""
        found = {}
        for field, name in row.references.items():
            if field not in self._existing.names:
                continue
            record_id = self._existing.names[field].get(name.casefold(), "")
            if record_id:
                found[field] = record_id
            elif name:
                said = _nobody(field.removesuffix("_id"), name)
                self._problems.append(Problem(row.line, field, said))
        return found

    def _label(self, record: Record, names: tuple[str, ...]) -> None:
        labels = self._existing.labels
        for name in names:
            label_id = labels.get(name.casefold(), "")
            if not label_id:
                label_id = self._replica.create(Label(name=name)).id
                labels[name.casefold()] = label_id
                self._counts["labels"] += 1
            elif self._replica.get(Labelling, labelling_id(label_id, record.id)):
                self._replica.put_label(record, label_id)
                continue
            labelling = Labelling(
                id=labelling_id(label_id, record.id),
                label_id=label_id,
                record_kind=kind_of(record).name,
                record_id=record.id,
            )
            self._replica.create(labelling)


def _added(replica: Replica, known: CustomObject, planned: CustomObject) -> dict[str, Any]:
    """What a row says beyond what is known of a record: what it leaves empty stays as it is."""
    changes: dict[str, Any] = {"name": planned.name, "custom": known.custom | planned.custom}
    if planned.about:
        changes["about"] = planned.about
    held = list(known.imported.values())
    new = [value for value in planned.imported.values() if value not in held]
    changes["imported"] = known.imported | {replica.new_id(): value for value in new}
    return changes


def _nobody(what: str, name: str) -> str:
    return f"There is no {what} called {name!r}."
