"""The records a changeset touches, as they would be after it.

A changeset may create an account and its contact in any order, so it is applied whole to this
overlay first and judged by what that leaves. Nothing is written until the judgement stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sync_protocol import merge
from sync_protocol.records import Kind, kinds, rows
from sync_protocol.rules.scopes import scope_of, user_scope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.store.records import Key
    from server.store.unit import Unit
    from sync_protocol.changes import Change, State
    from sync_protocol.clock import Stamp


@dataclass
class Draft:
    """`before` and `was` are the state and scope that are stored, if any."""

    kind: Kind | None
    state: State
    scope: str
    fields: dict[str, Any]
    before: State | None = None
    was: str | None = None
    won: set[str] = field(default_factory=set)

    @property
    def key(self) -> Key:
        return self.state.kind, self.state.id

    @property
    def moved(self) -> bool:
        return self.was is not None and self.was != self.scope


class Drafts:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._known: dict[Key, Draft | None] = {}

    def load(self, keys: Iterable[Key]) -> None:
        """Read what is not here yet, in one query per kind."""
        self._unit.load(keys)

    def find(self, key: Key) -> Draft | None:
        if key not in self._known:
            stored = self._unit.stored(key)
            self._known[key] = stored and Draft(
                kinds().get(key[0]),
                stored.state,
                stored.scope,
                stored.fields,
                before=stored.state,
                was=stored.scope,
            )
        return self._known[key]

    def apply(self, change: Change, stamp: Stamp) -> None:
        key = change.kind, change.id
        draft = self.find(key)
        if draft is None:
            kind = kinds().get(change.kind)
            draft = Draft(kind, merge.blank(*key), "", {})
            self._known[key] = draft
        merged = merge.apply(draft.state, change, stamp)
        draft.state = merged.state
        draft.won.update(merged.won)
        if draft.kind is not None:
            draft.fields = (
                draft.fields | rows.changes(draft.kind, draft.fields, draft.state, merged.won)
                if draft.fields
                else rows.dump(draft.kind, draft.state)
            )

    def place(self, draft: Draft, user: str) -> None:
        """Work out the scope of a draft; a kind nobody knows here is its first author's."""
        if draft.kind is None:
            draft.scope = draft.was or user_scope(user)
        else:
            draft.scope = scope_of(draft.kind, draft.fields, self.fields)

    def fields(self, kind: str, record_id: str) -> tuple[Kind, dict[str, Any]] | None:
        """The kind and fields of a record, as the rules ask for them."""
        draft = self.find((kind, record_id))
        return None if draft is None or draft.kind is None else (draft.kind, draft.fields)
