"""Upkeep: what is older than the horizon is let go, and devices hear of it like of anything else.

A deleted record is removed for good once its deletion is older than the horizon, as its author
dated it and as the server heard of it, and so is what
hangs beneath nothing but removed records: both leave their scope in the server sequence, so every
device removes them, too. What hangs beneath another record as well goes where that one is.
Territories stay, or their accounts would go with them: whoever takes one back has all of it. People
stay: what they wrote names them, and what was theirs alone is seen by administrators through them.
A device whose cursor is older than the log is given a fresh copy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from server.domain import branches, entries, sums
from server.domain.announcing import announce
from server.domain.drafts import Drafts
from server.domain.entries import Moves
from server.store import horizon, log, records, workspaces
from server.store.unit import Unit
from sync_protocol import clock, digest
from sync_protocol.changes import DELETED
from sync_protocol.records import rows
from sync_protocol.rules.scopes import parents_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.domain.drafts import Draft
    from server.store.records import Key
    from server.store.store import Store

DAY_MS = 86_400_000
_AT_ONCE = 500
"""Tombstones in one transaction, or a few more."""
_STAYING = ("user", "territory")


class Done(NamedTuple):
    """What upkeep removed: log entries up to these sequences, and records for good."""

    workspaces: int
    removed: int


class Upkeep:
    """`on_accepted` is told (workspace, sequence) of what was removed, after the commit."""

    def __init__(
        self,
        store: Store,
        now_ms: Callable[[], int],
        *,
        horizon_days: int,
        on_accepted: Callable[[str, int], None] = lambda _workspace, _sequence: None,
    ) -> None:
        self._store = store
        self._now_ms = now_ms
        self._horizon_ms = horizon_days * DAY_MS
        self._on_accepted = on_accepted

    def run(self) -> Done:
        """Bring every workspace up to date with the horizon; safe to run at any time."""
        now_ms = self._now_ms()
        before_ms = now_ms - self._horizon_ms
        with self._store.read() as connection:
            names = [row.workspace_id for row in workspaces.listed(connection)]
        removed = 0
        for name in names:
            while count := self._remove_some(name, before_ms, now_ms):
                removed += count
            with self._store.write() as connection:
                workspaces.lock(connection, name)
                oldest = horizon.reached(connection, name, before_ms, now_ms)
                if oldest:
                    horizon.forget(connection, name, oldest)
        return Done(len(names), removed)

    def _remove_some(self, workspace: str, before_ms: int, now_ms: int) -> int:
        with self._store.write() as connection:
            unit = Unit(connection, workspace)
            oldest = horizon.reached(connection, workspace, before_ms, now_ms)
            going, staying = _outlived(unit, before_ms, oldest)
            if not going:
                return 0
            sequence = announce(
                unit, _leaving(going), self._now_ms(), name="Removed for good", removed=True
            )
            unit.add_digests(_sums(going))
            horizon.purge(unit.connection, workspace, going)
            unit.forget(going)
            sequence = self._move(unit, staying) or sequence
            unit.flush()
        self._on_accepted(workspace, sequence)
        return len(going)

    def _move(self, unit: Unit, keys: set[Key]) -> int:
        """Bring these records, with their branches, where what is left above them is.

        Returns the last sequence, 0 if none moves.
        """
        drafts = Drafts(unit)
        drafts.load(keys)
        staying = {key: draft for key in keys if (draft := drafts.find(key)) is not None}
        for draft in staying.values():
            drafts.place(draft, "")
        moved = {key: draft for key, draft in staying.items() if draft.moved}
        moved |= branches.carried(unit, moved, drafts)
        branches.move(unit, moved)
        unit.add_digests(sums.moved(moved.values()))
        sequence = 0
        for portion in entries.portions((), moved.values()) if moved else ():
            sequence = announce(unit, entries.moves(portion), self._now_ms())
        return sequence


def _outlived(unit: Unit, before_ms: int, oldest: int) -> tuple[dict[Key, Draft], set[Key]]:
    """Deleted records past the horizon, with what hangs beneath nothing else; what does."""
    drafts = Drafts(unit)
    going: dict[Key, Draft] = {}
    for keys in horizon.deleted(unit.connection, unit.workspace):
        drafts.load(keys)
        found = (drafts.find(key) for key in keys)
        old = [draft for draft in found if draft and _is_old(draft, before_ms)]
        going |= {draft.key: draft for draft in _long_known(unit, old, oldest)}
        if len(going) >= _AT_ONCE:
            break
    staying: set[Key] = set()
    wave = list(going)
    while wave:
        beneath = [
            child
            for kind, record_id in wave
            for child in records.beneath(unit.connection, unit.workspace, kind, [record_id])
        ]
        drafts.load(beneath)
        wave = []
        for key in beneath:
            draft = drafts.find(key)
            if draft is None or key in going:
                continue
            if _all_go(draft, going, drafts):
                going[key] = draft
                wave.append(key)
            else:
                staying.add(key)
    return going, staying - going.keys()


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


def _all_go(draft: Draft, going: dict[Key, Draft], drafts: Drafts) -> bool:
    """Whether all that a record hangs beneath goes, or has gone before."""
    return draft.kind is not None and all(
        parent in going or drafts.find(parent) is None
        for parent in parents_of(draft.kind, draft.fields)
    )


def _leaving(going: dict[Key, Draft]) -> Moves:
    leave: dict[str, list[Key]] = {}
    for key, draft in going.items():
        leave.setdefault(draft.scope, []).append(key)
    return Moves({}, leave)


def _sums(going: dict[Key, Draft]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for draft in going.values():
        weight = digest.record(rows.normal(draft.state))
        sums[draft.scope] = sums.get(draft.scope, 0) - weight
    return sums
