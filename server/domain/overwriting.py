"""What a changeset writes, cell by cell: over what, and what stands then."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from server.store import log
from sync_protocol.changes import DELETED
from sync_protocol.merge import DEFAULT

if TYPE_CHECKING:
    from server.domain.drafts import Draft
    from server.store.log import CellAt
    from server.store.records import Key
    from sync_protocol.changes import Change, Changeset, State
    from sync_protocol.clock import Stamp

    Place = tuple[Key, str]
    """A cell of a record."""


class Write(NamedTuple):
    """One cell of one change: what it wrote, over what, and what stands now."""

    key: Key
    cell: str
    value: bytes
    update: bool
    before: tuple[Stamp, bytes] | None
    from_create: bool
    now: tuple[Stamp, bytes]

    @property
    def place(self) -> Place:
        return self.key, self.cell

    @property
    def is_kept(self) -> bool:
        """Whether history gets it: of creates only a deletion, which upkeep asks after."""
        return self.update or (self.cell == DELETED and self.before is not None)

    def at(self, stamp: Stamp) -> CellAt:
        return log.cell_at(*self.key, self.cell, stamp)


def writes(changeset: Changeset, touched: dict[Key, Draft]) -> dict[Place, Write]:
    """The last write of each cell; a changeset may name a record twice."""
    found: dict[Place, Write] = {}
    for change in changeset.changes:
        key = change.kind, change.id
        draft = touched[key]
        before = draft.before
        for cell, value in change.cells.items():
            found[key, cell] = Write(
                key=key,
                cell=cell,
                value=bytes(value),
                update=not change.create,
                before=None if before is None else _entry(before, cell),
                from_create=before is not None and before.stamp_of(cell) == before.base,
                now=_entry(draft.state, cell),
            )
        if change.create and before is not None:
            found |= _reset(change, changeset.stamp, before, draft.state)
    return found


def _reset(change: Change, stamp: Stamp, before: State, now: State) -> dict[Place, Write]:
    """What a second create does to the cells it does not name: they have their default again."""
    key = change.kind, change.id
    return {
        (key, cell): Write(
            key=key,
            cell=cell,
            value=DEFAULT,
            update=False,
            before=_entry(before, cell),
            from_create=before.stamp_of(cell) == before.base,
            now=(stamp, DEFAULT),
        )
        for cell in before.cells
        if cell not in change.cells and _entry(now, cell) == (stamp, DEFAULT)
    }


def _entry(state: State, cell: str) -> tuple[Stamp, bytes]:
    return state.stamp_of(cell), bytes(state.cells.get(cell, DEFAULT))
