"""What is typed into a form, until it is saved.

A draft is the record as it would be. It outlives the form, and the app (see `draft_keeping`):
whoever leaves and comes back finds every keystroke again. It goes on from its record as that
becomes (see `client.meanwhile`), and saving writes only what differs, so an edit made elsewhere
in the meantime shows, and stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from client import customising, record_types
from client.errors import Invalid
from client.meanwhile import gone_on_from, laid_over
from client.replica import DraftKey
from client.ui.meanwhile import Turns
from sync_protocol.records import (
    Account,
    Address,
    Contact,
    Email,
    Need,
    Phone,
    Social,
    Territory,
    cells,
    kind_of,
)
from sync_protocol.rules.scopes import territory_scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.replica import Replica
    from client.store.problems import Problem
    from sync_protocol.changes import Change, RawCells

NEW_VALUES: dict[str, Any] = {
    "phones": Phone(""),
    "emails": Email(""),
    "addresses": Address(),
    "socials": Social(""),
    "needs": Need(""),
}
KIND_PARTS = {"needs": "topic"}
"""Which part of an entry says of what kind it is, where that is not `kind`."""
WORDS = ("new_account", "account_text", "new_territory")
"""What a form is told that is no field of its record."""
_OPTIONAL = ("birthday",)


class Unfit(NamedTuple):
    """Something typed that a field's type, or its definition, holds no longer; `why` says so.

    What is not `shown` in a field of the form is told as `text`; what is not `kept` cannot be
    written again as it is.
    """

    field: str
    what: str
    text: str
    why: str
    shown: bool
    kept: bool


class Mends(NamedTuple):
    """A refused edit, the change of it that a form mends, and the cells that stay as they are."""

    problem: Problem
    change: Change
    rest: RawCells
    unfit: tuple[Unfit, ...] = ()


class Draft:
    """`before` is the record as it is without the form, `now` as it stands in it.

    Of a field that was typed over, `before` is what its author saw.

    A contact's account may be one that is yet to be made: `new_account` is its name.
    `account_text` is what was typed to find one and has led to none so far. `parent` is the record
    that a new one is to belong to. `on_typed` and `listeners` hear of everything that is typed.
    """

    def __init__(self, before: Any, parent: str = "") -> None:
        self.on_typed: Callable[[], None] = lambda: None
        self.listeners: set[Callable[[], None]] = set()
        self.shown_by: object = None
        self.seen: int | None = None
        self.turns = Turns()
        self.parent = parent
        self.before = before
        self.now = before
        self.new_account = ""
        self.account_text = ""
        self.new_territory = ""
        self.aside: dict[str, str] = {}
        """What was typed and stands in no field, by what it is: the form tells it as text."""
        self.mends: Mends | None = None
        """The refused edit that this draft mends; `before` is then the record as it was typed."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name in ("now", *WORDS):
            self.on_typed()
            for listener in tuple(self.listeners):
                listener()

    @property
    def key(self) -> DraftKey:
        """What the replica keeps it under."""
        return DraftKey(kind_of(self.before).name, self.before.id, self.parent)

    def follow(self, record: Any) -> None:
        """Lay what was typed over the record as it is now; what mends an edit stays as it is."""
        if self.mends or record == self.before:
            return
        names = record.__struct_fields__
        shown = {name: getattr(self.now, name) for name in names}
        laid = {
            name: laid_over(getattr(self.before, name), shown[name], getattr(record, name))
            for name in names
        }
        before = {
            name: gone_on_from(getattr(self.before, name), laid[name], getattr(record, name))
            for name in names
        }
        self.before = msgspec.structs.replace(record, **before)
        if laid != shown:
            self.turns.count(shown, laid)
            self.now = msgspec.structs.replace(record, **laid)

    def set(self, name: str, value: Any) -> None:
        self.now = msgspec.structs.replace(self.now, **{name: value})

    def put_custom(self, field_id: str, value: Any) -> None:
        """What was typed into a custom field, None for nothing; it is read when it is saved."""
        rest = {key: held for key, held in self.now.custom.items() if key != field_id}
        self.set("custom", rest if value is None else {**rest, field_id: value})

    def put_entry(self, field: str, entry: str, value: Any) -> None:
        """Add or change one phone, e-mail or address."""
        self.set(field, {**getattr(self.now, field), entry: value})

    def set_part(self, field: str, entry: str, part: str, value: str) -> None:
        """Change one part of an entry: the number of a phone, the town of an address."""
        held = getattr(self.now, field)[entry]
        self.put_entry(field, entry, msgspec.structs.replace(held, **{part: value}))

    def drop_entry(self, field: str, entry: str) -> None:
        rest = {key: value for key, value in getattr(self.now, field).items() if key != entry}
        self.set(field, rest)

    def set_aside(self, what: str, text: str) -> None:
        self.aside[what] = "\n".join(filter(None, (self.aside.get(what), text)))

    @property
    def is_new(self) -> bool:
        return not self.before.id

    @property
    def changed(self) -> bool:
        """Whether there is anything that leaving without saving would not write."""
        typed = self.new_account or self.account_text.strip() or self.changes()
        return bool(self.mends or self.aside or typed)

    def changes(self) -> dict[str, Any]:
        """The fields that differ, trimmed, without entries that were left empty."""
        cleaned = _cleaned(self.now)
        names = cleaned.__struct_fields__
        pairs = ((name, getattr(cleaned, name), getattr(self.before, name)) for name in names)
        return {name: new for name, new, old in pairs if new != old}


