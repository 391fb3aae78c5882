"""The records a changeset touches, as they would be after it.

A changeset may create an account and its contact in any order, so it is applied whole to this
overlay first and judged by what that leaves. Nothing is written until the judgement stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from server.store import records
from sync_protocol import merge
from sync_protocol.records import Kind, kinds, rows
from sync_protocol.rules.scopes import scope_of, user_scope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from server.store.records import Key
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
    def __init__(self, connection: Connection, workspace: str) -> None:
        self._connection = connection
        self._workspace = workspace
        self._known: dict[Key, Draft | None] = {}

    def load(self, keys: Iterable[Key]) -> None:
        """Read what is not here yet, in one query per kind."""
        missing = [key for key in dict.fromkeys(keys) if key not in self._known]
        found = records.load(self._connection, self._workspace, missing)
        for key in missing:
            stored = found.get(key)
            self._known[key] = stored and Draft(
                kinds().get(key[0]),
                stored.state,
                stored.scope,
                stored.fields,
                before=stored.state,
                was=stored.scope,
            )

    def find(self, key: Key) -> Draft | None:
        if key not in self._known:
            self.load([key])
        return self._known[key]

    def apply(self, change: Change, stamp: Stamp) -> None:
        key = change.kind, change.id
        draft = self._known.get(key)
        if draft is None:
            kind = kinds().get(change.kind)
            draft = Draft(kind, merge.blank(*key), "", {})
            self._known[key] = draft
        merged = merge.apply(draft.state, change, stamp)
        draft.state = merged.state
        draft.won.update(merged.won)
        if draft.kind is not None:
            draft.fields = rows.dump(draft.kind, draft.state)

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
