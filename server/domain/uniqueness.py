"""Flags on records that claim a value another one holds: only the server can tell which does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.store import records
from sync_protocol.changes import DELETED, Change
from sync_protocol.records import kinds
from sync_protocol.records.cells import raw
from sync_protocol.rules.unique import CLASH, Claim, folded, holders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.domain.drafts import Draft
    from server.store.records import Key, Stored
    from server.store.unit import Unit
    from sync_protocol.records import Kind


def flags(unit: Unit, touched: dict[Key, Draft]) -> Iterator[Change]:
    """The changes to `clash` that the touched records' unique values ask for.

    Kinds with unique fields are reference data, few enough to be looked at as a whole.
    """
    for kind in {draft.kind.name: draft.kind for draft in touched.values() if draft.kind}.values():
        if any(_claims_moved(draft) for draft in touched.values() if draft.kind is kind):
            yield from _flags_of(unit, kind)


def _claims_moved(draft: Draft) -> bool:
    kind = draft.kind
    if kind is None or not kind.unique:
        return False
    return draft.was is None or bool({*kind.unique, DELETED} & draft.won)


def _flags_of(unit: Unit, kind: Kind) -> Iterator[Change]:
    every = records.load_kind(unit.connection, unit.workspace, kinds()[kind.name])
    live = {key: stored for key, stored in every.items() if not stored.fields[DELETED]}
    holding = {field: _holding(field, live) for field in kind.unique}
    clashes = {key: _clash(key, stored, holding) for key, stored in live.items()}
    for (name, record_id), clash in clashes.items():
        if live[name, record_id].fields[CLASH] != clash:
            yield Change(name, record_id, {CLASH: raw(clash)})


def _holding(field: str, live: dict[Key, Stored]) -> set[str]:
    """The ids of the records that hold what they claim in one field."""
    return holders(
        Claim(stored.state.base, key[1], stored.fields[field]) for key, stored in live.items()
    )


def _clash(key: Key, stored: Stored, holding: dict[str, set[str]]) -> str:
    """The unique fields of a record whose value another one holds."""
    return " ".join(
        field
        for field, ids in holding.items()
        if folded(stored.fields[field]) not in ("", None) and key[1] not in ids
    )
