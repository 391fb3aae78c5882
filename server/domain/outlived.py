"""What has outlived the horizon: deleted records, and what goes for good with them.

With a record goes what hangs beneath nothing but what goes, and what was merged into it, for that
shows nowhere any more. A deletion counts from when its author dated it, from when the server heard
of it, and from when it took the last that was written to any of this since: whoever wrote that was
told that it is hidden, and can be restored. What hangs beneath another record as well stays. So do
territories, or their accounts would go with them, and people: what they wrote names them, and what
was theirs alone is seen by administrators through them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from server.domain.drafts import Drafts
from server.store import horizon, log, records
from sync_protocol import clock
from sync_protocol.changes import DELETED
from sync_protocol.records import kinds
from sync_protocol.rules.ancestry import MERGED
from sync_protocol.rules.scopes import parents_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from server.domain.drafts import Draft
    from server.store.records import Key
    from server.store.unit import Unit

_AT_ONCE = 500
"""Records at a time, or a few more."""
_STAYING = ("user", "territory")


class Outlived(NamedTuple):
    """What goes for good, and what stays though something above it goes."""

    going: dict[Key, Draft]
    staying: set[Key]


def find(unit: Unit, before_ms: int, oldest: int) -> Outlived:
    """Some of what was deleted before a moment, and accepted up to `oldest`; empty at the end."""
    drafts = Drafts(unit)
    deleted: dict[Key, Draft] = {}
    found = Outlived({}, set())
    for keys in horizon.deleted(unit.connection, unit.workspace):
        drafts.load(keys)
        old = [draft for key in keys if (draft := drafts.find(key)) and _is_old(draft, before_ms)]
        known = _long_known(unit, old, oldest)
        if not known:
            continue
        deleted |= {draft.key: draft for draft in known}
        found = _without_young(unit, drafts, deleted, oldest)
        if len(found.going) >= _AT_ONCE:
            break
    return found


def _is_old(draft: Draft, before_ms: int) -> bool:
    return (
        draft.key[0] not in _STAYING
        and clock.millis(draft.state.stamp_of(DELETED).time) < before_ms
    )


def _long_known(unit: Unit, deleted: list[Draft], oldest: int) -> list[Draft]:
    """Those of whose deletion the server has known since before the horizon.

    A device that was away may bring an old one; it can be taken back for as long as any other.
    """
    at = [log.cell_at(*draft.key, DELETED, draft.state.stamp_of(DELETED)) for draft in deleted]
    accepted = unit.accepted_at(at) if at else {}
    unknown = (0, "")
    return [
        draft
        for draft, deletion in zip(deleted, at, strict=True)
        if accepted.get(deletion, unknown)[0] <= oldest
    ]


def _without_young(unit: Unit, drafts: Drafts, deleted: dict[Key, Draft], oldest: int) -> Outlived:
    """What goes with these; those that would take along what was written since are left out."""
    while True:
        found = _with_what_goes_along(unit, drafts, deleted)
        young = horizon.written_since(unit.connection, unit.workspace, found.going, oldest)
        if not young:
            return found
        for key in _with_what_is_above(young, found.going):
            deleted.pop(key, None)


def _with_what_goes_along(unit: Unit, drafts: Drafts, deleted: dict[Key, Draft]) -> Outlived:
    going = dict(deleted)
    staying: set[Key] = set()
    wave: Collection[Key] = deleted
    while wave:
        beneath = [*_beneath(unit, wave)]
        drafts.load(beneath)
        wave = []
        for key in beneath:
            draft = drafts.find(key)
            if draft is None or key in going:
                continue
            if _goes_along(draft, going, drafts):
                going[key] = draft
                wave.append(key)
            else:
                staying.add(key)
    return Outlived(going, staying - going.keys())


def _beneath(unit: Unit, keys: Collection[Key]) -> Iterator[Key]:
    """What hangs beneath these, or was merged into them."""
    by_kind: dict[str, list[str]] = {}
    for kind, record_id in keys:
        by_kind.setdefault(kind, []).append(record_id)
    for kind, ids in by_kind.items():
        yield from records.beneath(unit.connection, unit.workspace, kind, ids)
        if MERGED in kinds()[kind].fields:
            merged = records.naming(unit.connection, unit.workspace, kind, MERGED, ids)
            yield from ((kind, record_id) for _into, record_id in merged)


def _goes_along(draft: Draft, going: dict[Key, Draft], drafts: Drafts) -> bool:
    """Whether it was merged into what goes, or all that it hangs beneath goes or has gone."""
    if draft.kind is None:
        return False
    return _merged_into(draft) in going or all(
        parent in going or drafts.find(parent) is None
        for parent in parents_of(draft.kind, draft.fields)
    )


def _with_what_is_above(keys: Collection[Key], going: dict[Key, Draft]) -> set[Key]:
    """These, and all through which they would go."""
    found: set[Key] = set()
    wave = set(keys)
    while wave := (wave & going.keys()) - found:
        found |= wave
        wave = {above for key in wave for above in _above(going[key])}
    return found


def _above(draft: Draft) -> list[Key]:
    parents = [] if draft.kind is None else parents_of(draft.kind, draft.fields)
    return [*parents, _merged_into(draft)]


def _merged_into(draft: Draft) -> Key:
    return draft.key[0], draft.fields.get(MERGED) or ""
