"""Writing records: changesets, the rules the server will apply too, labels, merges."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from client import merging
from client.errors import Invalid, NotAllowed, UnknownLabel, UnknownRecord
from client.replica import customs
from client.replica.twins import Likes
from client.store import identity, outbox, seen, states, uploads
from sync_protocol.changes import Change
from sync_protocol.records import Label, Labelling, Record, cells, kind_of, kinds, labelling_id
from sync_protocol.rules import cases, permissions, quotes, scopes, validity
from sync_protocol.rules.ancestry import goes_round, going_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from client.store.history import Written
    from sync_protocol.records import Kind


R = TypeVar("R", bound=Record)
_WORD = re.compile("[A-Z]")


class Writing(Likes):
    """Every write is in a changeset, its own or one that is open."""

    _copies = False
    _repeats = False
    _saw: int | None = None
    _noted: list[str] | None = None

    @contextmanager
    def copying(self) -> Iterator[None]:
        """What is written within is already in some record: fit or not, it is taken as it is."""
        self._copies, before = True, self._copies
        try:
            yield
        finally:
            self._copies = before

    @contextmanager
    def repeating(self) -> Iterator[None]:
        """What is updated within was just done: what stands so already is no edit of its own.

        Elsewhere it is one, and wins over whoever wrote the same before.
        """
        self._repeats, before = True, self._repeats
        try:
            yield
        finally:
            self._repeats = before

    @property
    def seen(self) -> int:
        """How far this device has read the server's log, to be remembered for `having_seen`."""
        return seen.mark(self._connection)

    @contextmanager
    def having_seen(self, mark: int | None) -> Iterator[None]:
        """What is written within comes of somebody who had `seen` no more than that, if it is said.

        Whoever wrote the same meanwhile is told, and finds what they wrote.
        """
        self._saw, before = mark, self._saw
        try:
            yield
        finally:
            self._saw = before

    @contextmanager
    def noting(self) -> Iterator[list[str]]:
        """The keys of the acts that are written within, as `undo` takes them; "" is an undo."""
        noted, before = list[str](), self._noted
        self._noted = noted
        try:
            yield noted
        finally:
            self._noted = before
            if before is not None:
                before += noted

    @contextmanager
    def changeset(self, name: str, *, action: str = "", as_of: int | None = None) -> Iterator[None]:
        """Several writes as one: all or none, one undo. Within another one it joins that.

        What several devices may make by themselves, under a derived id, is made `as_of` a moment in
        milliseconds before any of them can have: whatever a person wrote to it then stands, however
        late another device makes it. Never within another one.
        """
        if self._open is not None:
            with self._nested(self._open):
                yield
            return
        with self._writing(name, action, undoes=False, as_of=as_of):
            yield

    def create(self, record: R) -> R:
        """Store a new record and return it with its id; its owner is this user if none is named.

        Raises `Invalid` naming the field, `NotAllowed`.
        """
        record = self._owned(record)
        if not record.id:
            record = msgspec.structs.replace(record, id=self.new_id())
        self._write(record, cells.of_new(record), create=True)
        return record

    def update(self, record: R, **fields: Any) -> R:
        """Change some fields and return the new record.

        What is written is the difference to the record as it is now, so an edit made elsewhere in
        the meantime stays. Raises `Invalid`, `NotAllowed`, `UnknownRecord`.
        """
        if not states.is_known(self._connection, kind_of(record), record.id):
            raise UnknownRecord("This record is not on this device.")
        wanted = msgspec.structs.replace(record, **fields)
        changed = cells.changed(record, wanted)
        if self._repeats:
            standing = self.get(type(record), record.id) or record
            news = cells.changed(standing, wanted)
            changed = {cell: value for cell, value in changed.items() if cell in news}
        if changed:
            self._write(record, changed, create=False)
        return self.get(type(record), record.id) or record

    def rewrite(self, record: Record, names: Iterable[str]) -> None:
        """Write some fields as they are in `record`, so that all of them have this act's stamp."""
        self._write(record, cells.of_fields(record, names), create=False)

    def delete(self, record: Record) -> None:
        """Hide a record and all beneath it, on every device."""
        with self.changeset(f"Delete {_words(record)}"):
            self.update(record, deleted=True)

    def restore(self, record: R) -> R:
        """Bring a deleted record back."""
        with self.changeset(f"Restore {_words(record)}"):
            return self.update(self.get(type(record), record.id) or record, deleted=False)

    def restore_value(self, written: Written) -> None:
        """Write a value from a record's history again."""
        change = Change(written.kind, written.id, {written.cell: cells.raw(written.value)})
        with self.changeset("Restore value"):
            self._check(change, create=False)
            self._add(change)

    def label(self, record: Record, name: str) -> None:
        """Put a label on a record, by name. Raises `UnknownLabel`."""
        self._set_label(record, self.label_named(name), on=True)

    def put_label(self, record: Record, label_id: str) -> None:
        """Put a label on a record, by the label's id. Raises `UnknownLabel`."""
        label = self.get(Label, label_id)
        if label is None:
            raise UnknownLabel("This label is not on this device.")
        self._set_label(record, label, on=True)

    def unlabel(self, record: Record, name: str) -> None:
        self._set_label(record, self.label_named(name), on=False)

    def merge(self, loser: R, winner: R, **chosen: Any) -> R:
        """Let `winner` go on in place of `loser`, with all that is known of both; one undo.

        `chosen` are values it is to have whatever it has now.
        """
        merging.merge(self, loser, winner, chosen)
        return self.get(type(winner), winner.id) or winner

    @contextmanager
    def _writing(
        self,
        name: str,
        action: str,
        *,
        undoes: bool,
        takes_back: str = "",
        as_of: int | None = None,
    ) -> Iterator[None]:
        with self._database.transaction():
            opened = outbox.Open(
                self._database, self.device, self.user_id, self.now(),
                as_of_ms=as_of, saw=self._saw,
            )  # fmt: skip
            self._open = opened
            try:
                yield
                written = opened.close(name, action, undoes=undoes, takes_back=takes_back)
                if written is not None and self._noted is not None:
                    self._noted.append("" if undoes else action or str(written.number))
            finally:
                self._open = None

    @contextmanager
    def _nested(self, opened: outbox.Open) -> Iterator[None]:
        mark = opened.mark()
        try:
            with self._database.transaction():
                yield
        except BaseException:
            opened.rewind(mark)
            raise

    def _write(self, record: Record, values: dict[str, msgspec.Raw], *, create: bool) -> None:
        kind = kind_of(record)
        change = Change(kind.name, record.id, values, create)
        self._check(change, create=create)
        if not self._copies:
            customs.check(self, kind, change)
        verb = "Add" if create else "Edit"
        with self.changeset(f"{verb} {_words(record)}"):
            self._add(change)
            self._check_place(kind, change)

    def _add(self, change: Change) -> None:
        assert self._open is not None  # noqa: S101 - callers hold a changeset
        state = self._open.add(change.kind, change.id, change.cells, create=change.create)
        problem = validity.too_large(state)
        if problem is not None:
            raise Invalid(problem.field, problem.message)
        uploads.want(self._connection, change, self._now())

    def _check(self, change: Change, *, create: bool) -> None:
        """The rules the server will apply, so that the person hears of it now."""
        kind = kinds()[change.kind]
        problem = validity.check(kind, change) or cases.untrue(change) or self._fixed(change)
        if problem is not None:
            raise Invalid(problem.field, problem.message)
        if not kind.shared:
            return
        actor = self.actor
        if actor is None:
            return
        action: permissions.Action = "create" if create else "update"
        owner = self._owner(change)
        if not permissions.may(actor, action, kind, scopes.WORKSPACE, owner):
            raise NotAllowed(f"Your role may not change a {kind.name}.")

    def _fixed(self, change: Change) -> validity.Problem | None:
        found = self._fields(change.kind, change.id) if change.kind == quotes.KIND else None
        return None if found is None else quotes.fixed(change, found[1])

    def _owner(self, change: Change) -> str:
        found = self._fields(change.kind, change.id)
        return "" if found is None else str(found[1].get("owner_id", ""))

    def _check_place(self, kind: Kind, change: Change) -> None:
        """A record may neither hang beneath itself nor be merged into itself."""
        moved = [name for name in (*going_up(kind), *kind.parents) if name in change.cells]
        found = states.fields(self._connection, kind.name, change.id) if moved else None
        if found is None:
            return
        if goes_round((kind.name, change.id), *found, self._fields):
            raise Invalid(moved[0], "This would put the record beneath or into itself.")

    def _owned(self, record: R) -> R:
        mine = {
            name: self.user_id
            for name in identity.OWNERS
            if name in kind_of(record).fields and not getattr(record, name)
        }
        return msgspec.structs.replace(record, **mine) if mine else record

    def _set_label(self, record: Record, label: Label, *, on: bool) -> None:
        labelling = Labelling(
            id=labelling_id(label.id, record.id),
            label_id=label.id,
            record_kind=kind_of(record).name,
            record_id=record.id,
            on=on,
        )
        known = self.get(Labelling, labelling.id)
        with self.changeset(f"{'Label' if on else 'Unlabel'}: {label.name}"):
            if known is None:
                self.create(labelling)
            elif known.on != on:
                self.update(known, on=on, origin="" if on else known.origin)


def _words(record: Record) -> str:
    """What a record is, in words: `sales order`."""
    return _WORD.sub(r" \g<0>", type(record).__name__).strip().lower()
