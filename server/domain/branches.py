"""Records that move because something above them did.

A record's scope is its root's, so a new territory on an account takes the whole branch along:
found breadth first by the reference fields, its cost grows with the branch and nothing else. That
is about 55 µs a record, 1.1 s for 20,000, during which other writers of the workspace wait: a move
is one place in the order of changes, and branches of that size do not change hands every day. A
record beneath two parents stays where its nearest one is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.store import records

if TYPE_CHECKING:
    from server.domain.drafts import Draft, Drafts
    from server.store.records import Key
    from server.store.unit import Unit


def carried(unit: Unit, touched: dict[Key, Draft], drafts: Drafts) -> dict[Key, Draft]:
    """Records the changeset does not touch, but whose scope it changes; now with the new one."""
    moved: dict[Key, Draft] = {}
    wave = [key for key, draft in touched.items() if draft.moved]
    while wave:
        found = _beneath(unit, wave)
        drafts.load(found)
        wave = []
        for key in found:
            draft = drafts.find(key)
            if draft is None or key in touched or key in moved:
                continue
            drafts.place(draft, "")
            if draft.moved:
                moved[key] = draft
                wave.append(key)
    return moved


def move(unit: Unit, moved: dict[Key, Draft]) -> None:
    """Store the new scopes."""
    targets: dict[tuple[str, str], list[str]] = {}
    for (kind, record_id), draft in moved.items():
        targets.setdefault((kind, draft.scope), []).append(record_id)
    for (kind, scope), ids in targets.items():
        unit.move(kind, ids, scope)


def _beneath(unit: Unit, keys: list[Key]) -> list[Key]:
    by_kind: dict[str, list[str]] = {}
    for kind, record_id in keys:
        by_kind.setdefault(kind, []).append(record_id)
    return [
        key
        for kind, ids in by_kind.items()
        for key in records.beneath(unit.connection, unit.workspace, kind, ids)
    ]
