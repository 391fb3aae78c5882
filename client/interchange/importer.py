"""Writing a plan into a replica, for the screen and for the command line alike.

An import may be larger than one changeset can be, so it is many that share one action: one undo
takes all of it back. Each is written within some milliseconds and then the loop gets its turn, so
the screen stays alive even in a browser, where there is only one thread. Whatever was written when
an import is stopped is complete in itself and can be undone.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from client.errors import Invalid
from client.interchange.planning import Problem
from sync_protocol.records import (
    Account,
    Contact,
    Label,
    Labelling,
    Territory,
    User,
    kind_of,
    labelling_id,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from client.interchange.planning import Plan, PlannedRow
    from client.replica import Replica

SLICE_S = 0.03
"""How long one changeset may take to write."""
MAX_CHANGES = 250
MAX_BYTES = 400_000
"""Well under what one changeset may hold: one more row always fits."""


class Done(NamedTuple):
    """What an import has written as the act `key`; `problems` are rows that were refused."""

    key: str
    rows: int
    accounts: int
    contacts: int
    labels: int
    problems: tuple[Problem, ...]


async def write(
    replica: Replica,
    plan: Plan,
    *,
    territory_id: str = "",
    on_progress: Callable[[int], None] = lambda _rows: None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Done:
    """Create all that the plan describes; accounts go into `territory_id` unless a row names one.

    `on_progress` hears the number of rows done. Accounts that exist already by name are joined by
    the contacts of the file, not made again. Raises `NotAllowed`.
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
        self._counts = {"accounts": 0, "contacts": 0, "labels": 0}
        self._problems: list[Problem] = []
        self._beneath: list[tuple[int, Account, str]] = []
        """Line, account and the name of the one it belongs to, which may come later."""
        self._look_up()

    def _look_up(self) -> None:
        """What there is by name; of equal names the oldest."""
        replica = self._replica
        self._accounts = {x.name.casefold(): x.id for x in reversed(replica.find(Account))}
        self._labels = {x.name.casefold(): x.id for x in reversed(replica.find(Label))}
        self._names = {
            "territory_id": {x.name.casefold(): x.id for x in replica.find(Territory)},
            "owner_id": {x.name.casefold(): x.id for x in replica.find(User)},
        }

    def done(self, key: str) -> Done:
        return Done(key=key, rows=self.rows, **self._counts, problems=tuple(self._problems))

    def some(self, rows: Iterator[PlannedRow]) -> bool:
        """Write rows until the changeset is full or the time is up; False at the end."""
        loop = asyncio.get_running_loop()
        until, size, changes = loop.time() + SLICE_S, 0, 0
        for row in rows:
            self._row(row)
            self.rows += 1
            size += len(msgspec.msgpack.encode((row.account, row.contact)))
            changes += 2 + 2 * len(row.labels)  # a label may be new, too
            if changes >= MAX_CHANGES or size >= MAX_BYTES or loop.time() >= until:
                return True
        return False

    def place_beneath(self) -> bool:
        """Put some accounts beneath those that they belong to; False at the end."""
        part, self._beneath = self._beneath[:MAX_CHANGES], self._beneath[MAX_CHANGES:]
        for line, account, name in part:
            parent_id = self._accounts.get(name.casefold(), "")
            if not parent_id:
                self._problems.append(Problem(line, "parent_id", _nobody("account", name)))
                continue
            try:
                self._replica.update(account, parent_id=parent_id)
            except Invalid as error:
                self._problems.append(Problem(line, error.field, error.message))
        return bool(self._beneath)

    def _row(self, row: PlannedRow) -> None:
        counts, beneath = dict(self._counts), len(self._beneath)
        try:
            with self._replica.changeset("Import row"):
                self._records(row)
        except Invalid as error:  # planning leaves none, but one bad row must not stop the rest
            self._problems.append(Problem(row.line, error.field, error.message))
            self._counts = counts
            del self._beneath[beneath:]
            self._look_up()

    def _records(self, row: PlannedRow) -> None:
        replica, made = self._replica, None
        references = self._references(row)
        account_id = self._accounts.get(row.account_key, "") if row.account_key else ""
        if row.account is not None and not account_id:
            fields = {"territory_id": self._territory} | references
            made = replica.create(msgspec.structs.replace(row.account, **fields))
            account_id = made.id
            self._counts["accounts"] += 1
            self._accounts.setdefault(row.account.name.casefold(), account_id)
            if parent := row.references.get("parent_id"):
                self._beneath.append((row.line, made, parent))
        if row.contact is not None:
            photo = replica.put_blob(row.photo.data, row.photo.media_type) if row.photo else ""
            owner = {k: v for k, v in references.items() if k == "owner_id"}
            contact = replica.create(
                msgspec.structs.replace(row.contact, account_id=account_id, photo=photo, **owner)
            )
            self._counts["contacts"] += 1
            self._label(contact, row.labels)
        elif made is not None:
            self._label(made, row.labels)

    def _references(self, row: PlannedRow) -> dict[str, str]:
        """Territory and owner by their names; names nobody has are passed over, and said."""
        found = {}
        for field, name in row.references.items():
            if field not in self._names:
                continue
            record_id = self._names[field].get(name.casefold(), "")
            if record_id:
                found[field] = record_id
            elif name:
                said = _nobody(field.removesuffix("_id"), name)
                self._problems.append(Problem(row.line, field, said))
        return found

    def _label(self, record: Account | Contact, names: tuple[str, ...]) -> None:
        for name in names:
            label_id = self._labels.get(name.casefold(), "")
            if not label_id:
                label_id = self._replica.create(Label(name=name)).id
                self._labels[name.casefold()] = label_id
                self._counts["labels"] += 1
            labelling = Labelling(
                id=labelling_id(label_id, record.id),
                label_id=label_id,
                record_kind=kind_of(record).name,
                record_id=record.id,
            )
            self._replica.create(labelling)


def _nobody(what: str, name: str) -> str:
    return f"There is no {what} called {name!r}."