def save(replica: Replica, draft: Draft) -> Any:
    """Write the draft, with its new account if it names one; then it is kept no longer.

    Raises `Invalid`, `NotAllowed`.
    """
    if draft.account_text.strip():
        raise Invalid("account_id", "Choose an account beneath, or empty this field.")
    act = act_of(draft, f"{'Add' if draft.is_new else 'Edit'} {draft.key.kind}")
    with replica.having_seen(draft.seen), replica.changeset(act):
        changes = draft.changes()
        changes["custom"] = _custom(replica, draft)
        if draft.new_account:
            account = Account(name=draft.new_account, territory_id=draft.new_territory)
            changes["account_id"] = replica.create(account).id
        return write(replica, draft, changes)


def write(replica: Replica, draft: Draft, changes: dict[str, Any]) -> Any:
    """Make the record, or change it; what was refused of it is written again as it stands now.

    Within a changeset. The draft is then kept no longer. Raises `Invalid`, `NotAllowed`.
    """
    replica.drop_draft(draft.key)
    after = msgspec.structs.replace(draft.before, **changes)
    if draft.is_new:
        return replica.create(after)
    if draft.mends is not None:
        rest = draft.mends.rest | cells.changed(draft.before, after)
        mended = msgspec.structs.replace(draft.mends.change, cells=rest)
        replica.retry(draft.mends.problem, mended, keep_copy=bool(draft.aside))
    return replica.update(draft.before, **changes)


def _custom(replica: Replica, draft: Draft) -> dict[str, Any]:
    before = draft.before
    of = record_types.name_of(before)
    return customising.finished(replica, of, before.custom, draft.now.custom)


def act_of(draft: Draft, otherwise: str) -> str:
    """What saving it is called in the history: what was refused keeps its name."""
    return draft.mends.problem.changeset.name if draft.mends else otherwise


def entry_at_fault(draft: Draft, field: str) -> str:
    """Which phone, e-mail or address is not valid; empty if none of them is to blame."""
    entries = draft.changes().get(field) if field in NEW_VALUES else None
    for entry, value in (entries or {}).items():
        try:
            msgspec.convert(msgspec.to_builtins(value), type(value))
        except msgspec.ValidationError:
            return str(entry)
    return ""


def territories_of(replica: Replica) -> list[Territory]:
    """The territories this user may put an account into."""
    every = replica.find(Territory, order_by="name")
    actor = replica.actor
    if actor is None:
        return every
    return [territory for territory in every if territory_scope(territory.id) in actor.scopes]


def _cleaned(record: Any) -> Any:
    fields: dict[str, Any] = {
        name: value.strip()
        for name in record.__struct_fields__
        if isinstance(value := getattr(record, name), str)
    }
    fields |= {name: fields[name] or None for name in _OPTIONAL if name in fields}
    fields |= {
        name: _filled(getattr(record, name), empty, KIND_PARTS.get(name, "kind"))
        for name, empty in NEW_VALUES.items()
        if hasattr(record, name)
    }
    if isinstance(record, Contact) and not fields["name"]:
        fields["name"] = f"{fields['given_name']} {fields['family_name']}".strip()
    return msgspec.structs.replace(record, **fields)


def _filled(entries: dict[str, Any], empty: Any, kind: str) -> dict[str, Any]:
    """The entries that say something beyond their kind, trimmed."""
    trimmed = {key: _trimmed(value) for key, value in entries.items()}
    return {
        key: value
        for key, value in trimmed.items()
        if msgspec.structs.replace(value, **{kind: ""}) != empty
    }


def _trimmed(value: Any) -> Any:
    texts = {
        name: text.strip()
        for name in value.__struct_fields__
        if isinstance(text := getattr(value, name), str)
    }
    return msgspec.structs.replace(value, **texts)
