"""Upkeep: what is older than the horizon is let go, and devices hear of it like of anything else.

What was deleted before the horizon is removed for good, with what goes along (`outlived`): it
leaves its scope in the server sequence, so every device removes it, too. What hangs beneath another
record as well goes where that one is.
A device whose cursor is older than the log is given a fresh copy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from server.domain import branches, entries, outlived, sums
from server.domain.access import SERVER_DEVICE
from server.domain.announcing import announce
from server.domain.drafts import Drafts
from server.domain.entries import Moves
from server.store import horizon, workspaces
from server.store.unit import Unit
from sync_protocol import digest
from sync_protocol.records import rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.domain.drafts import Draft
    from server.store.records import Key
    from server.store.store import Store

DAY_MS = 86_400_000


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
            with self._store.read() as connection:  # once: what is said below is young
                oldest = horizon.reached(connection, name, before_ms, now_ms)
            while count := self._remove_some(name, before_ms, oldest):
                removed += count
            with self._store.write() as connection:
                if oldest > workspaces.lock(connection, name).oldest:
                    horizon.forget(connection, name, oldest, SERVER_DEVICE)
        return Done(len(names), removed)

    def _remove_some(self, workspace: str, before_ms: int, oldest: int) -> int:
        with self._store.write() as connection:
            unit = Unit(connection, workspace)
            going, staying = outlived.find(unit, before_ms, oldest)
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
